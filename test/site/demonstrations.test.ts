import type {Page} from "playwright-core";
import {expect, test} from "vitest";
import type {Cells} from "../../loaders/parquet.js";
import {encodeParquet} from "../../loaders/parquet.js";
import type {TableName} from "../../src/tables.js";
import {schema} from "../../src/tables.js";
import {figureData} from "./figureData.js";
import {aliceSplits, plantAlice} from "./plantedAlice.js";
import {plantedPages} from "./plantedPages.js";
import {hostileText} from "./plantedStudy.js";
import type {VisitOptions} from "./siteBrowser.js";
import {accessibility, reload, settled, visit} from "./siteBrowser.js";

const pages = plantedPages();
const {tables} = plantAlice();

const address = (query: Record<string, string> = {}, study = "alice") =>
  `${pages.site.url}${study}/demonstrations.html?${new URLSearchParams(query).toString()}`;
const open = (query: Record<string, string> = {}, options: VisitOptions = {}) =>
  visit(pages.browser, address(query), options);
const headline = (page: Page) => page.locator("p.lead").nth(1);
const flow = (page: Page, name: string) => page.locator(`[data-flow="${name}"]`);
const found = (page: Page) => page.locator(".explorer > p.meta");
const ready = (page: Page) => page.waitForSelector(".demonstration-list tbody tr, .demonstration-list > p");
const near = async (page: Page) => {
  await page.waitForSelector(".explorer");
  await page.locator("#cases").scrollIntoViewIfNeeded();
  await page.waitForSelector(".cases");
};

/** Key of the demonstration of Alice itself of some seed and example. */
function keyOf(task: string, example: string, seed = 0, variant = ""): string {
  const {run} = tables.runs.find(
    (d) => d.task === task && d.method === "alice" && d.variant === variant && d.seed === seed
  )!;
  return `${run} 0 ${example}`;
}

/** Opens the page with one table in place of another. */
async function withTable<T extends TableName>(name: T, rows: Cells[], query: Record<string, string> = {}) {
  const context = await pages.browser.newContext();
  const body = Buffer.from(encodeParquet(schema[name], rows));
  await context.route(`**/alice/${name}.parquet`, (route) => route.fulfill({body}));
  const visited = await visit(context, address(query));
  return {...visited, close: () => context.close()};
}

test("says what came out and draws how answers moved, over all tasks and seeds", async () => {
  const {page, complaints, firstChart} = await open();
  // Of 20 questions a seed the teacher is right on 12, 8 and 12; the student alone on 10; 4 wrong answers are put right.
  expect(await headline(page).textContent()).toMatch(
    /^Of 180 demonstrations of “Alice” on 3 tasks \(3 seeds\), the student by itself is right in 50% \(\d+% to \d+%\), its teacher in 53% \(\d+% to \d+%\), and the revised answer in 70% \(\d+% to \d+%\)\. Revising puts right 36 of 90 wrong answers, and spoils 0 of 90 right ones\.$/
  );
  const rows = (await figureData(page, "moves")).map((d) => [d.teacher_right, d.own_right, d.revised_right, d.n, d.of]);
  expect(rows).toEqual([
    ["true", "true", "true", "48", "48"],
    ["true", "false", "true", "36", "48"],
    ["true", "false", "false", "12", "48"],
    ["false", "true", "true", "42", "42"],
    ["false", "false", "false", "42", "42"]
  ]);
  const own = (await figureData(page, "moves")).find((d) => d.teacher_right === "true" && d.own_right === "false")!;
  expect(Number(own.right_share)).toBe(0.75);
  expect(Number(own.right_low)).toBeLessThan(0.75);
  expect(Number(own.right_high)).toBeGreaterThan(0.75);
  const {bytes, duckdb} = await firstChart();
  expect(duckdb).toBe(false);
  expect(bytes).toBeLessThan(500_000);
  await ready(page);
  expect([complaints, await accessibility(page)]).toEqual([[], []]);
  await page.close();
});

