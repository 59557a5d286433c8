import type {Page} from "playwright-core";
import {expect, test} from "vitest";
import {figureData} from "./figureData.js";
import {paperModels} from "./plantedAlicePaper.js";
import {plantedPages} from "./plantedPages.js";
import {accessibility, visit} from "./siteBrowser.js";

const pages = plantedPages();

const address = (study: string, query: Record<string, string> = {}) =>
  `${pages.site.url}${study}/results.html?${new URLSearchParams(query).toString()}`;

/** Rows of a table of the page, by its heading; each as its cells. */
async function cells(page: Page, caption: string): Promise<string[][]> {
  const rows = await page.locator(`[aria-label^="${caption}"] tbody tr`).all();
  return Promise.all(
    rows.map(async (row) => (await row.locator("th, td").allTextContents()).map((d) => d.replace(/\s+/g, " ").trim()))
  );
}

test("lays the paper's table 1 beside ours, row by row, and says what is missing", async () => {
  const {page, complaints, firstChart} = await visit(pages.browser, address("alice-paper"));
  await page.waitForFunction(() => document.querySelector("main")!.textContent!.includes("Answer found"));
  expect(await page.locator("p.lead").nth(1).textContent()).toBe(
    "Of Qwen2.5-1.5B to Qwen2.5-7B, Alice’s student scores above that of Q-CoT-A on 2 of 3 tasks, and above the strong model on gold labels on 0 of 3 tasks; in the paper’s table 1 it does in 15 of 16 and 16 of 16 cells. This study has 2 of the paper’s 4 datasets. Which differences are more than chance is on the Reproduction page."
  );
  const heads = page.locator('[aria-label^="Table 1:"] thead tr');
  expect(await heads.first().locator("th").allTextContents()).toEqual([
    "Knowledge",
    "Math",
    "Reasoning",
    "Not in the paper"
  ]);
  expect(await heads.last().locator("th").allTextContents()).toEqual([
    "Models",
    "Row",
    "HotpotQA",
    "TriviaQA, not in this study",
    "GSM8K",
    "ARC-Challenge, not in this study",
    "World countries"
  ]);
  const table = await cells(page, "Table 1:");
  const at = table.findIndex(([head]) => head.startsWith("Qwen2.5-1.5B"));
  const own = table.slice(at, at + 9).map((row) => row.slice(-6));
  expect(table[at][0]).toBe(
    "Qwen2.5-1.5B to Qwen2.5-7B (cascade); at the right the paper’s Qwen 2.5 1.5B to 7B (cascade)"
  );
  const rests = "100 rows, 3 seeds";
  const of = (value: number, paper: string) => `${value}.0${value - 4}.0 to ${value + 4}.0${rests}${paper}`;
  // GSM8K’s rows Weak and Strong are of chains: 10 less than 42 and 80; elsewhere of answers.
  expect(own.slice(0, 5)).toEqual([
    ["Weak", of(38, "9.32"), "–32.96", of(32, "48.18"), "–73.98", of(60, "")],
    ["Q-A", of(44, "16.38"), "–37.53", of(34, "14.18"), "–74.23", of(60, "")],
    ["Q-CoT-A", of(50, "24.29"), "–48.95", of(40, "64.39"), "–77.26", of(60, "")],
    ["AliceAlice, cascade", of(76, "28.83"), "–64.08", of(66, "79.16"), "–90.09", of(60, "")],
    ["Strong", of(76, "22.38"), "–53.44", of(70, "70.99"), "–89.33", of(61, "")]
  ]);
  expect(own.slice(5).map(([label, hotpot]) => [label, hotpot.slice(0, 4)])).toEqual([
    ["Strong, answers", "76.0"],
    ["Strong, chains", "80.0"],
    ["Zero-shot student, answers", "50.0"],
    ["Zero-shot student, chains", "50.0"]
  ]);
  // From the model in between, nobody taught answers.
  const other = table.find(([head]) => head.startsWith("Qwen2.5-3B"))!;
  expect(other[0]).toContain("the paper’s Qwen 2.5 1.5B to 3B, other models");
  expect(other[2]).toBe("no baseline9.32");
  // The paper's other pairs stand below.
  await page.getByText("2 pairs of models of the paper’s table 1 that stand beside none here").click();
  expect((await cells(page, "Other pairs"))[0].slice(0, 3)).toEqual([
    "Llama 3.2 1B to 3B",
    "Weak",
    "no such models15.84"
  ]);
  const {bytes, duckdb} = await firstChart();
  expect([bytes < 500_000, duckdb]).toEqual([true, false]);
  expect([complaints, await accessibility(page)]).toEqual([[], []]);
  await page.close();
});

