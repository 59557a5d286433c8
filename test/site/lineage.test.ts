import {readFile} from "node:fs/promises";
import type {Page} from "playwright-core";
import {expect, test} from "vitest";
import {plantGrid} from "./plantedGrid.js";
import {plantedPages} from "./plantedPages.js";
import {accessibility, settled, visit} from "./siteBrowser.js";

const pages = plantedPages();
const {tables} = plantGrid();

const address = (study: string, query: Record<string, string> = {}) =>
  `${pages.site.url}${study}/lineage.html?${new URLSearchParams(query).toString()}`;

/** A run of seed 0 on sentiment from the shallowest to the deepest model. */
function runOf(method: string, variant = "", setting = "head"): string {
  const models = new Map(tables.run_models.map((d) => [`${d.run} ${d.role}`, d.model]));
  return tables.runs.find(
    (d) =>
      d.task === "sentiment" &&
      d.seed === 0 &&
      d.method === method &&
      d.variant === variant &&
      d.setting === setting &&
      models.get(`${d.run} weak`)!.endsWith("=1") &&
      models.get(`${d.run} strong`)!.endsWith("=8")
  )!.run;
}

const boxes = (page: Page) =>
  page.locator("#supervision a.step").evaluateAll((nodes) =>
    nodes.map((d) => ({
      label: d.getAttribute("aria-label")!,
      color: d.querySelector("rect")!.getAttribute("stroke")!,
      href: d.getAttribute("href")!
    }))
  );

const lines = (page: Page, color: string) => page.locator(`#supervision .figure-stage path[stroke="${color}"]`).count();

test("says what the students of each arm learned from, and which arms are not clean", async () => {
  const {page, complaints} = await visit(pages.browser, address("grid"));
  expect(await page.locator("p.lead").nth(1).textContent()).toBe(
    "Of 14 arms, 11 are clean: no student saw gold labels or labels of a model as strong as itself, and no oracle judged. “Debate” and “Explanation, debate, align” are not: judged by the ground truth, an oracle. From strong to weak by design: “Facilitation”."
  );
  const rows = await page
    .locator("main table tbody tr")
    .evaluateAll((nodes) => nodes.map((d) => [...d.querySelectorAll("td")].map((cell) => cell.textContent!.trim())));
  expect(rows).toHaveLength(14);
  const of = (method: string) => rows.filter(([name]) => name === method);
  // Seven tasks, nine pairs of models, three seeds.
  expect(of("Baseline")[0]).toEqual([
    "Baseline",
    "labels of the weak model",
    "transfer",
    "supervision",
    "–",
    "189",
    "clean"
  ]);
  // Between two of the nine pairs no model lies that could carry labels up.
  expect(of("Bootstrapping").map(([, learned]) => learned)).toEqual([
    "labels of an intermediate model (147 runs); labels of the weak model (42 runs)",
    "labels of an intermediate model"
  ]);
  const [down] = of("Facilitation");
  expect([down[1], down[3], down[6]]).toEqual([
    "labels of the strong model",
    "supervision",
    "strong to weak, by design"
  ]);
  const [debate] = of("Debate");
  expect([debate[4], debate[6]]).toEqual([
    "the weak model and the ground truth (oracle)",
    "an oracle: judged by the ground truth, an oracle"
  ]);
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.locator("#ladder button", {hasText: "CSV"}).click()
  ]);
  const ladder = await readFile((await file.path())!, "utf8");
  expect(ladder.match(/^head,baseline,,/gm)).toHaveLength(9);
  expect(ladder).toContain("facilitate,,planted:tower#layers=8 > planted:tower#layers=1");
  expect(ladder).toContain(
    "planted:tower#layers=1 > planted:tower#layers=3 > planted:tower#layers=6 > planted:tower#layers=8"
  );
  expect([complaints, await accessibility(page)]).toEqual([[], []]);
  await page.close();
});

