import {readFile} from "node:fs/promises";
import {join, posix} from "node:path";
import {init, parse} from "es-module-lexer";
import {walk} from "./walk.js";

/**
 * What is wrong with a built site that Framework does not report: imports of what is not there or not in the site, links and
 * assets that lead nowhere, cells that do not parse. A sentence each.
 */
export async function checkSite(folder: string): Promise<string[]> {
  await init;
  const files = await walk(folder);
  const known = new Set(files);
  const defects: string[] = [];
  const check = (file: string, target: string, what: string) => {
    if (/^(data:|blob:|#|mailto:)/.test(target)) return;
    if (/^https?:\/\//.test(target)) {
      if (what !== "link") defects.push(`${file} loads from another host: ${target}`);
      return;
    }
    const path = decodeURI(target.replace(/[?#].*$/, ""));
    if (!path) return;
    const resolved = posix.normalize(path.startsWith("/") ? path.slice(1) : posix.join(posix.dirname(file), path));
    const page = resolved === "." || resolved.endsWith("/") ? posix.join(resolved, "index.html") : resolved;
    if (!known.has(page))
      defects.push(`${file} has ${what === "import" ? "an" : "a"} ${what} that leads nowhere: ${target}`);
  };
  const checkImports = (file: string, code: string) => {
    for (const {n: specifier, d: dynamic} of parse(code)[0]) {
      // Framework's client loads its implicit libraries on demand; pages use none of them.
      if (specifier === undefined || (dynamic > -1 && file.startsWith("_observablehq/"))) continue;
      if (/^\.{0,2}\//.test(specifier)) check(file, specifier, "import");
      else if (!specifier.startsWith("data:")) defects.push(`${file} imports what is not in the site: ${specifier}`);
    }
  };
  for (const file of files) {
    const path = join(folder, file);
    if (file.endsWith(".js")) {
      checkImports(file, await readFile(path, "utf8"));
    } else if (file.endsWith(".html")) {
      const html = await readFile(path, "utf8");
      if (html.includes("observablehq--error")) defects.push(`${file} has a cell that does not parse`);
      for (const [, code] of html.matchAll(/<script type="module">([^]*?)<\/script>/g)) checkImports(file, code);
      const markup = html.replace(/<script[^]*?<\/script>/g, "");
      // The page for unknown addresses resolves its links from the root of the site, wherever that is.
      if (file === "404.html") continue;
      const ids = new Set(Array.from(markup.matchAll(/\sid="([^"]*)"/g), ([, id]) => id));
      for (const [, id] of markup.matchAll(/\shref="#([^"]+)"/g))
        if (!ids.has(decodeURIComponent(id))) defects.push(`${file} has a link that leads nowhere: #${id}`);
      for (const [, attribute, target] of markup.matchAll(/\s(href|src)="([^"]*)"/g))
        check(file, unescape(target), attribute === "href" ? "link" : "source");
    }
  }
  return defects;
}

function unescape(text: string): string {
  return text.replaceAll("&amp;", "&").replaceAll("&quot;", '"');
}
