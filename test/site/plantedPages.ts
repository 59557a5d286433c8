import type {Browser} from "playwright-core";
import {afterAll, beforeAll} from "vitest";
import {plantedSite, type PlantedSite} from "./plantedSite.js";
import {openBrowser} from "./siteBrowser.js";

/** The planted site, and a browser, while the tests of a file run. */
export function plantedPages(): {readonly browser: Browser; readonly site: PlantedSite} {
  const open: {browser?: Browser; site?: PlantedSite} = {};
  beforeAll(async () => {
    open.site = await plantedSite();
    open.browser = await openBrowser();
  });
  afterAll(async () => {
    await open.browser?.close();
    await open.site?.close();
  });
  return open as {browser: Browser; site: PlantedSite};
}
