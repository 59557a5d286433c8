import {type Evaluation, evaluate} from "../evaluate.js";
import {type Run, runsOf} from "../study.js";
import {MissingOutput, type Workspace} from "../verbs/workspace.js";
import {readRecord, recordKey} from "../runStudy.js";

/** A run with what the cache holds of it. */
export interface RunResult {
  run: Run;
  status: "done" | "missing" | "failed" | "refused";
  error: string | null;
  evaluation: Evaluation | null;
}

/** What every results table is made from. */
export interface Results {
  workspace: Workspace;
  runs: RunResult[];
  done: Evaluation[];
}

/** Walks through every run of a study, reading only. */
export async function readResults(workspace: Workspace): Promise<Results> {
  const runs: RunResult[] = [];
  for (const run of runsOf(workspace.study)) runs.push(await readRun(workspace, run));
  return {workspace, runs, done: runs.flatMap(({evaluation}) => evaluation ?? [])};
}

async function readRun(workspace: Workspace, run: Run): Promise<RunResult> {
  try {
    return {run, status: "done", error: null, evaluation: await evaluate(workspace, run)};
  } catch (error) {
    if (!(error instanceof MissingOutput))
      return {run, status: "refused", error: (error as Error).message, evaluation: null};
    const {digest} = await workspace.task(run.task);
    const record = await readRecord(workspace.cache, recordKey(workspace, run, digest));
    const failed = record?.status === "failed";
    return {run, status: failed ? "failed" : "missing", error: failed ? record.error : error.message, evaluation: null};
  }
}