test("method, task and stage of a cascade are choices that the address holds", async () => {
  const {page} = await open();
  await page.getByLabel("Method", {exact: true}).selectOption({label: "Alice, cascade"});
  await page.getByLabel("Task", {exact: true}).selectOption({label: "Capitals"});
  await settled(page);
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({method: "alice/cascade", task: "capitals"});
  // The last stage, in which the student learns, asks about 10 questions a seed; its teacher is the rung.
  expect(await headline(page).textContent()).toContain("Of 30 demonstrations of “Alice, cascade” on Capitals");
  expect(await page.textContent("#moves .figure-subtitle")).toContain("that of Tower, 4 layers");
  await page.getByLabel("Stage", {exact: true}).selectOption({label: "1"});
  await settled(page);
  expect(await page.textContent("#moves .figure-subtitle")).toMatch(/^Tower, 4 layers reads .* of Tower, 2 layers/);
  expect(new URL(page.url()).searchParams.get("stage")).toBe("1");
  const before = await headline(page).textContent();
  await reload(page);
  expect(await headline(page).textContent()).toBe(before);
  await page.close();
});

test("what uncertainty changed is told beside its two controls, on the same questions", async () => {
  const {page} = await open({task: "capitals"});
  await page.waitForSelector("#uncertainty-effect[data-drawn]");
  const rows = await figureData(page, "uncertainty-effect");
  const of = (against: string) =>
    Object.fromEntries(rows.filter((d) => d.against === against).map((d) => [d.quantity, Number(d.value).toFixed(3)]));
  // Shuffled gives up the 2 of 20 on which the teacher is mistaken, and takes over the 2 blurred in place of 4 others.
  expect(of("alice/shuffled uncertainty")).toEqual({
    differs: "0.400",
    gained: "0.300",
    lost: "0.100",
    right: "0.200",
    corrected: "0.100",
    spoiled: "-0.100"
  });
  // Without uncertainty it says what the teacher says: 6 put right in place of 4, but 4 spoiled; 4 are wrong in another way.
  expect(of("alice/without uncertainty")).toEqual({
    differs: "0.500",
    gained: "0.200",
    lost: "0.100",
    right: "0.100",
    corrected: "-0.100",
    spoiled: "-0.200"
  });
  for (const {value, low, high, n} of rows) {
    expect(Number(low)).toBeLessThanOrEqual(Number(value));
    expect(Number(high)).toBeGreaterThanOrEqual(Number(value));
    expect(n).toBe("60");
  }
  expect(await page.textContent("#uncertainty-effect .figure-title")).toMatch(
    /^Whether the uncertainty is the teacher’s own makes no clear difference beside “Alice, shuffled uncertainty” \(\+20\.0 points, /
  );
  // Half of the questions are those of the arm at equal data, which does as Alice does.
  const equal = page.locator("tr", {has: page.locator("th", {hasText: /^Alice, direct at equal data$/})}).last();
  expect((await equal.locator("td").allTextContents()).slice(0, 2)).toEqual(["30", "0.00.0 to 0.0"]);
  await page.getByLabel("Method", {exact: true}).selectOption({label: "Alice, without uncertainty"});
  await page.waitForFunction(() => document.body.textContent!.includes("This arm is itself a control"));
  // A cascade's teacher is another one: what differs beside the direct controls is not its uncertainty.
  await page.getByLabel("Method", {exact: true}).selectOption({label: "Alice, cascade"});
  await page.waitForFunction(() => document.body.textContent!.includes("No arm that is taught in the same way"));
  expect(await page.locator("#uncertainty-effect").count()).toBe(0);
  await page.close();
});

test("whether a student keeps its own answer, by how much its teacher doubts", async () => {
  const {page} = await open({task: "capitals"});
  await page.waitForSelector("#kept[data-drawn]");
  const kept = async () =>
    (await figureData(page, "kept"))
      .filter((d) => d.teacher_says_the_same === "false")
      .map((d) => [d.entropy ?? d.clusters, Number(d.kept), Number(d.n)]);
  const own = tables.demonstrations.filter((d) =>
    tables.runs.some((e) => e.run === d.run && e.method === "alice" && !e.variant && e.task === "capitals")
  );
  const against = own.filter((d) => d.teacher_answer !== d.own_answer);
  const share = (some: typeof own) => some.filter((d) => d.revised_answer === d.own_answer).length / some.length;
  const sure = against.filter((d) => d.entropy === 0);
  expect((await kept())[0]).toEqual(["0", share(sure), sure.length]);
  // A sure teacher is always followed.
  expect(share(sure)).toBe(0);
  await page.getByLabel("Doubt", {exact: true}).selectOption({label: "number of clusters"});
  await page.waitForFunction(() => document.querySelector("#kept")!.textContent!.includes("By the number of clusters"));
  await page.waitForSelector("#kept[data-drawn]");
  const byClusters = await kept();
  expect(byClusters.map(([title]) => title)).toContain("2");
  expect(byClusters.reduce((sum, [, , n]) => sum + Number(n), 0)).toBe(against.length);
  expect(new URL(page.url()).searchParams.get("doubt")).toBe("clusters");
  await page.close();
});

test("a flow, by keyboard, filters the demonstrations, a page at a time; the address holds it", async () => {
  const {page, complaints} = await open();
  await ready(page);
  expect(await page.textContent(".demonstration-list")).toContain("Page 1 of 9");
  await flow(page, "rwr").focus();
  await page.keyboard.press("Enter");
  expect(await found(page).textContent()).toBe("36 demonstrations: teacher right, own answer wrong, revised right.");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("data-flow"))).toBe("rwr");
  expect(await flow(page, "rwr").getAttribute("aria-pressed")).toBe("true");
  await page.locator(".demonstration-list button", {hasText: "Next"}).click();
  expect(await page.locator(".demonstration-list tbody tr").count()).toBe(16);
  await reload(page);
  await ready(page);
  expect(await flow(page, "rwr").getAttribute("aria-pressed")).toBe("true");
  expect(await page.textContent(".demonstration-list")).toContain("Page 2 of 2");
  await page.getByLabel("Seed", {exact: true}).selectOption({label: "2"});
  expect(await found(page).textContent()).toContain("12 demonstrations");
  await flow(page, "rwr").click();
  expect(await found(page).textContent()).toBe("60 demonstrations.");
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({seed: "2"});
  expect(complaints).toEqual([]);
  await page.close();
});

