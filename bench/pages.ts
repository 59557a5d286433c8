import {fileURLToPath} from "node:url";
import type {Browser} from "playwright-core";
import {studyPages} from "../loaders/site/studyPages.js";
import type {Bench, Figure} from "./figure.js";
import {withSite} from "./site.js";

const patience = 15;

interface FirstChart {
  seconds: number;
  /** Kilobytes that had arrived by then, DuckDB's engine apart. */
  kilobytes: number;
  largest: {name: string; bytes: number}[];
}

declare global {
  interface Window {
    /** Set by `watch.js`. */
    firstChart?: {milliseconds: number; arrived: {name: string; bytes: number}[]};
  }
}

/** From the start of the navigation, with nothing cached, until the first chart of each page is painted. */
export const pages: Bench = {
  name: "pages",
  async measure({tiny, say}) {
    return withSite(say, async ({url, study, browser}) => {
      const figures: Figure[] = [];
      // The first page of a new browser pays for the browser.
      await firstChart(browser, `${url}${study}/`);
      for (const {path, title} of studyPages) {
        const found: FirstChart[] = [];
        for (let i = 0; i < (tiny ? 1 : 5); i++) {
          const chart = await firstChart(browser, `${url}${study}/${path === "index" ? "" : `${path}.html`}`);
          if (chart) found.push(chart);
        }
        if (!found.length) {
          figures.push({
            what: `${title}: no chart within`,
            values: [patience],
            unit: "s",
            goal: {at: "most", value: 1}
          });
          continue;
        }
        say(
          `${title}: ${found[0].largest.map(({name, bytes}) => `${name.slice(url.length)} ${Math.round(bytes / 1000)} KB`).join(", ")}`
        );
        figures.push(
          {what: `${title}: first chart`, values: found.map((d) => d.seconds), unit: "s", goal: {at: "most", value: 1}},
          {
            what: `${title}: bytes by then`,
            values: found.map((d) => d.kilobytes),
            unit: "KB",
            goal: {at: "most", value: 500}
          }
        );
      }
      return figures;
    });
  }
};

async function firstChart(browser: Browser, address: string): Promise<FirstChart | null> {
  const context = await browser.newContext({viewport: {width: 1280, height: 900}});
  try {
    const page = await context.newPage();
    await page.addInitScript({path: fileURLToPath(new URL("watch.js", import.meta.url))});
    await page.goto(address);
    const found = await page
      .waitForFunction(() => window.firstChart, undefined, {timeout: patience * 1000, polling: 50})
      .then((handle) => handle.jsonValue())
      .catch(() => null);
    if (!found) return null;
    return {
      seconds: found.milliseconds / 1000,
      kilobytes: found.arrived.reduce((sum, {bytes}) => sum + bytes, 0) / 1000,
      largest: found.arrived.toSorted((a, b) => b.bytes - a.bytes).slice(0, 5)
    };
  } finally {
    await context.close();
  }
}
