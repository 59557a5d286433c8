import type {RunFailure} from "../runStudy.js";
import {progress} from "./command.js";
import {runName} from "./runName.js";

/** Says which runs of a command failed, and gives its exit code: 0 for none, 1 for all, 3 for some. */
export function reportFailed(failures: readonly RunFailure[], runs: number): number {
  for (const {run, error} of failures) progress.message(`failed: ${runName(run)}: ${error}`);
  return failures.length === 0 ? 0 : failures.length === runs ? 1 : 3;
}
