import {spawn} from "node:child_process";
import {createInterface} from "node:readline";
import {BackendError} from "./contract.js";

export interface RunPythonOptions {
  /** What could not be done, where it fails. */
  failure: string;
  /** Whether it may go through when repeated. */
  transient?: boolean;
  signal?: AbortSignal;
  onLine?: (line: string) => void;
}

/** Runs an interpreter, or pip in it, to its end. Throws a BackendError of one line, with what pip says is the reason. */
export async function runPython(python: string, args: readonly string[], options: RunPythonOptions): Promise<void> {
  const {failure, transient = false, signal, onLine} = options;
  const child = spawn(python, args, {stdio: ["ignore", "pipe", "pipe"], signal});
  const tail: string[] = [];
  createInterface(child.stdout).on("line", (line) => onLine?.(line));
  createInterface(child.stderr).on("line", (line) => tail.push(line));
  const code = await new Promise<number | null | Error>((settle) => {
    child.once("error", settle);
    child.once("close", settle);
  });
  if (code === 0) return;
  if (signal?.aborted) throw new BackendError("stopped", true);
  const lines = tail.filter((line) => line.trim() && !/^WARNING|^\[notice\]/.test(line));
  const reason = lines.findLast((line) => line.startsWith("ERROR")) ?? lines.at(-1) ?? String(code);
  throw new BackendError(`${failure}: ${reason.replace(/^ERROR:\s*/, "").slice(0, 300)}`, transient);
}
