import {expect, test} from "vitest";
import {plantedPages} from "./plantedPages.js";
import {visit} from "./siteBrowser.js";

const pages = plantedPages();

const address = (study: string, query: Record<string, string>) =>
  `${pages.site.url}${study}/weak-supervision.html?${new URLSearchParams(query).toString()}`;

test.each([
  // Planted (plantedAlice.ts): capitals, sums 10 points less, riddles 60 in both; other arms learn what is made of these labels.
  ["lora, in chains", "30.0 to 60.0%"],
  ["lora", "26.0 to 60.0%"]
])("in %s, the labels told of are the supervisor’s own, not what an arm made of them", async (setting, range) => {
  const {page, complaints} = await visit(pages.browser, address("alice", {setting}));
  await page.waitForFunction((said) => document.querySelector("main")!.textContent.includes(said), range);
  expect(await page.textContent("main")).toContain(`the supervisors’ labels are right ${range} of the time, by task.`);
  expect(complaints).toEqual([]);
  await page.close();
});
