import {mkdir, mkdtemp, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {afterEach, expect, test} from "vitest";
import {checkSite} from "../../loaders/site/checkSite.js";
import {mendPage} from "../../loaders/site/mendSite.js";

let folder: string;

afterEach(() => rm(folder, {recursive: true, force: true}));

async function site(files: Record<string, string>): Promise<string[]> {
  folder = await mkdtemp(join(tmpdir(), "w2s-check-"));
  for (const [file, contents] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), {recursive: true});
    await writeFile(join(folder, file), contents);
  }
  return checkSite(folder);
}

const page = (body: string) => `<html><head><title>x</title></head><body>${body}</body></html>`;

test("a whole site has no defects", async () => {
  const found = await site({
    "index.html": page(
      '<a href="./a/">a</a><a href="#here" id="here">b</a><script type="module">import {x} from "./x.js";</script>'
    ),
    "a/index.html": page('<a href="../">up</a><a href="https://example.org/">out</a><img src="data:,">'),
    "x.js": 'export const x = () => import("./y.js");',
    "y.js": "export const y = 1;"
  });
  expect(found).toEqual([]);
});

test("finds what Framework builds without a word", async () => {
  const found = await site({
    "index.html": page(
      '<a href="./gone.html">a</a><a href="#nowhere">b</a><img src="https://example.org/x.png"><div class="observablehq--error"></div><script type="module">import "./gone.js"; import "not-installed";</script>'
    ),
    "x.js": 'import("./page.ts");'
  });
  expect(found).toEqual([
    "index.html has a cell that does not parse",
    "index.html has an import that leads nowhere: ./gone.js",
    "index.html imports what is not in the site: not-installed",
    "index.html has a link that leads nowhere: #nowhere",
    "index.html has a link that leads nowhere: ./gone.html",
    "index.html loads from another host: https://example.org/x.png",
    "x.js has an import that leads nowhere: ./page.ts"
  ]);
});

test("a mended page names its language and its study, and lets readers zoom", () => {
  const html =
    '<!DOCTYPE html>\n<html>\n<meta name="viewport" content="width=device-width, initial-scale=1, maximum-scale=1">\n<title>Data | Lab</title>';
  const mended = mendPage(html, "A & B");
  expect(mended).toContain('<html lang="en">');
  expect(mended).not.toContain("maximum-scale");
  expect(mended).toContain("<title>Data | A &#38; B | Lab</title>");
});
