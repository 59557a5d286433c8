import {existsSync} from "node:fs";
import {readdir, readFile, stat} from "node:fs/promises";
import {join} from "node:path";
import {hash} from "../hash.js";
import {writeWhole} from "../wholeFile.js";

/**
 * Builds a site unless it is there already, built from what it would be built from now. What it was built from is noted
 * inside it, so that the note goes when the site is replaced.
 *
 * @param from files and folders that the site is built from
 * @param page a page that the site must have, as a path within it
 */
export async function buildOnce(
  site: string,
  {from, page, build}: {from: readonly string[]; page: string; build: () => Promise<void>}
): Promise<void> {
  const state = hash(await Promise.all(from.map(fingerprint)));
  const note = join(site, ".built");
  const isThere = () => existsSync(join(site, page));
  if (isThere() && (await readFile(note, "utf8").catch(() => "")) === state) return;
  await build();
  if (!isThere()) throw new Error(`expected the built site to have the page: ${page}`);
  await writeWhole(note, state);
}

/** Names, sizes and times of a file or of the files of a folder. */
async function fingerprint(path: string): Promise<unknown> {
  const found = await stat(path);
  if (!found.isDirectory()) return [path, found.size, found.mtimeMs];
  const names = (await readdir(path)).filter((name) => name !== ".observablehq").sort();
  return Promise.all(names.map((name) => fingerprint(join(path, name))));
}
