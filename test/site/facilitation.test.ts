import type {Page} from "playwright-core";
import {expect, test} from "vitest";
import {figureData} from "./figureData.js";
import {gridModels} from "./plantedGrid.js";
import {plantedPages} from "./plantedPages.js";
import {accessibility, settled, visit} from "./siteBrowser.js";

const pages = plantedPages();

const address = (page: string, query: Record<string, string> = {}) =>
  `${pages.site.url}${page}?${new URLSearchParams(query).toString()}`;

const drawn = (page: Page) => figureData(page, "facilitated");

test("shows how far each weak model came, and why some shares are withheld", async () => {
  const {page, complaints} = await visit(pages.browser, address("grid/facilitation.html"));
  // Planted: half of a gap of 28 points on each task but one, which has no gap.
  expect(await page.locator("p.lead").nth(1).textContent()).toBe(
    "Taught by the strong model (Tower, 8 layers), the weak one (Tower, 1 layer) is clearly better than on the gold labels it had before on 6 of 7 tasks. Over the tasks of language it gains a median of 50% (40% to 60%) of the way to its teacher. The share of the way is withheld for 1 of 7 tasks, where the strong model is not clearly above the weak one."
  );
  expect(await page.textContent("main")).toContain("This is no weak-to-strong result: the teacher is the stronger");
  const rows = await drawn(page);
  expect(rows).toHaveLength(7);
  const {weak, facilitated_weak, strong, facilitation, withheld} = rows.find((d) => d.task === "sentiment")!;
  expect([weak, facilitated_weak, strong, facilitation].map((d) => Number(d).toFixed(3))).toEqual([
    "0.580",
    "0.720",
    "0.860",
    "0.500"
  ]);
  expect(withheld).toBe("");
  const flat = rows.find((d) => d.task === "flat")!;
  expect(flat.facilitation).toBe("");
  expect(flat.withheld).toContain("the strong ceiling is not clearly above the weak model");
  const chart = (await page.locator("#facilitated .figure-stage").textContent())!;
  for (const said of ["Gained", "40% to 60%", "withheld", "Tasks of language, median", "Preferences"])
    expect(chart).toContain(said);
  const [results, models] = await page.locator("main table").all();
  expect(await results.locator("thead").textContent()).not.toContain("PGR");
  expect(await results.locator("tr", {hasText: "No gap"}).textContent()).toContain("withheld");
  const [, ...cells] = await models.locator("tbody tr").first().locator("th, td").allTextContents();
  expect(cells.map((d) => d.trim())).toEqual([
    "Tower, 8 layers to Tower, 1 layer",
    "head, strong to weak",
    "50%40% to 60%5 of 6 tasks",
    "50% to 50%"
  ]);
  await page.locator("summary", {hasText: "Definitions"}).click();
  expect(await page.locator(".equation").first().textContent()).toContain("argmin");
  expect([complaints, await accessibility(page)]).toEqual([[], []]);
  await page.close();
});

test("asks for the models where several teach; the choice is in the address", async () => {
  const {page} = await visit(pages.browser, address("teachers/facilitation.html"));
  expect((await drawn(page)).map((d) => d.strong_model)).toEqual(Array(7).fill(gridModels.strong[2]));
  await page.getByLabel("Models", {exact: true}).selectOption({label: "Tower, 6 layers to Tower, 1 layer"});
  await settled(page);
  expect(await page.locator(".setting-control").textContent()).toContain(
    "Shown here: Tower, 6 layers teaches Tower, 1 layer, one of 2 pairs of models."
  );
  const query = Object.fromEntries(new URL(page.url()).searchParams);
  expect(Object.keys(query)).toEqual(["models"]);
  await page.waitForFunction(() => document.querySelectorAll("p.lead")[1].textContent!.includes("30% (20% to 40%)"));
  const rows = await drawn(page);
  expect(rows.find((d) => d.task === "sentiment")!.facilitation).toBe("0.3");
  const models = await page.locator("main table").last().locator("tbody tr").allTextContents();
  expect(models.map((d) => /\d+%/.exec(d)![0])).toEqual(["50%", "30%"]);
  await page.close();
});

test("is found on no page that shows PGR, whatever their address asks for", async () => {
  for (const path of ["", "evaluation.html", "scaling.html", "ablations.html", "significance.html"]) {
    const {page, complaints} = await visit(
      pages.browser,
      address(`grid/${path}`, {setting: "head, strong to weak", method: "facilitate"})
    );
    const settings = page.getByLabel("Setting", {exact: true});
    if (await settings.count())
      expect(await settings.locator("option").allTextContents(), path).not.toContain("head, strong to weak");
    const results = page.locator("main figure, main table:has(th:text-matches('PGR|Gain|Difference'))");
    expect(await results.count(), path).toBeGreaterThan(0);
    for (const text of await results.allTextContents()) expect(text, path).not.toMatch(/facilitat/i);
    expect(complaints, path).toEqual([]);
    await page.close();
  }
}, 30_000);

test("is whole on a phone in the dark", async () => {
  const {page, complaints} = await visit(pages.browser, address("grid/facilitation.html"), {
    width: 390,
    colorScheme: "dark"
  });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
  expect([complaints, overflow, await accessibility(page)]).toEqual([[], 0, []]);
  await page.close();
});
