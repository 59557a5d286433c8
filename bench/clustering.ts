import {responsesOf, thresholdClusters} from "../src/statistics/thresholdClusters.js";
import {moveThreshold} from "../test/site/moveThreshold.js";
import {plantedElicitation} from "../test/site/plantedElicitation.js";
import type {Bench} from "./figure.js";
import {withSite} from "./site.js";

/** The goal of a move: what a reader takes for at once. */
const goal = {at: "most", value: 100} as const;

/** Chains of a teacher clustered anew as the threshold moves: in Node, and in the page with all that it draws. */
export const clustering: Bench = {
  name: "clustering",
  async measure({tiny, say}) {
    const [questions, chains] = tiny ? [20, 10] : [1000, 100];
    const {asked, files} = plantedElicitation("planted", questions, chains);
    const responses = responsesOf(asked);
    const thresholds = Array.from({length: 101}, (_, threshold) => threshold);
    // The first pass is not counted: it compiles what the others use.
    const [, inNode] = [0, 1].map(() =>
      thresholds.map((threshold) => {
        const start = performance.now();
        thresholdClusters(responses, threshold);
        return performance.now() - start;
      })
    );
    const what = `${questions.toLocaleString("en-US")} questions of ${chains} chains`;
    return withSite(say, async ({url, study, browser}) => {
      const context = await browser.newContext({viewport: {width: 1280, height: 900}});
      for (const [name, body] of Object.entries(files))
        await context.route(`**/data/${study}/${name}`, (route) => route.fulfill({body: Buffer.from(body)}));
      const page = await context.newPage();
      await page.goto(`${url}${study}/uncertainty.html`);
      await page.waitForSelector("#threshold[data-thresholds='101']", {timeout: 60_000});
      const around = thresholds.filter((d) => d >= 40).map((d) => d / 100);
      const moves = (await moveThreshold(page, around)).slice(1);
      await context.close();
      return [
        {what: `${what}: clustered at a threshold, in Node`, values: inNode, unit: "ms", goal},
        {what: "the same in the page", values: moves.map((d) => d.clustered), unit: "ms", goal},
        {what: "a move of the slider, until it is painted", values: moves.map((d) => d.painted), unit: "ms", goal}
      ];
    });
  }
};
