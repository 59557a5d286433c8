import type {Page} from "playwright-core";
import {expect, test} from "vitest";
import {figureData} from "./figureData.js";
import {plantedPages} from "./plantedPages.js";
import {accessibility, settled, visit} from "./siteBrowser.js";

const pages = plantedPages();

const open = (query: Record<string, string> = {}, study = "grid") =>
  visit(pages.browser, `${pages.site.url}${study}/agreement.html?${new URLSearchParams(query).toString()}`);

const headline = (page: Page) => page.locator("p.lead").nth(1).textContent();

const values = (rows: Record<string, string>[], panel: string, line: string) =>
  rows.filter((d) => d.panel === panel && d.line === line).map((d) => Math.round(Number(d.value) * 1e4) / 1e4);

test("says how agreement goes with size, and how many errors students and ceiling repeat", async () => {
  const {page, complaints} = await open();
  // Of 100 rows, a student is wrong on the supervisor's 3 easiest, and right on as many beyond as it recovers and 3 more: on every
  // task with a gap of 28, a quarter recovered leaves 100 - 3 - 7 - 3 alike; of a gap of 20, 100 - 3 - 5 - 3. The median over
  // language has the 5 of 6 tasks with a gap on its side. The ceiling is wrong nowhere else: 100 - 28.
  expect(await headline(page)).toBe(
    "From Tower, 4 layers to Tower, 8 layers as the student, the median agreement over the tasks of language goes from 89.0% to 87.0% (baseline), from 84.5% to 80.5% (confidence loss) and from 79.0% to 73.0% (bootstrapping); the intervals of the two ends overlap. " +
      "Where Tower, 1 layer teaches Tower, 8 layers, students repeat 78.0% (baseline), 63.3% (confidence loss) and 47.2% (bootstrapping) of their supervisor’s errors; the ceiling, which never met them, makes 38.5% of them (medians over the tasks of language). " +
      "All models are cut from one network, so this is a ladder of depth: what the paper claims of size is not testable here."
  );
  expect([complaints, await accessibility(page)]).toEqual([[], []]);
  await page.close();
});

test("draws all rows, and those on which the supervisor is right and wrong, with the ceiling beside", async () => {
  const {page} = await open();
  const rows = await figureData(page, "agreement-by-size");
  // Two domains in three parts: three methods and the ceiling; on all rows also the supervisor's accuracy; three students.
  expect(rows).toHaveLength(2 * (3 * 4 + 1) * 3);
  const whole = "Preferences, all rows";
  expect(values(rows, whole, "Baseline")).toEqual([0.89, 0.88, 0.87]);
  expect(values(rows, whole, "Strong ceiling")).toEqual([0.8, 0.76, 0.72]);
  expect(values(rows, whole, "Supervisor’s accuracy")).toEqual([0.53, 0.53, 0.53]);
  // The supervisor is right on 53: the student on all of these but 3, the ceiling on all.
  expect(values(rows, "Preferences, supervisor right", "Bootstrapping")).toEqual([0.9434, 0.9434, 0.9434]);
  expect(values(rows, "Preferences, supervisor right", "Strong ceiling")).toEqual([1, 1, 1]);
  // Of its 47 errors, the largest student repeats 47 - 21 - 3, its ceiling 47 - 28.
  expect(values(rows, "Preferences, supervisor wrong", "Bootstrapping").at(-1)).toBe(0.4894);
  expect(values(rows, "Preferences, supervisor wrong", "Strong ceiling").at(-1)).toBe(0.4043);
  const table = page.getByRole("region", {name: "Agreement with the supervisor, and accuracy, in percent"});
  // Two domains, three students, three methods and the ceiling.
  expect(await table.locator("tbody tr").count()).toBe(2 * 3 * 4);
  const last = (await table.locator("tbody tr").last().locator("td").allTextContents()).map((d) =>
    d.trim().slice(0, 14)
  );
  expect(last).toEqual(["8", "Strong ceiling", "72.068.0 to 76", "100.096.0 to 1", "40.436.4 to 44", "81.077.0 to 85"]);
  await page.close();
});

test("the view is in the address: one method, by size of the supervisor", async () => {
  const {page} = await open();
  await page.getByLabel("By size of", {exact: true}).selectOption({label: "supervisor"});
  await page.getByLabel("Method", {exact: true}).selectOption({label: "Bootstrapping"});
  await settled(page);
  const query = Object.fromEntries(new URL(page.url()).searchParams);
  expect(query).toEqual({axis: "weak", method: "bootstrapping"});
  const rows = await figureData(page, "agreement-by-size");
  // The gap to the largest student is 28, 24 and 20.
  expect(values(rows, "Preferences, all rows", "Bootstrapping")).toEqual([0.73, 0.76, 0.79]);
  expect(values(rows, "Preferences, all rows", "Supervisor’s accuracy")).toEqual([0.53, 0.57, 0.61]);
  expect(values(rows, "Preferences, all rows", "Baseline")).toEqual([]);
  await page.close();
  const again = await open(query);
  expect(await figureData(again.page, "agreement-by-size")).toEqual(rows);
  await again.page.close();
});

test("of tables without the ceiling’s agreement says that it is missing, and draws the rest", async () => {
  const {page, complaints} = await open({task: "planted-clear"}, "planted");
  expect(await page.locator("#agreement-by-size .figure-subtitle").textContent()).toContain(
    "These tables do not hold how often the ceiling agrees with the supervisor; to compute it: w2s run planted."
  );
  expect(await headline(page)).not.toContain("the ceiling, which");
  const lines = new Set((await figureData(page, "agreement-by-size")).map((d) => d.line));
  expect(lines).toEqual(new Set(["Supervisor’s accuracy", "Plain", "Confidence loss"]));
  expect(complaints).toEqual([]);
  await page.close();
});

test("is whole on a phone in the dark", async () => {
  const {page, complaints} = await visit(pages.browser, `${pages.site.url}grid/agreement.html`, {
    width: 390,
    colorScheme: "dark"
  });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
  expect([complaints, overflow, await accessibility(page)]).toEqual([[], 0, []]);
  await page.close();
});
