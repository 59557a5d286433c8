import {spawn} from "node:child_process";
import {once} from "node:events";
import {loadStudy} from "../study.js";
import {type CommandOptions, interruptible, root} from "./command.js";

/** `w2s serve`: the notebook of a study, live on the cache; with W2S_RUN=1 what is missing is computed as pages ask for it. */
export async function serve({study: name, port}: CommandOptions): Promise<number> {
  const study = await loadStudy(name!);
  const signal = interruptible();
  const args = ["preview", "--no-open", "--host", "127.0.0.1", ...(port === undefined ? [] : ["--port", String(port)])];
  process.stderr.write(`the notebook of ${study.name} is at the address below, under /${study.name}/\n`);
  const child = spawn("npx", ["observable", ...args], {
    cwd: root,
    stdio: "inherit",
    env: {...process.env, W2S_STUDY: name, OBSERVABLE_TELEMETRY_DISABLE: "true"}
  });
  signal.addEventListener("abort", () => child.kill("SIGTERM"));
  const [code] = (await once(child, "exit")) as [number | null];
  return signal.aborted ? 0 : (code ?? 1);
}
