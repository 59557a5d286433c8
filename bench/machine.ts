import {readFileSync} from "node:fs";
import {availableParallelism, cpus, platform, release, totalmem} from "node:os";

/** The machine in a line: figures of another one are not to be compared with. */
export function machine(): string {
  const [cpu] = cpus();
  const flags =
    readText("/proc/cpuinfo")
      .match(/^flags\s*:(.*)$/m)?.[1]
      .split(" ") ?? [];
  const matrix = flags.includes("amx_bf16") ? ", AMX" : "";
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} cores of ${cpu?.model.trim() ?? "an unknown processor"}${matrix}, ${memory} GiB, ${platform()} ${release().split("-")[0]}, Node ${process.versions.node}`;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
