import {execFileSync, spawnSync} from "node:child_process";
import {fileURLToPath} from "node:url";

const python = fileURLToPath(
  new URL(process.platform === "win32" ? "../../.venv/Scripts/python.exe" : "../../.venv/bin/python", import.meta.url)
);

/** Whether the project's Python has the libraries that the references use; says so where it has not. */
export const hasReference =
  spawnSync(python, ["-c", "from importlib.util import find_spec as f; exit(not (f('sklearn') and f('scipy')))"])
    .status === 0;
if (!hasReference) console.warn("skipped: comparisons with scikit-learn and scipy, since .venv lacks them");

/** Runs test/statistics/reference/<name>.py on a JSON value and returns the JSON it prints. */
export function reference<T>(name: string, input: unknown): T {
  const script = fileURLToPath(new URL(`./reference/${name}.py`, import.meta.url));
  return JSON.parse(execFileSync(python, [script], {input: JSON.stringify(input), maxBuffer: 2 ** 28}).toString()) as T;
}
