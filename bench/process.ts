import {spawn} from "node:child_process";
import {join} from "node:path";
import {root} from "../loaders/commands/command.js";

export interface Finished {
  /** From just before the process was started until it had ended. */
  seconds: number;
  output: string;
}

/** Runs `w2s` as a user would, in a process of its own. */
export function w2s(args: string[], environment: NodeJS.ProcessEnv): Promise<Finished> {
  const start = performance.now();
  const child = spawn(process.execPath, [join(root, "loaders/w2s.js"), ...args], {
    cwd: root,
    env: {...process.env, ...environment},
    stdio: ["ignore", "pipe", "pipe"]
  });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = (performance.now() - start) / 1000;
      if (code === 0) resolve({seconds, output});
      else reject(new Error(`w2s ${args.join(" ")} ended with ${code}: ${errors.trim().split("\n").at(-1)}`));
    });
  });
}
