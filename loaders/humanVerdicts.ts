import {readdir} from "node:fs/promises";
import {join} from "node:path";
import {z} from "zod";
import type {HumanVerdict} from "./lab.js";
import {readJson} from "./wholeFile.js";

const side = z.enum(["strong", "weak"]);

/** What the notebook's page on judging exports. */
export const verdictsFile = z.object({
  study: z.string(),
  debate: z.string(),
  verdicts: z.array(z.object({example: z.string(), choice: side, first: side}))
});

/** Verdicts that people entered on a debate, from the files of a folder, by example; of several on one, the last file's. */
export async function readVerdicts(folder: string, debate: string): Promise<ReadonlyMap<string, HumanVerdict>> {
  const files = await readdir(folder).catch(() => []);
  const found = new Map<string, HumanVerdict>();
  for (const file of files.filter((name) => name.endsWith(".json")).sort()) {
    const content = await readJson(verdictsFile, join(folder, file));
    if (content?.debate === debate) for (const verdict of content.verdicts) found.set(verdict.example, verdict);
  }
  return found;
}
