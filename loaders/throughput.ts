import {readFile} from "node:fs/promises";
import {join} from "node:path";
import type {Throughput} from "./verbs/workspace.js";

/** A line of the log; those of before do not say which study it was measured for. */
export type Logged = Throughput & {study?: string};

/** What was measured while the cache was filled; a line that is not whole is left out. */
export async function readThroughput(folder: string): Promise<Logged[]> {
  const text = await readFile(join(folder, "log/throughput.jsonl"), "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as Logged];
    } catch {
      return [];
    }
  });
}
