import {readFile, writeFile} from "node:fs/promises";
import {join} from "node:path";
import {publishedStudies} from "./published.js";
import {walk} from "./walk.js";

/** Mends, in every page, what Framework's own markup withholds from readers: language, zooming, a title that names the study. */
export async function mendSite(folder: string, published?: string): Promise<void> {
  const titles = new Map(publishedStudies(published).map(({study, title}) => [study, title]));
  for (const file of await walk(folder)) {
    if (!file.endsWith(".html")) continue;
    const path = join(folder, file);
    const page = mendPage(await readFile(path, "utf8"), titles.get(file.split("/")[0]));
    await writeFile(path, file === "404.html" ? standAlone(page) : page);
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

/** A host serves this page at any depth, where nothing relative can be found: it keeps only what lies in itself. */
function standAlone(html: string): string {
  const style =
    "<style>:root {color-scheme: light dark} body {font: 18px/1.6 Georgia, serif; max-width: 40rem; margin: 4rem auto; padding: 0 1.5rem} a {color: #1f5fa8} @media (prefers-color-scheme: dark) {body {background: #15181c; color: #e4e6e9} a {color: #7db8f0}} " +
    ".skip, footer {display: none}</style>";
  return html
    .replace(/<script[^]*?<\/script>\s*/g, "")
    .replace(/<link rel="(preload|stylesheet|modulepreload)"[^>]*>\s*/g, "")
    .replace(/<style>[^]*?<\/style>/, style);
}

function escape(text: string): string {
  return text.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
}
