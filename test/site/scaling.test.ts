import type {Page} from "playwright-core";
import {expect, test} from "vitest";
import {figureData} from "./figureData.js";
import {plantedPages} from "./plantedPages.js";
import {accessibility, settled, visit} from "./siteBrowser.js";

const pages = plantedPages();

const open = (query: Record<string, string> = {}, study = "grid") =>
  visit(pages.browser, `${pages.site.url}${study}/scaling.html?${new URLSearchParams(query).toString()}`);

const headline = (page: Page) => page.locator("p.lead").nth(1).textContent();

const at = (rows: Record<string, string>[], where: Record<string, string>) =>
  rows.filter((row) => Object.entries(where).every(([name, value]) => row[name] === value));

test("PGR by size of the student: a panel a domain, a line a method; one network is depth", async () => {
  const {page, complaints} = await open();
  expect(await headline(page)).toBe(
    "From Tower, 4 layers to Tower, 8 layers as the student, the median PGR over the tasks of language, where it is not withheld (5 of 6 tasks), goes from 25% to 25% (baseline), from 50% to 50% (confidence loss) and from 75% to 75% (bootstrapping); the intervals of the two ends overlap. " +
      "All models are cut from one network, so this is a ladder of depth: what the paper claims of size is not testable here."
  );
  const rows = await figureData(page, "by-size");
  // Language and reward modelling, three methods, three students; chess ran in another setting.
  expect(rows).toHaveLength(2 * 3 * 3);
  for (const [line, pgr] of Object.entries({Baseline: 0.25, "Confidence loss": 0.5, Bootstrapping: 0.75}))
    for (const row of at(rows, {line})) expect(Number(row.value)).toBeCloseTo(pgr, 10);
  const about = (await page.locator("#by-size .figure-subtitle").textContent())!;
  expect(about).toContain("Chess was run with the setting “lora”.");
  expect(about).toContain("Not drawn, since run with one student only: “baseline, to the end”");
  expect(await page.locator("#by-size .figure-note").textContent()).toContain("3 seeds, 100 test rows a task.");
  expect(await page.locator("#by-size .figure-note").textContent()).toContain("not withheld, 5 of 6 tasks,");
  const table = page.getByRole("region", {name: "Accuracies in percent, and PGR, by size of models"});
  // Weak 53, gap 28, a quarter of it recovered.
  expect((await table.locator("tr", {hasText: "60.0"}).last().textContent())!.replace(/\s+/g, " ")).toMatch(
    /8 ?Baseline ?53\.049\.0 to 57\.0 ?60\.056\.0 to 64\.0 ?81\.077\.0 to 85\.0 ?25%15% to 35%/
  );
  expect([complaints, await accessibility(page)]).toEqual([[], []]);
  await page.close();
});

test("every pair of models has a cell with its number, which tells its interval to those who tab to it", async () => {
  const {page} = await open();
  const cells = page.locator("#pairs .pair-cell");
  expect(await cells.count()).toBe(2 * 3 * 9);
  expect(await cells.first().textContent()).toMatch(/25%\s*15 to 35/);
  await cells.nth(9).focus();
  expect(await page.locator("#pairs .figure-said").textContent()).toBe(
    "Confidence loss, Language (6 tasks), median, supervisor 1, student 4 layers: 50% (40% to 60%; 5 of 6 tasks)"
  );
  await page.close();
});

test("by gap: each task’s gain against its gap, faint where PGR is withheld", async () => {
  const {page} = await open();
  const rows = await figureData(page, "gains");
  expect(rows).toHaveLength(7 * 3);
  const [grammar] = at(rows, {task: "grammar", method: "bootstrapping"});
  expect([grammar.gap, grammar.value].map(Number)).toEqual([0.28, 0.21]);
  expect(at(rows, {withheld: "true"}).map((d) => d.task)).toEqual(["flat", "flat", "flat"]);
  expect(await page.locator("#gains .figure-note").textContent()).toContain("Faint: 1 task whose PGR is withheld.");
  await page.close();
});

