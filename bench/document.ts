import {readFile, writeFile} from "node:fs/promises";
import type {Figure} from "./figure.js";
import {machine} from "./machine.js";
import {markdownTable} from "./table.js";

/**
 * Replaces what stands between `<!-- bench:name -->` and `<!-- /bench -->` in a document. A bench of another run keeps
 * its figures, with the day and the machine on which they were measured.
 */
export async function writeFigures(
  file: string,
  name: string,
  figures: readonly Figure[],
  load: number,
  now = new Date()
): Promise<void> {
  const document = await readFile(file, "utf8");
  const start = `<!-- bench:${name} -->`;
  const from = document.indexOf(start);
  const to = document.indexOf("<!-- /bench -->", from);
  if (from < 0 || to < 0) throw new Error(`expected ${start} and <!-- /bench --> in the document: ${file}`);
  const block = `${start}\n\n${markdownTable(figures)}\n\n\`npm run bench -- ${name}\`, ${now.toISOString().slice(0, 10)}, ${machine()}; load average ${load.toFixed(1)} when it began.\n\n`;
  await writeFile(file, document.slice(0, from) + block + document.slice(to));
}
