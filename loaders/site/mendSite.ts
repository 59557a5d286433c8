import {readFile, writeFile} from "node:fs/promises";
import {join} from "node:path";
import {publishedStudies} from "./published.js";
import {walk} from "./walk.js";

/** Mends, in every page, what Framework's own markup withholds from readers: language, zooming, a title that names the study. */
export async function mendSite(folder: string): Promise<void> {
  const titles = new Map(publishedStudies().map(({study, title}) => [study, title]));
  for (const file of await walk(folder)) {
    if (!file.endsWith(".html")) continue;
    const path = join(folder, file);
    await writeFile(path, mendPage(await readFile(path, "utf8"), titles.get(file.split("/")[0])));
  }
}

/** @param study title of the study that the page belongs to */
export function mendPage(html: string, study?: string): string {
  return html
    .replace("<html>", '<html lang="en">')
    .replace(", maximum-scale=1", "")
    .replace('<main id="observablehq-main"', '<main id="observablehq-main" tabindex="-1"')
    .replace(/<title>([^<|]*)( \| [^<]*)?<\/title>/, (_, page: string, lab = "") =>
      study ? `<title>${page.trim()} | ${escape(study)}${lab}</title>` : `<title>${page}${lab}</title>`
    );
}

function escape(text: string): string {
  return text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
}
