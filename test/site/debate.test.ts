import type {Page} from "playwright-core";
import {expect, test} from "vitest";
import {figureData} from "./figureData.js";
import {plantedPages} from "./plantedPages.js";
import {accessibility, visit} from "./siteBrowser.js";

const pages = plantedPages();

const open = (page: string, options = {}) => visit(pages.browser, `${pages.site.url}grid/${page}.html`, options);

/** Left edges, and tops, of the heads of both sides. */
const placed = (page: Page) =>
  page
    .locator(".debate-columns .side-head")
    .evaluateAll((nodes) => nodes.map((d) => d.getBoundingClientRect()).map(({x, y}) => ({x, y})));

for (const name of ["debate", "judge"])
  test(`the ${name} page shows what both sides said in each round: side by side, and one below the other on a phone`, async () => {
    const wide = await open(name);
    const said = await wide.page.locator(".debate-columns .round .words").allTextContents();
    expect(said).toHaveLength(4);
    for (const [i, text] of said.entries()) {
      expect(text).toMatch(/the text says “Row \d+ says (yes|no)\.”, so the class is [01]\.$/);
      expect(text.startsWith("The other side overlooks this")).toBe(i > 1);
    }
    const [left, right] = await placed(wide.page);
    expect(right.y).toBe(left.y);
    expect(right.x).toBeGreaterThan(left.x + 200);
    expect(wide.complaints).toEqual([]);
    await wide.page.close();
    const phone = await open(name, {width: 390, colorScheme: "dark"});
    const [first, second] = await placed(phone.page);
    expect(second.x).toBe(first.x);
    expect(second.y).toBeGreaterThan(first.y);
    expect(await accessibility(phone.page)).toEqual([]);
    await phone.page.close();
  });

test("a judge that always says one side is named as such, and its accuracy has no interval", async () => {
  const {page} = await open("debate");
  // Hearing the strong side alone the planted judge chooses it on all rows; it is right on 8 of 10 on which the sides differ.
  const rows = await figureData(page, "judge-accuracy");
  const of = (protocol: string) => rows.find((d) => d.protocol === protocol && d.oracle !== "true")!;
  expect(of("consultancy")).toMatchObject({accuracy: "0.8", low: "", high: "", always: "strong"});
  expect(of("debate").always).toBe("");
  expect(Number(of("debate").low)).toBeLessThan(Number(of("debate").accuracy));
  for (const d of rows.filter(({judge}) => judge === "gold")) expect(d.always).toBe("");
  expect(await page.textContent("#judge-accuracy .figure-stage")).toContain("always the strong side");
  expect(await page.locator("p.lead").nth(1).textContent()).toContain(
    "80% where it hears the strong side alone, saying always the strong side"
  );
  await page.close();
});

test("the judge page counts the questions of a debate apart from the debates", async () => {
  const {page} = await open("judge");
  expect(await page.locator("p.lead").nth(1).textContent()).toMatch(/^\d+ debates on .* 20 questions in each\./);
  expect(await page.textContent(".judge-progress")).toContain("Question 1 of 20 in this debate");
  await page.close();
});
