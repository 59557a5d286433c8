import type {Page} from "playwright-core";
import {expect, test} from "vitest";
import {figureData} from "./figureData.js";
import {plantedPages} from "./plantedPages.js";
import {accessibility, settled, visit} from "./siteBrowser.js";

const pages = plantedPages();

const address = (query: Record<string, string> = {}) =>
  `${pages.site.url}grid/saliency.html?${new URLSearchParams(query).toString()}`;

const drawn = (page: Page) => figureData(page, "saliency");

test("says what came out, and draws every panel with before and ceiling once", async () => {
  const {page, complaints} = await visit(pages.browser, address());
  // Planted: layers 0 to 8, +0.02 a layer for a task's own concept, -0.01 for another's: means over layers +8 and -4 points.
  expect(await page.locator("p.lead").nth(1).textContent()).toBe(
    "Over all layers probed, after learning from weak labels, the task’s own concept is clearly easier in 4 of 4 students (median change +8.0 points); another task’s concept is clearly harder in 4 of 4 students (median change −4.0 points)."
  );
  const rows = await drawn(page);
  // Two tasks with two concepts each; before, ceiling and two students; nine layers.
  expect(rows).toHaveLength(4 * 4 * 9);
  const own = rows.filter((d) => d.title === "Sentiment, its own concept" && d.layer === "8");
  const value = (line: string) => Number(own.find((d) => d.line === line)!.value);
  expect(value("Before")).toBeCloseTo(0.74, 10);
  expect(value("Ceiling, after gold labels")).toBeCloseTo(0.98, 10);
  expect(own.filter((d) => Math.abs(Number(d.value) - 0.9) < 1e-9)).toHaveLength(2);
  expect([complaints, await accessibility(page)]).toEqual([[], []]);
  await page.close();
});

test("the view is in the address: change against before, of one method", async () => {
  const {page} = await visit(pages.browser, address());
  await page.getByLabel("Show").selectOption({label: "Change against before"});
  await page.getByLabel("Students").selectOption({index: 2});
  await settled(page);
  const query = Object.fromEntries(new URL(page.url()).searchParams);
  expect(query).toEqual({show: "change", method: "generative"});
  const rows = await drawn(page);
  // No line for what is before: it has not changed.
  expect(rows).toHaveLength(4 * 2 * 9);
  const last = rows
    .filter((d) => d.title === "Sentiment, its own concept" && d.layer === "8")
    .map((d) => Number(d.value));
  expect(last.map((d) => d.toFixed(6)).sort()).toEqual(["0.160000", "0.240000"]);
  await page.close();
  const again = await visit(pages.browser, address(query));
  expect(await drawn(again.page)).toEqual(rows);
  await again.page.close();
});

test("is whole on a phone in the dark", async () => {
  const {page, complaints} = await visit(pages.browser, address(), {width: 390, colorScheme: "dark"});
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
  expect([complaints, overflow, await accessibility(page)]).toEqual([[], 0, []]);
  await page.close();
});