test("has the seven rows of table 2 and what goes beyond them, and both ways of table 3", async () => {
  const {page} = await visit(pages.browser, address("alice-paper"));
  const second = await cells(page, "Table 2:");
  const said = second.map((row) => [row[0], row.at(-5)!.slice(0, 4), /[\d.]{5}$/.exec(row.at(-5)!)?.[0]]);
  expect(said.slice(0, 7)).toEqual([
    ["Alice", "76.0", "28.83"],
    ["w/o Cascade", "70.0", "27.68"],
    ["w/o Teacher’s Uncertainty", "64.0", "25.86"],
    ["Multi-teacher", "71.0", "28.25"],
    ["Mix-teacher", "69.0", "28.17"],
    ["Cross-model", "68.0", "28.16"],
    ["Cross-model-Cascade", "77.0", "28.91"]
  ]);
  expect(second[4][1]).toBe(
    "Qwen 1.5B + Llama 1B → Qwen 7BQwen2.5-1.5B + Llama-3.2-1B → Qwen2.5-7B (Alice, mix-teacher)"
  );
  expect(second.slice(7).map((row) => [row.at(-6), row.at(-5)!.slice(0, 4)])).toEqual([
    ["Alice, without uncertainty", "60.0"],
    ["Alice, shuffled uncertainty", "58.0"],
    ["Alice, direct at equal data", "66.0"]
  ]);
  const third = await cells(page, "Table 3:");
  expect(
    third.map((row) => [row.at(-6)!.slice(0, 22), row.at(-5)!.slice(0, 4), /[\d.]{5}$/.exec(row.at(-5)!)?.[0]])
  ).toEqual([
    ["3B → 7B (direct)Qwen2.", "55.0", "28.55"],
    ["1.5B → 7B (cascade)Qwe", "48.0", "26.31"],
    ["the first teacher alon", "50.0", undefined],
    ["the first teacher alon", "49.0", undefined],
    ["3B → 7B (direct)Qwen2.", "72.0", "27.59"],
    ["1.5B → 7B (cascade)Qwe", "76.0", "28.83"],
    ["the first teacher alon", "70.0", undefined],
    ["the first teacher alon", "66.0", undefined]
  ]);
  await page.close();
});

test("draws a pair of models with the paper’s numbers, and shows its exact match, F1 and answers found", async () => {
  const {page} = await visit(pages.browser, address("alice-paper"));
  await page.waitForFunction(() => document.querySelector("main")!.textContent!.includes("Answer found"));
  const rows = await figureData(page, "table-1");
  expect(rows).toHaveLength(15);
  expect(rows.find((d) => d.task === "gsm8k" && d.row === "Alice")).toMatchObject({
    variant: "cascade",
    ours: "0.66",
    paper: "0.7916"
  });
  expect(rows.find((d) => d.task === "world-countries")!.paper).toBe("");
  const found = (await cells(page, "Qwen2.5-1.5B to Qwen2.5-7B: exact match")).find((row) => row.includes("Alice"))!;
  // Planted: exact match 5 points and F1 2 points below the 76 that are right, 98 of 100 answers found, 30 of 40 rows learned.
  expect(found.slice(-6).map((d) => d.slice(0, 4))).toEqual(["76.0", "71.0", "74.0", "98.0", "75.0", "100 "]);
  expect(found.at(-2)).toBe("75.0of 40 rows");
  const label = "Qwen2.5-3B to Qwen2.5-7B";
  await page.getByLabel("Models", {exact: true}).selectOption({label});
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
    models: `${paperModels.intermediate} ${paperModels.strong}`
  });
  expect(await page.locator("#table-1 .figure-subtitle").textContent()).toContain(label);
  await page.close();
});

test("a study of other models and tasks stands beside the paper’s first cascade; one without Alice says so", async () => {
  const {page, complaints} = await visit(pages.browser, address("alice"), {width: 390, colorScheme: "dark"});
  const [first] = await cells(page, "Table 1:");
  expect(first[0]).toBe(
    "Tower, 2 layers to Tower, 8 layers (cascade); at the right the paper’s Qwen 2.5 1.5B to 7B (cascade), other models"
  );
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
  expect([complaints, overflow, await accessibility(page)]).toEqual([[], 0, []]);
  await page.close();
  const none = await visit(pages.browser, address("grid"));
  expect(await none.page.locator(".missing").textContent()).toContain("This study has no arm of Alice");
  expect(none.complaints).toEqual([]);
  await none.page.close();
});
