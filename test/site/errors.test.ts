import {readFile} from "node:fs/promises";
import type {Browser, BrowserContext, Page} from "playwright-core";
import {expect, test} from "vitest";
import {figureData} from "./figureData.js";
import {gridModels} from "./plantedGrid.js";
import {plantedPages} from "./plantedPages.js";
import {accessibility, reload, settled, visit} from "./siteBrowser.js";

const pages = plantedPages();

const open = (query: Record<string, string> = {}, on: Browser | BrowserContext = pages.browser, options = {}) =>
  visit(on, `${pages.site.url}grid/errors.html?${new URLSearchParams(query).toString()}`, options);

const largest = gridModels.strong[2];
const bar = (page: Page, key: string) => page.locator(`[data-bar="${key}"]`);
const found = (page: Page) => page.locator(".examples > p").first().textContent();
const notice = (page: Page) => page.locator(".tag-file .live-status");
const button = (page: Page, tag: string) => page.locator(`.examples li button[data-tag="${tag}"]`).first();

async function listed(page: Page): Promise<void> {
  await page.waitForSelector(".examples li", {timeout: 60_000});
}

async function taken(page: Page, kind: "JSON" | "CSV"): Promise<string> {
  const press = page.locator(".tag-file button", {hasText: `(${kind})`});
  const [file] = await Promise.all([page.waitForEvent("download"), press.click()]);
  return readFile((await file.path())!, "utf8");
}

async function give(page: Page, name: string, content: string): Promise<string> {
  await notice(page).evaluate((d) => (d.textContent = ""));
  await page
    .locator(".tag-file input[type=file]")
    .setInputFiles({name, mimeType: "application/json", buffer: Buffer.from(content)});
  await page.waitForFunction(() => document.querySelector(".tag-file .live-status")!.textContent !== "");
  return (await notice(page).textContent())!;
}

test("says what came out, and draws what was planted: tasks counted together, and one as the table has it", async () => {
  const {page, complaints} = await open();
  // On 6 tasks a seed of the baseline's largest student: 35 + 37 + 39 + 41 + 38 + 40 errors, 3 of them novel but on the flat
  // task, 2 overfit; of the supervisor's the ceiling makes 14 + 16 + 18 + 20 + 17 + 39.
  const baseline = {copied: 215 / 230, copied_net: (215 - 124) / 230, overfit: 12 / 230, novel: 15 / 230};
  const rows = await figureData(page, "errors");
  const own = (kind: string) =>
    rows.find((d) => d.kind === kind && d.method === "baseline" && !d.variant && d.strong === largest)!;
  for (const [kind, share] of Object.entries(baseline)) {
    const {share: drawn, low, high, errors} = own(kind);
    expect(Number(drawn), kind).toBeCloseTo(share, 12);
    expect(Number(errors)).toBe(3 * 230);
    expect(Number(low)).toBeLessThan(share);
    expect(Number(high)).toBeGreaterThan(share);
  }
  // Three students with three arms each, and one arm that ran on the widest pair alone; four kinds and all.
  expect(rows).toHaveLength(10 * 5);
  const headline = (await page.locator("p.lead").nth(1).textContent())!;
  expect(headline).toContain(
    "Of the errors of students of Tower, 8 layers on 6 tasks of language, 91% to 94% (by method) repeat their supervisor’s."
  );
  expect(headline).toContain("In 5% to 8% the student had been right at an earlier checkpoint.");
  const perTask = await figureData(page, "errors-by-task");
  expect(perTask.filter((d) => d.kind === "copied").map((d) => d.tasks)).toEqual([
    "sentiment",
    "paraphrase",
    "entailment",
    "grammar",
    "questions",
    "flat",
    "hh-rlhf"
  ]);
  const sentiment = perTask.find((d) => d.tasks === "sentiment" && d.kind === "copied")!;
  expect([sentiment.share, sentiment.low, sentiment.high].map((d) => Number(d).toFixed(6))).toEqual(
    [32 / 35, 32 / 35 - 0.05, 32 / 35 + 0.05].map((d) => d.toFixed(6))
  );
  await page.getByLabel("Task", {exact: true}).selectOption({label: "Sentiment"});
  await settled(page);
  expect(new URL(page.url()).search).toBe("?task=sentiment");
  expect((await figureData(page, "errors")).find((d) => d.kind === "copied" && d.strong === largest)).toMatchObject({
    share: sentiment.share,
    low: sentiment.low
  });
  expect(complaints).toEqual([]);
  await page.close();
});