test("one demonstration is read whole, word by word; what it says stays text; its link leads back to it", async () => {
  const {transfer} = aliceSplits(0);
  const wrong = (d: {example: string}) =>
    tables.demonstrations.find((e) => e.run === keyOf("capitals", "").split(" ")[0] && e.example === d.example)!;
  const example = transfer.find((e) => {
    const d = wrong({example: e});
    return d.teacher_right && !d.own_right && d.revised_right;
  })!;
  const {page, complaints} = await open({task: "capitals", seed: "0"});
  await ready(page);
  await page.locator(`[data-read="${keyOf("capitals", example)}"]`).click();
  await page.waitForSelector("#demonstration");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("demonstration");
  const shown = page.locator(".explorer .demonstration");
  const n = Number(example.slice(-4));
  const text = (await shown.textContent())!;
  expect(text).toContain(`Gold answer: city ${n}`);
  expect(text).toContain("The teacher’s 10 chains fall into");
  expect(text).toContain("The student learns its revised answer.");
  const diff = shown.locator("details .words").first();
  expect((await diff.locator("del").allTextContents()).join(" ")).toContain("remember");
  expect((await diff.locator("ins").allTextContents()).join(" ")).toContain("second thought");
  expect(await diff.textContent()).toContain(`land ${n}. The answer is`);
  const link = (await shown.locator("a", {hasText: "Link to this demonstration"}).getAttribute("href"))!;
  const row = (await shown.locator("a", {hasText: "Its row"}).getAttribute("href"))!;
  expect(new URL(row).searchParams.get("sql")).toContain(`example = '${example}'`);
  await page.goto(link);
  await settled(page);
  await page.waitForSelector(".explorer .demonstration");
  expect(await page.locator(".explorer .demonstration").textContent()).toContain(`Gold answer: city ${n}`);
  expect([complaints, await accessibility(page)]).toEqual([[], []]);
  await page.close();
});

test("texts stay text, whatever they contain", async () => {
  const demonstration = keyOf("capitals", aliceSplits(0).transfer[0]);
  const [run, , example] = demonstration.split(" ");
  // A table is sorted.
  const rows = tables.demonstrations.toSorted((a, b) =>
    `${a.run} ${a.stage} ${a.example}` < `${b.run} ${b.stage} ${b.example}` ? -1 : 1
  );
  const {page, complaints, close} = await withTable(
    "demonstrations",
    rows.map((d) => (d.run === run && d.example === example ? {...d, teacher: hostileText, revised: hostileText} : d)),
    {demonstration}
  );
  await page.waitForSelector(".explorer .demonstration");
  const shown = page.locator(".explorer .demonstration");
  expect((await shown.textContent())!.split(hostileText)).toHaveLength(4);
  expect(await shown.locator(":is(img, script)").count()).toBe(0);
  expect(complaints).toEqual([]);
  await close();
});