test("draws the models and labels of a run, coloured by whose labels they are, each leading to its steps", async () => {
  const {page, complaints} = await visit(pages.browser, address("grid"));
  const [gold, weak] = ["var(--gold)", "var(--student-lineage)"];
  const drawn = await boxes(page);
  expect(drawn.map(({label, color}) => [label, color]).sort()).toEqual(
    [
      ["Gold labels: of supervision rows", gold],
      ["Gold labels: of transfer rows", gold],
      ["Supervisor: Tower, 1 layer", gold],
      ["Weak labels: by Tower, 1 layer, of transfer rows", weak],
      ["Student: Tower, 8 layers", weak],
      ["Weak ceiling: Tower, 1 layer", gold],
      ["Strong ceiling: Tower, 8 layers", gold]
    ].sort()
  );
  expect([await lines(page, gold), await lines(page, weak), await lines(page, "var(--bad)")]).toEqual([3, 1, 0]);
  await page.locator("summary", {hasText: "as a list"}).click();
  const list = await page.locator("main details ol li").allTextContents();
  const said = list.map((d) => d.trim().replace(/\s+/g, " "));
  const number = (node: string) => said.findIndex((d) => d.startsWith(node)) + 1;
  expect(said).toHaveLength(7);
  expect(said[number("Student") - 1]).toBe(`Student (Tower, 8 layers), from weak labels (${number("Weak labels")})`);
  expect(said[number("Weak labels") - 1]).toBe(
    `Weak labels (by Tower, 1 layer, of transfer rows), from supervisor (${number("Supervisor")})`
  );
  // By keyboard to the steps behind the supervisor.
  const supervisor = page.locator(`#supervision a.step[aria-label^="Supervisor"]`);
  await supervisor.focus();
  await Promise.all([page.waitForURL(/provenance/), page.keyboard.press("Enter")]);
  await settled(page);
  const query = new URL(page.url()).searchParams;
  expect(tables.steps.find((d) => d.step === query.get("step"))).toMatchObject({
    verb: "finetune",
    model: "planted:tower#layers=1"
  });
  expect(await page.locator(".step-detail h3").textContent()).toBe("finetune: Fine-tuned on gold labels");
  expect(complaints).toEqual([]);
  await page.close();
});

test("draws intermediates, a strong teacher and judges; the run is in the address", async () => {
  const run = runOf("bootstrapping");
  const {page} = await visit(pages.browser, address("grid", {run}));
  expect(await page.locator("#supervision .figure-title").textContent()).toBe(
    "Where the labels of “bootstrapping” come from"
  );
  expect((await boxes(page)).map((d) => d.label)).toEqual(
    expect.arrayContaining([
      "Intermediate 1: Tower, 3 layers",
      "Intermediate 2: Tower, 6 layers",
      "Student: Tower, 8 layers"
    ])
  );
  await page.getByLabel("Setting").selectOption({label: "head, strong to weak"});
  await settled(page);
  expect(new URL(page.url()).searchParams.get("run")).toBe(runOf("facilitate", "", "head, strong to weak"));
  const down = await boxes(page);
  const color = (label: string) => down.find((d) => d.label === label)?.color;
  expect(color("Strong model: Tower, 8 layers")).toBe("var(--gold)");
  expect(color("Strong labels: by Tower, 8 layers, of transfer rows")).toBe("var(--stronger-lineage)");
  expect(color("Facilitated weak: Tower, 1 layer")).toBe("var(--stronger-lineage)");
  expect(down.map((d) => d.label).join()).not.toMatch(/leak/i);
  await page.close();
  const judged = await visit(pages.browser, address("grid", {run: runOf("debate", "", "lora, in words")}));
  expect((await boxes(judged.page)).map(({label, color}) => [label, color])).toEqual(
    expect.arrayContaining([
      ["Judge: Tower, 1 layer, from whom nothing was learned", "var(--theme-foreground-muted)"],
      ["Oracle judge: the ground truth, from whom nothing was learned", "var(--stronger-lineage)"]
    ])
  );
  await judged.page.close();
});

test("marks what a student saw that it must not have seen, in words and in the graph", async () => {
  const {page, complaints} = await visit(pages.browser, address("peeking", {run: runOf("baseline", "to the end")}));
  expect(await page.locator("p.lead").nth(1).textContent()).toContain(
    "Of 14 arms, 10 are clean: no student saw gold labels or labels of a model as strong as itself, and no oracle judged. “Baseline, to the end” is not: saw gold labels of transfer."
  );
  expect(await page.locator("main table tbody tr", {has: page.locator(".leak")}).allTextContents()).toEqual([
    expect.stringContaining("not weak-to-strong: saw gold labels of transfer"),
    expect.stringContaining("an oracle"),
    expect.stringContaining("an oracle")
  ]);
  expect(await page.locator("#supervision .figure-title").textContent()).toBe(
    "“Baseline, to the end” leaks: its student saw gold labels of transfer"
  );
  const alarmed = (await boxes(page)).filter((d) => d.color === "var(--bad)").map((d) => d.label);
  expect(alarmed.sort()).toEqual([
    "Gold labels: of transfer rows, leak",
    "Student: Tower, 8 layers. Leak: saw gold labels of transfer"
  ]);
  // The ceilings may learn from the same labels.
  expect([await lines(page, "var(--bad)"), await lines(page, "var(--gold)")]).toEqual([1, 3]);
  expect([complaints, await accessibility(page)]).toEqual([[], []]);
  await page.close();
});

test("is whole on a phone in the dark", async () => {
  const {page, complaints} = await visit(pages.browser, address("grid"), {width: 390, colorScheme: "dark"});
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
  expect([complaints, overflow, await accessibility(page)]).toEqual([[], 0, []]);
  await page.close();
});