test("answers that cannot be read are a kind of their own where models write", async () => {
  // Counted with tasks of language only where they are tasks of their own.
  const over = await open({setting: "lora"});
  expect((await figureData(over.page, "errors")).filter((d) => d.kind === "parse_failure")).toEqual([]);
  const each = (await figureData(over.page, "errors-by-task")).filter((d) => d.kind === "parse_failure");
  expect(each.map((d) => d.tasks)).toEqual(["chess"]);
  expect(await over.page.locator("p.lead").nth(1).textContent()).not.toMatch(/Infinity|NaN|no answer/);
  await over.page.close();
  const {page} = await open({setting: "lora", task: "chess"});
  // Of the baseline, 5 + 7 of 100 right: 88 errors, 2 of them without an answer.
  const rows = (await figureData(page, "errors")).filter((d) => d.method === "baseline");
  expect(Number(rows.find((d) => d.kind === "parse_failure")!.share)).toBeCloseTo(2 / 88, 12);
  await bar(page, `baseline ${largest} parse_failure`).click();
  await listed(page);
  expect(await found(page)).toContain("2 errors of seed 0");
  expect(await page.locator(".examples li .answered em").first().textContent()).toBe("no answer");
  await page.close();
});

test("a bar, by keyboard, shows its errors, as many as are published; the address holds it", async () => {
  const {page, complaints, firstChart} = await open();
  expect((await firstChart()).duckdb).toBe(false);
  // One stop of the tab key a chart.
  expect(await page.locator("#errors .error-bar[tabindex='0']").count()).toBe(1);
  await bar(page, `baseline ${largest} copied`).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("data-bar"))).toBe(
    `baseline ${largest} overfit`
  );
  await page.keyboard.press("Enter");
  await listed(page);
  const said = "12 errors of seed 0, whose predictions are published; the bars count all 3 seeds.";
  expect(await found(page)).toBe(said);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("examples");
  expect(await bar(page, `baseline ${largest} overfit`).getAttribute("aria-pressed")).toBe("true");
  for (const text of await page.locator(".error-kind > p:first-child").allTextContents())
    expect(text).toContain("right at an earlier checkpoint");
  await reload(page);
  await listed(page);
  expect(await found(page)).toBe(said);
  await page.getByLabel("Errors", {exact: true}).selectOption({label: "Novel"});
  await page.waitForFunction(() => document.querySelector(".examples > p")?.textContent.startsWith("15 errors"));
  expect(new URL(page.url()).searchParams.get("bar")).toBe(`baseline ${largest} novel`);
  expect([complaints, await accessibility(page)]).toEqual([[], []]);
  await page.close();
});

test("does not show text that may not be published", async () => {
  const {page} = await open({bar: "paraphrase copied"});
  await listed(page);
  // Of seed 0, which has one more than the mean.
  expect(await found(page)).toContain("35 errors");
  expect(await page.locator(".examples .text").first().textContent()).toContain("licence");
  await page.close();
});

test("says what is missing where no errors were counted; a table without rows is one all the same", async () => {
  const {page} = await visit(pages.browser, `${pages.site.url}planted/errors.html`);
  expect(await page.locator("main").textContent()).toContain("w2s run planted");
  await page.close();
  const sql = "SELECT count(*)::INT AS n FROM error_tags";
  const workbench = await visit(
    pages.browser,
    `${pages.site.url}planted/workbench.html?${new URLSearchParams({sql}).toString()}`
  );
  await workbench.page.waitForFunction(() => /^1 row/.test(document.querySelector(".live-status")!.textContent));
  await workbench.page.close();
});