test("the view is in the address: accuracy by size of the supervisor, between supervisor and ceiling", async () => {
  const {page} = await open();
  await page.getByLabel("Quantity", {exact: true}).selectOption({label: "accuracy"});
  await page.getByLabel("By size of", {exact: true}).selectOption({label: "supervisor"});
  await page.getByLabel("Student", {exact: true}).selectOption({label: "Tower, 6 layers"});
  await settled(page);
  const query = Object.fromEntries(new URL(page.url()).searchParams);
  expect(query).toEqual({quantity: "student", axis: "weak", with: "planted:tower#layers=6"});
  const rows = await figureData(page, "by-size");
  const of = (line: string) =>
    at(rows, {line, panel: "Reward modelling: Preferences"}).map(({size, value}) => [size, value].map(Number));
  // 53 + 4 a place; the ceiling of the middle student 53 + 20 + 4; half of what is between.
  expect(of("Weak supervisor")).toEqual([
    [1, 0.53],
    [2, 0.57],
    [3, 0.61]
  ]);
  expect(of("Strong ceiling").map(([, value]) => value)).toEqual([0.77, 0.77, 0.77]);
  expect(of("Confidence loss").map(([, value]) => value)).toEqual([0.65, 0.67, 0.69]);
  await page.close();
  const again = await open(query);
  expect(await figureData(again.page, "by-size")).toEqual(rows);
  await again.page.close();
});

test("a method that ran with one student is drawn when chosen, and has no grid", async () => {
  const {page} = await open({method: "baseline/to the end"});
  const rows = await figureData(page, "by-size");
  expect(rows.map((d) => [d.line, d.size, Number(d.value)])).toEqual([
    ["Baseline, to the end", "8", 0],
    ["Baseline, to the end", "8", 0]
  ]);
  expect(await headline(page)).toContain(
    "No method has the median PGR over the tasks of language at both ends of the ladder: it was run at one of them at most."
  );
  expect(await page.locator("main").textContent()).toContain("so there is no grid of pairs");
  await page.close();
});

test("a task without a gap: withheld, with the reason, in every view", async () => {
  const {page} = await open({task: "flat"});
  const reason = "the strong ceiling is not clearly above the weak model";
  expect(await headline(page)).toContain("No method has PGR on No gap at both ends of the ladder: it is withheld.");
  const svg = (await page.locator("#by-size .figure-stage svg").first().textContent())!;
  expect(svg.replace(/\s+/g, " ")).toMatch(/withheld: the strong ceiling is not clearly ?above the weak model/);
  expect(await page.locator("#pairs .pair-cell").first().getAttribute("aria-label")).toContain(`withheld: ${reason}`);
  expect(await page.locator("td .withheld").count()).toBe(9);
  await page.close();
});

test("a ladder of networks is one of size; a withheld end says so", async () => {
  const {page, complaints} = await open({task: "hh-rlhf"}, "ladder");
  const text = (await page.locator("main").textContent())!;
  expect(text).not.toMatch(/depth|layers/);
  expect(await headline(page)).toBe("No method has PGR on Preferences at both ends of the ladder: it is withheld.");
  const rows = await figureData(page, "by-size");
  expect(at(rows, {line: "Baseline"}).map((d) => [d.size, d.value.slice(0, 4), d.refused.slice(0, 18)])).toEqual([
    ["4000000", "", "the strong ceiling"],
    ["6000000", "0.25", ""],
    ["8000000", "0.25", ""]
  ]);
  const axis = (await page.locator("#by-size .figure-stage svg").first().textContent())!;
  expect(axis).toMatch(/4M.*6M.*8M.*Student, parameters/s);
  expect(await page.locator("#by-size .figure-key").textContent()).toContain("withheld");
  const labels = await page
    .locator("#pairs .pair-cell")
    .evaluateAll((cells) => cells.map((cell) => cell.getAttribute("aria-label")!));
  expect(labels.filter((d) => d.includes("withheld")).map((d) => /student (\w+)/.exec(d)![1])).toEqual(
    Array.from({length: 9}, () => "4M")
  );
  expect(complaints).toEqual([]);
  await page.close();
});

test("is whole on a phone in the dark", async () => {
  const {page, complaints} = await visit(pages.browser, `${pages.site.url}grid/scaling.html?quantity=student`, {
    width: 390,
    colorScheme: "dark"
  });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
  expect([complaints, overflow, await accessibility(page)]).toEqual([[], 0, []]);
  await page.close();
});
