import {readFile} from "node:fs/promises";
import type {Page} from "playwright-core";
import {expect, test} from "vitest";
import {plantedPages} from "./plantedPages.js";
import {accessibility, settled, visit} from "./siteBrowser.js";

const pages = plantedPages();

const address = (study: string, query: Record<string, string> = {}) =>
  `${pages.site.url}${study}/reproduction.html?${new URLSearchParams(query).toString()}`;

const rows = (page: Page) => page.locator(".claims").first().locator("tbody tr");

async function downloaded(page: Page, within: string): Promise<string> {
  const button = page.locator(within).first().locator("button", {hasText: "CSV"});
  const [file] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return readFile((await file.path())!, "utf8");
}

test("counts verdicts, and draws what was published beside what was found", async () => {
  const {page, complaints, firstChart} = await visit(pages.browser, address("grid"));
  const [claims, reproduced, not, untestable, unrun] = (await page.locator("p.lead").nth(1).textContent())!
    .match(
      /^Of (\d+) claims of “Explanation, Debate, Align”, this study reproduces (\d+) and does not reproduce (\d+), \d+ of which its intervals leave open\. Another (\d+) cannot be tested here, and for (\d+) it lacks a method, a task or a model\.$/
    )!
    .slice(1)
    .map(Number);
  expect(reproduced + not + untestable + unrun).toBe(claims);
  expect(await rows(page).count()).toBe(claims);
  const verdicts = await rows(page).locator(".verdict").allTextContents();
  expect(verdicts.filter((d) => d === "Reproduced")).toHaveLength(reproduced);
  // Planted: PGR 3/4, 1/2 and 3/4 without a part, ± 0.1; published 0.60, 0.55 and 0.70.
  const csv = await downloaded(page, "#published");
  const line = (claim: string) => csv.split("\r\n").find((d) => d.startsWith(claim))!;
  expect(line("table-2-confidence-pgr")).toMatch(/,0\.6,0\.6,0\.75,0\.65,0\.85,.*,not reproduced$/);
  expect(line("table-2-bootstrapping-pgr")).toMatch(/,0\.55,0\.55,0\.5,0\.4,0\.6,.*,reproduced$/);
  expect(line("table-2-generative-pgr")).toMatch(/,0\.7,0\.7,0\.75,0\.65,0\.85,.*,reproduced$/);
  // One network: sizes are depths, which are shown all the same.
  expect(line("figure-3-baseline")).toMatch(/,not testable here$/);
  expect(await page.locator("#published .figure-stage svg").count()).toBeGreaterThan(3);
  const {bytes, duckdb} = await firstChart();
  expect([bytes < 500_000, duckdb]).toEqual([true, false]);
  expect([complaints, await accessibility(page)]).toEqual([[], []]);
  await page.close();
});

test("a claim has its words, both numbers, its reason, and a way to the page that shows ours", async () => {
  const {page} = await visit(pages.browser, address("grid"));
  const row = rows(page).filter({hasText: "Bootstrapping, PGR (Without)"});
  const text = (await row.textContent())!.replace(/\s+/g, " ");
  for (const said of [
    "without bootstrapping 55%",
    "without bootstrapping 50% (40 to 60%)",
    "full method 100% (90 to 110%)",
    "baseline 25% (15 to 35%)",
    "3 tasks (1 more withheld), 3 seeds",
    "The published value lies inside our interval, which is 20 points wide."
  ])
    expect(text).toContain(said);
  // Every link of the page leads somewhere.
  const links = await page
    .locator(".claims a")
    .evaluateAll((all) => [...new Set(all.map((d) => (d as HTMLAnchorElement).href))]);
  expect(links.length).toBeGreaterThan(8);
  for (const link of links) expect([link, (await page.request.get(link)).status()]).toEqual([link, 200]);
  await row.locator("a").click();
  await settled(page);
  expect(page.url()).toBe(`${pages.site.url}grid/ablations.html`);
  await page.close();
});

test("the verdict that is looked at is in the address, and in what is taken away", async () => {
  const {page} = await visit(pages.browser, address("grid"));
  const label = (await page.getByLabel("Verdict").locator("option", {hasText: "Not reproduced"}).textContent())!;
  await page.getByLabel("Verdict").selectOption({label});
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({verdict: "not reproduced"});
  const open = await rows(page).allTextContents();
  await page.close();
  const again = await visit(pages.browser, address("grid", {verdict: "not reproduced"}));
  expect(await rows(again.page).allTextContents()).toEqual(open);
  const verdicts = await rows(again.page).locator(".verdict").allTextContents();
  expect(verdicts.length).toBeGreaterThan(2);
  for (const verdict of verdicts) expect(verdict).toMatch(/^Not reproduced/);
  const csv = await downloaded(again.page, ".claims");
  expect(csv).toContain("table-2-confidence-pgr");
  expect(csv).not.toContain("table-2-bootstrapping-pgr");
  await again.page.close();
});

test("a study without most of the arms says what to add, and lists the paper’s tasks as left out", async () => {
  const {page, complaints} = await visit(pages.browser, address("planted"));
  const row = rows(page).filter({hasText: "Bootstrapping, PGR (Without)"});
  const text = (await row.textContent())!;
  expect(text).toContain("Not run here");
  expect(text).toContain(`{method: "full", variant: "without bootstrapping", bootstrapping: false}`);
  expect(text).toContain("w2s run planted");
  await page.getByText("0 of 22 tasks have results here").click();
  expect(await page.getByText("Left out. The study does not name it.").count()).toBe(22);
  await page.getByText("Weak-to-Strong Generalization (Burns et al. 2023) and openai/weak-to-strong (README)").click();
  expect(await page.getByText("sciq, cross-entropy").isVisible()).toBe(true);
  expect([complaints, await accessibility(page)]).toEqual([[], []]);
  await page.close();
});

test("is whole on a phone in the dark, where the verdict stands below its claim", async () => {
  const {page, complaints} = await visit(pages.browser, address("grid"), {width: 390, colorScheme: "dark"});
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
  const verdict = (await rows(page).first().locator(".verdict").boundingBox())!;
  expect(verdict.x + verdict.width).toBeLessThanOrEqual(390);
  expect([complaints, overflow, await accessibility(page)]).toEqual([[], 0, []]);
  await page.close();
});

test("a study of Alice shows Alice’s claims, its tasks, and what its own tables do not bear out", async () => {
  const {page, complaints} = await visit(pages.browser, address("alice-paper"));
  expect(await page.locator("p.lead").nth(1).textContent()).toMatch(/^Of 22 claims of “Alice”/);
  expect(await page.getByLabel("Paper", {exact: true}).count()).toBe(0);
  const csv = await downloaded(page, "#published");
  const line = csv.split("\r\n").find((d) => d.includes("cross-model − without cascade, GSM8K"))!;
  // Published 70.66 less 76.78; planted 58 less 60.
  expect(line).toMatch(/^cross-model-helps,.*,-0\.061\d*,-0\.061\d*,-0\.0(2|199)/);
  const row = rows(page).filter({hasText: "removing cascade generalization"});
  const text = (await row.textContent())!.replace(/\s+/g, " ");
  for (const said of [
    "cascade − without cascade, HotpotQA +1.1 points",
    "cascade − without cascade, HotpotQA +6.0 points",
    "Not reproduced, open"
  ])
    expect(text).toContain(said);
  await page.getByText("2 of 4 tasks have results here").waitFor();
  expect(await page.textContent("main")).toContain("HotpotQA for Llama 3.2 1B to 3B (22.09 against 25.56)");
  expect([complaints, await accessibility(page)]).toEqual([[], []]);
  await page.close();
});
