import {existsSync} from "node:fs";
import {join} from "node:path";
import {type Browser, chromium} from "playwright-core";
import {buildSite} from "../loaders/site/build.js";
import {publishedStudies} from "../loaders/site/published.js";
import {serveFolder} from "../loaders/site/staticServer.js";
import {writePlantedStudy} from "../test/site/plantedStudy.js";
import {inTemporaryFolder} from "./temporary.js";

export interface OpenSite {
  url: string;
  /** Folder of the built site. */
  folder: string;
  study: string;
  browser: Browser;
}

/**
 * Builds the site of the demo study, or of a planted one where the demo is not published, serves it on loopback and
 * opens a browser.
 */
export function withSite<T>(say: (text: string) => void, work: (site: OpenSite) => Promise<T>): Promise<T> {
  const executablePath = [process.env.CHROMIUM_PATH, "/usr/bin/chromium"].find((path) => path && existsSync(path));
  if (!executablePath) throw new Error("expected Chromium at CHROMIUM_PATH or /usr/bin/chromium");
  return inTemporaryFolder(async (temporary) => {
    let study = "demo";
    if (!publishedStudies().some(({study}) => study === "demo")) {
      process.env.W2S_PUBLISHED = join(temporary, "published");
      ({study} = await writePlantedStudy(process.env.W2S_PUBLISHED));
    }
    const folder = join(temporary, "dist");
    const start = performance.now();
    await buildSite(folder);
    say(`site of ${study} built in ${((performance.now() - start) / 1000).toFixed(0)} s`);
    const {url, server} = await serveFolder(folder);
    const browser = await chromium.launch({executablePath, args: ["--no-sandbox", "--disable-background-networking"]});
    try {
      return await work({url, folder, study, browser});
    } finally {
      await browser.close();
      server.closeAllConnections();
      server.close();
    }
  });
}
