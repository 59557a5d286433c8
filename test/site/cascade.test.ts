import {expect, test} from "vitest";
import {figureData} from "./figureData.js";
import {plantedPages} from "./plantedPages.js";
import {accessibility, visit} from "./siteBrowser.js";

const pages = plantedPages();

const address = (study: string) => `${pages.site.url}${study}/cascade.html`;
const rounded = (...values: string[]) => values.map((d) => Number(Number(d).toFixed(3)));

test("draws accuracy from the weak teacher to the student, beside direct teaching and the ceiling", async () => {
  const {page, complaints, firstChart} = await visit(pages.browser, address("alice"));
  await page.waitForFunction(() => document.querySelectorAll("#stages [data-mark=dot]").length > 12);
  const rows = (await figureData(page, "stages")).filter((d) => d.task === "Capitals");
  expect(rows.map((d) => [d.arm, d.stage, ...rounded(d.value)])).toEqual([
    ["Alice, cascade", "weak", 0.4],
    ["Alice, cascade", "between", 0.6],
    ["Alice, cascade", "student", 0.76],
    ["Alice", "weak", 0.4],
    ["Alice", "student", 0.7],
    ["Alice, direct at equal data", "weak", 0.4],
    ["Alice, direct at equal data", "student", 0.66],
    ["strong model on gold labels", "ceiling", 0.8]
  ]);
  // Wilson's interval of 60 of 100.
  expect(rounded(rows[1].low, rows[1].high)).toEqual([0.502, 0.691]);
  expect(await page.locator("#stages .figure-subtitle").textContent()).toBe(
    "Tower, 2 layers teaches Tower, 4 layers teaches Tower, 8 layers. Each stage has questions of its own, one of 2 parts; direct at equal data, the student sees the last part alone."
  );
  const {bytes, duckdb} = await firstChart();
  expect([bytes < 500_000, duckdb]).toEqual([true, false]);
  expect([complaints, await accessibility(page)]).toEqual([[], []]);
  await page.close();
});

test("tells how much the models in between add, to each method that cascades", async () => {
  const {page} = await visit(pages.browser, address("alice"));
  const rows = await figureData(page, "cascade-differences");
  expect(rows.filter((d) => d.task === "capitals").map((d) => [d.method, d.data, ...rounded(d.difference)])).toEqual([
    ["qcota", "all", -0.02],
    ["qcota", "equal", -0.01],
    ["alice", "all", 0.06],
    ["alice", "equal", 0.1]
  ]);
  // Predictions are published of one seed of three: from two intervals of ± 4 points.
  const alice = rows.find((d) => d.method === "alice" && d.task === "capitals")!;
  expect([alice.paired, ...rounded(alice.low, alice.high)]).toEqual(["false", 0.003, 0.117]);
  expect(await page.locator("p.lead").nth(1).textContent()).toBe(
    "The student of “Alice, cascade” is clearly better than taught directly on 2 of 3 tasks; it is clearly better than taught directly with as many questions on 2 of 3 tasks."
  );
  await page.getByLabel("Cascade", {exact: true}).selectOption({
    label: "Q-CoT-A, cascade: Tower, 2 layers → Tower, 4 layers → Tower, 8 layers"
  });
  expect([...new URL(page.url()).searchParams.keys()]).toEqual(["cascade"]);
  await page.waitForFunction(() => document.querySelector("#stages-title")!.textContent!.includes("Q-CoT-A"));
  expect(await page.locator("p.lead").nth(1).textContent()).toContain(
    "The student of “Q-CoT-A, cascade” is clearly better"
  );
  await page.close();
});

test("pairs students row by row where the predictions of all seeds are published", async () => {
  const {page} = await visit(pages.browser, address("alice-paper"));
  await page.waitForFunction(() =>
    document.querySelector("#cascade-differences .figure-note")!.textContent!.includes("paired differences")
  );
  const rows = await figureData(page, "cascade-differences");
  const of = (task: string) => rows.find((d) => d.cascade === "cascade" && d.method === "alice" && d.task === task)!;
  const hotpot = of("hotpotqa");
  // 75 and 69 of 100 right, the 69 among the 75: rows differ on 6, one way only.
  expect([hotpot.paired, ...rounded(hotpot.difference)]).toEqual(["true", 0.06]);
  const [low, high] = rounded(hotpot.low, hotpot.high);
  expect(low).toBeGreaterThan(0.01);
  expect(high).toBeLessThan(0.115);
  expect(of("gsm8k").paired).toBe("false");
  await page.close();
});

test("is whole on a phone in the dark, and says where a study has no cascade", async () => {
  const {page, complaints} = await visit(pages.browser, address("alice"), {width: 390, colorScheme: "dark"});
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
  expect([complaints, overflow, await accessibility(page)]).toEqual([[], 0, []]);
  await page.close();
  const none = await visit(pages.browser, address("grid"));
  expect(await none.page.locator(".missing").textContent()).toContain(
    "This study has no arm of Alice, and no cascade."
  );
  await none.page.close();
});
