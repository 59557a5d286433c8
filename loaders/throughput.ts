import {readFile} from "node:fs/promises";
import {join} from "node:path";
import type {Throughput} from "./verbs/workspace.js";

/** What was measured while the cache was filled; a line that is not whole is left out. */
export async function readThroughput(folder: string): Promise<Throughput[]> {
  const text = await readFile(join(folder, "log/throughput.jsonl"), "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as Throughput];
    } catch {
      return [];
    }
  });
}