test("cases are the first by id of each kind, of the lowest seed, whatever they say", async () => {
  const {page} = await open({method: "alice/shuffled uncertainty"});
  await near(page);
  const {run} = tables.runs.find((d) => d.variant === "shuffled uncertainty" && d.task === "capitals" && d.seed === 0)!;
  const own = tables.demonstrations.filter((d) => d.run === run).sort((a, b) => (a.example < b.example ? -1 : 1));
  const most = Math.max(...own.map((d) => d.entropy));
  const expected = [
    own.find((d) => d.teacher_right && !d.own_right && d.revised_right),
    own.find((d) => d.own_right && !d.revised_right),
    own.find((d) => d.entropy === most)
  ].map((d) => `${run} 0 ${d!.example}`);
  const capitals = page.locator(".cases section").first();
  const shown = await capitals
    .locator("[data-case]")
    .evaluateAll((nodes) => nodes.map((d) => (d as HTMLElement).dataset.case));
  expect(shown).toEqual(expected);
  expect(await capitals.textContent()).toContain(
    "Teacher and student are wrong, the revised answer is right: there is no such demonstration."
  );
  expect(await page.locator(".cases > section").count()).toBe(3);
  await page.close();
});

test("texts that may not be published are not shown, and what they would tell is said to be missing", async () => {
  const {page} = await open({task: "riddles"});
  await near(page);
  expect(await page.locator(".cases .withheld").first().textContent()).toContain("does not let us show their text");
  expect(await page.locator(".cases .words").count()).toBe(0);
  expect(await page.locator(".cases").textContent()).toContain("train/");
  expect(await page.textContent("main")).toContain("does not let us publish answers");
  // Moves between right and wrong are known all the same.
  const rows = await figureData(page, "uncertainty-effect");
  expect(rows.find((d) => d.quantity === "differs")).toMatchObject({value: "", n: "0"});
  expect(Number(rows.find((d) => d.quantity === "right")!.value)).toBeCloseTo(0.2, 12);
  await page.close();
});

test("an arm that saw what a weak-to-strong student must not is named, and marked in its row", async () => {
  const shuffled = new Set(tables.runs.filter((d) => d.variant === "shuffled uncertainty").map((d) => d.run));
  const {page, close} = await withTable(
    "predictors",
    tables.predictors.map((d) =>
      shuffled.has(d.run) && d.role === "student"
        ? {...d, leak: "saw labels of planted:oracle, not weaker than itself"}
        : d
    )
  );
  await page.waitForSelector(".leak");
  expect(await headline(page).textContent()).toContain(
    "“Alice, shuffled uncertainty” is not weak-to-strong: its student saw labels of planted:oracle, not weaker than itself."
  );
  const marked = await page.locator("tr", {has: page.locator(".leak")}).allTextContents();
  expect(marked.length).toBeGreaterThan(0);
  for (const row of marked) expect(row).toContain("shuffled uncertainty not weak-to-strong");
  await close();
});

test("says what is missing: a command where nothing ran, a method where none makes demonstrations", async () => {
  const {page, close} = await withTable("demonstrations", []);
  expect(await page.locator("main").textContent()).toContain("w2s run alice");
  await close();
  const other = await visit(pages.browser, address({}, "planted"));
  expect(await other.page.locator("main").textContent()).toContain('add {method: "alice"} to the methods of the study');
  expect(other.complaints).toEqual([]);
  await other.page.close();
});

test("is whole on a phone in the dark, with its cases open", async () => {
  const {page, complaints} = await open({}, {width: 390, colorScheme: "dark"});
  await near(page);
  for (const one of await page.locator(".cases details").all())
    await one.evaluate((d) => ((d as HTMLDetailsElement).open = true));
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
  expect([complaints, overflow, await accessibility(page)]).toEqual([[], 0, []]);
  await page.close();
});