test("a reader tags errors, counted at once; what a model proposes stays apart until it is accepted", async () => {
  const context = await pages.browser.newContext({acceptDownloads: true});
  const {page} = await open(
    {task: "sentiment", tagged: "proposed", bar: `baseline ${largest} all`, order: "example"},
    context
  );
  await listed(page);
  expect(await page.locator(".proposed").allTextContents()).toHaveLength(5);
  expect((await page.locator(".proposed").first().textContent())!.trim()).toMatch(
    /^Proposed by Tower, 1 layer: Poor quote selection \(40%\)\s+Accept$/
  );
  const counts = async () => (await figureData(page, "tags")).map((d) => [d.by, Number(d.share).toFixed(2), d.n]);
  // Mean weights of 0.28 and 0.24 together, not the 3 of 5 errors whose largest weight they have.
  const proposed = ["Tower, 1 layer proposes", "0.52", "5"];
  expect(await counts()).toEqual([
    ["The paper", "0.70", "not given"],
    ["You", "0.00", "0"],
    proposed,
    ["The paper", "0.20", "not given"],
    ["You", "0.00", "0"],
    ["Tower, 1 layer proposes", "0.24", "5"]
  ]);
  expect(await page.locator("#tags").textContent()).toContain("Tower, 1 layer hardly prefers any kind");
  await page.locator(".proposed button").first().click();
  expect(await button(page, "quote_selection").getAttribute("aria-pressed")).toBe("true");
  const second = page.locator(".examples li").nth(1);
  await second.locator("button[data-tag=other]").click();
  await second.locator("input[type=text]").fill('sarcasm, "so to speak"');
  await second.locator("input[type=text]").press("Enter");
  await page.locator(".examples li").nth(2).locator("button[data-tag=overfitting]").click();
  expect((await counts()).filter(([by]) => by === "You")).toEqual([
    ["You", "0.33", "3"],
    ["You", "0.33", "3"]
  ]);
  expect((await counts())[2]).toEqual(proposed);

  // Both files hold the same, and lead back to it in another pages.browser.
  const [json, table] = [await taken(page, "JSON"), await taken(page, "CSV")];
  const file = JSON.parse(json) as {study: string; tags: {run: string; example: string; tag: string; note: string}[]};
  expect(file.study).toBe("grid");
  expect(file.tags.map((d) => [d.tag, d.note])).toEqual([
    ["quote_selection", ""],
    ["other", 'sarcasm, "so to speak"'],
    ["overfitting", ""]
  ]);
  expect(table.split("\r\n")[0]).toBe("study,run,example,tag,note,task,setting,weak,strong,method,variant,seed");
  expect(table).toContain(",sentiment,head,planted:tower#layers=1,planted:tower#layers=8,baseline,,0");
  await page.close();

  // They stay in this pages.browser,
  const again = await open({}, context);
  expect(await taken(again.page, "JSON")).toBe(json);
  // and a file's count in place of them.
  const changed = {...file, tags: [{...file.tags[0], tag: "evidence_extraction"}, file.tags[1]]};
  expect(await give(again.page, "changed.json", JSON.stringify(changed))).toBe(
    "2 tags taken from changed.json, 1 in place of yours, 1 as you had them."
  );
  expect((JSON.parse(await taken(again.page, "JSON")) as typeof file).tags.map((d) => d.tag)).toEqual([
    "evidence_extraction",
    "other",
    "overfitting"
  ]);
  await context.close();

  const elsewhere = await open();
  expect(await give(elsewhere.page, "tags.csv", table)).toBe("3 tags taken from tags.csv.");
  expect(await taken(elsewhere.page, "JSON")).toBe(json);
  for (const [name, content, refusal] of [
    ["picture.json", "GIF89a", "expected error tags as this page writes them: GIF89a"],
    ["other.json", JSON.stringify({...file, study: "demo"}), "expected tags of errors of grid: those of demo"],
    [
      "kind.json",
      JSON.stringify({...file, tags: [{...file.tags[0], tag: "bad luck"}]}),
      "expected one of quote_selection, evidence_extraction, overfitting, other: bad luck"
    ],
    [
      "run.json",
      JSON.stringify({...file, tags: [{...file.tags[0], run: "nowhere"}]}),
      "expected errors of this study’s runs: nowhere"
    ]
  ])
    expect(await give(elsewhere.page, name, content)).toBe(refusal);
  expect(await taken(elsewhere.page, "JSON")).toBe(json);
  await elsewhere.page.close();
});

test("is whole on a phone in the dark, with its errors open", async () => {
  const query = {task: "sentiment", tagged: "proposed", bar: `baseline ${largest} all`};
  const {page, complaints} = await open(query, pages.browser, {width: 390, colorScheme: "dark"});
  await listed(page);
  await button(page, "other").click();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
  expect([complaints, overflow, await accessibility(page)]).toEqual([[], 0, []]);
  await page.close();
});
