import {mkdtemp, readFile, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {chromium} from "playwright-core";
import {root} from "../../loaders/commands/command.js";
import {buildSite} from "../../loaders/site/build.js";
import {serveFolder} from "../../loaders/site/staticServer.js";
import {headlineBlock, withBlock} from "./readme.js";

/** The figures that README and the changelog show, each of a study's page. */
const pictures = [
  {study: "demo", page: "index", figure: "gap"},
  {study: "demo-alice", page: "demonstrations", figure: "moves"}
];

/**
 * Draws figures as they stand on their pages, light and dark, and writes what README says of the first; all from
 * data/published. Needs Chromium (`W2S_CHROMIUM`).
 */
const width = 920;
const published = join(root, "data/published");
const readme = join(root, "README.md");

process.chdir(root);
process.env.W2S_PUBLISHED = published;
const folder = await mkdtemp(join(tmpdir(), "w2s-pictures-"));
try {
  const site = join(folder, "site");
  await buildSite(site);
  await draw(site);
} finally {
  await rm(folder, {recursive: true, force: true});
}
const text = await readFile(readme, "utf8");
await writeFile(readme, withBlock(text, await headlineBlock(join(published, pictures[0].study))));
console.log("wrote docs/pictures and README.md");

async function draw(site: string): Promise<void> {
  const {url, server} = await serveFolder(site);
  const browser = await chromium.launch({
    executablePath: process.env.W2S_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-background-networking", "--font-render-hinting=none"]
  });
  try {
    for (const {study, page: name, figure} of pictures) {
      for (const colorScheme of ["light", "dark"] as const) {
        const page = await browser.newPage({
          viewport: {width: width + 48, height: 1200},
          deviceScaleFactor: 2,
          colorScheme
        });
        await page.goto(`${url}${study}/${name}.html`);
        const drawn = page.locator(`#${figure}[data-drawn]`);
        await drawn.waitFor();
        // What can be pressed on the page is of no use in a picture.
        const content = `.figure-actions {display: none} #${figure} {margin: 0; padding: 1.5rem; border: 0}`;
        await page.addStyleTag({content});
        await page.evaluate(() => document.fonts.ready);
        await drawn.screenshot({
          path: join(root, "docs/pictures", `${study}${colorScheme === "dark" ? "-dark" : ""}.png`)
        });
        await page.close();
      }
    }
  } finally {
    await browser.close();
    server.close();
  }
}
