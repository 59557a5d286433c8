import {readFile, readdir} from "node:fs/promises";
import {join, resolve} from "node:path";
import {parquetReadObjects} from "hyparquet";
import PQueue from "p-queue";
import type {Browser, BrowserContext, Locator, Page} from "playwright-core";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {publishedStudies} from "../../loaders/site/published.js";
import {studyPages} from "../../loaders/site/studyPages.js";
import type {Study} from "../../src/study.js";
import type {Row, TableName} from "../../src/tables.js";
import {plantedSite, type PlantedSite} from "./plantedSite.js";
import {hostileText} from "./plantedStudy.js";
import {accessibility, openBrowser, reload, settled, visit} from "./siteBrowser.js";

let site: PlantedSite;
let browser: Browser;
let planted: Study;
const committed = publishedStudies();
const paths = (study: string) => studyPages.map(({path}) => `${study}/${path === "index" ? "" : `${path}.html`}`);

beforeAll(async () => {
  site = await plantedSite();
  planted = site.studies.find(({study}) => study === "planted")!;
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

const isCommitted = (path: string): boolean => committed.some(({study}) => path.startsWith(`${study}/`));

/** Whether a page is of a study of many tasks, whose tables weigh what the page does: the goal is that of one like the demo. */
const isLarge = (path: string): boolean =>
  committed.some(({study, tasks}) => path.startsWith(`${study}/`) && tasks.length > 10);

async function table<T extends TableName>(name: T, study = "planted"): Promise<Row<T>[]> {
  const file = await readFile(join(site.folder, "dist/data", study, `${name}.parquet`));
  return (await parquetReadObjects({
    file: file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer
  })) as unknown as Row<T>[];
}

async function downloaded(page: Page, button: Locator): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return readFile((await file.path())!, "utf8");
}

/** Widths of what A4 and Letter leave between margins of 16 mm, in CSS pixels. */
const printed = [672, 695];

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Objects that a page shows in place of what they hold. */
const unprintable = async (page: Page): Promise<string[]> =>
  (await page.textContent("main"))!.match(/\[object .{0,80}/g) ?? [];

/** What `inspect` finds on pages, under their names: several at a time, in one context; one that fails hides no other. */
async function defects(
  paths: readonly string[],
  inspect: (path: string, context: BrowserContext) => Promise<string[]>
): Promise<string[]> {
  const context = await browser.newContext();
  const found = await new PQueue({concurrency: 3}).addAll(
    paths.map((path) => async () => {
      const own = await inspect(path, context).catch((error: Error) => [error.message]);
      return own.map((d) => `${path}: ${d}`);
    })
  );
  await context.close();
  return found.flat();
}

describe("every page", () => {
  const all = () => [
    "",
    "404.html",
    ...paths("planted"),
    ...paths("grid"),
    ...committed.flatMap(({study}) => paths(study))
  ];

  test("is whole and accessible, wide and on a phone in the dark, shows a first chart for less than 500 kB, and prints without cut tables", async () => {
    const found = await defects(all(), async (path, context) => {
      const visited = await visit(context, site.url + path, {width: 1280, colorScheme: "light"});
      const {page} = visited;
      const found = await accessibility(page);
      if ((await overflow(page)) > 0) found.push("overflows");
      found.push(...(await unprintable(page)));
      if (await page.locator(".figure").count()) {
        const {bytes, duckdb} = await visited.firstChart();
        if (bytes <= 50_000) found.push(`only ${bytes} bytes before the first chart`);
        const much = bytes >= 500_000 && !isLarge(path);
        if (!path.endsWith("workbench.html") && (much || duckdb)) found.push(`${bytes} bytes before the first chart`);
      }
      await page.setViewportSize({width: 390, height: 900});
      await page.emulateMedia({colorScheme: "dark"});
      await settled(page);
      // Colours and widths are those of components, all of which the planted studies show.
      if (!isCommitted(path)) found.push(...(await accessibility(page)).map((d) => `on a phone in the dark: ${d}`));
      if ((await overflow(page)) > 0) found.push("overflows on a phone");
      await page.emulateMedia({media: "print", colorScheme: "light"});
      for (const width of printed) {
        await page.setViewportSize({width, height: 980});
        await settled(page);
        const cut = await page.evaluate(() =>
          [...document.querySelectorAll("main table, main pre, .figure")]
            .filter((d) => d.checkVisibility() && d.getBoundingClientRect().right > innerWidth + 1)
            .map((d) => d.outerHTML.slice(0, 120))
        );
        found.push(...cut.map((d) => `cut where ${width} pixels print: ${d}`));
      }
      await page.close();
      return [...visited.complaints, ...found];
    });
    expect(found).toEqual([]);
  }, 420_000);

  test("of the report becomes a PDF of several pages", async () => {
    const {page} = await visit(browser, `${site.url}planted/`);
    for (const format of ["A4", "Letter"]) {
      const pdf = (await page.pdf({format})).toString("latin1");
      expect(Number(/\/Type \/Pages[^]*?\/Count (\d+)/.exec(pdf)?.[1])).toBeGreaterThan(1);
    }
    await page.close();
  });

  test("of a study that has not been run says what is missing and the command for it", async () => {
    const found = await defects(paths("unrun"), async (path, context) => {
      const {page, complaints} = await visit(context, site.url + path);
      const text = (await page.textContent("main"))!;
      // What no method of the study asks for, no command would compute.
      const said = text.includes("w2s run unrun") || /no arm of Alice|add \{method: "alice"\}/.test(text);
      await page.close();
      return said || path.endsWith("workbench.html") ? complaints : [...complaints, "does not say what to run"];
    });
    expect(found).toEqual([]);
  }, 120_000);
});

describe("the report", () => {
  test("draws and exports the numbers of the tables", async () => {
    const estimates = await table("estimates");
    const {page} = await visit(browser, site.url + "planted/");
    const [header, ...lines] = (await downloaded(page, page.locator("#gap button", {hasText: "CSV"})))
      .trim()
      .split("\r\n")
      .map((line) => line.split(","));
    expect(lines).toHaveLength(planted.tasks.length * planted.methods.length);
    for (const line of lines) {
      const row = Object.fromEntries(header.map((name, i) => [name, line[i]]));
      const of = (quantity: string) =>
        estimates.find(
          (d) => d.task === row.task && d.method === row.method && d.variant === row.variant && d.quantity === quantity
        )!;
      for (const quantity of ["weak", "student", "strong_ceiling"])
        expect(Number(row[quantity])).toBe(of(quantity).value);
      expect(row.pgr === "" ? null : Number(row.pgr)).toBe(of("pgr").value);
      expect(Number(row.student_low)).toBe(of("student").low);
      expect(Number(row.n)).toBe(of("student").n);
    }
    const text = (await page.locator("#gap svg[class]").last().textContent())!;
    for (const {quantity, value, task} of estimates.filter((d) => d.quantity === "pgr" && d.value !== null)) {
      expect(text, `${task} ${quantity}`).toContain(`${value! < 0 ? "−" : ""}${Math.abs(Math.round(value! * 100))}%`);
    }
    expect(text).toContain("withheld");
    await page.close();
  });

  test("places each student on the gap where its PGR says", async () => {
    const estimates = (await table("estimates")).filter((d) => d.method === "baseline");
    const {page} = await visit(browser, site.url + "planted/");
    const at = (selector: string) =>
      page
        .locator(selector)
        .evaluateAll((nodes) =>
          nodes
            .map((d) => d.getBoundingClientRect())
            .map((d) => ({x: d.x + d.width / 2, y: d.y + d.height / 2, height: d.height}))
        );
    const stage = "#gap .figure-stage svg";
    const weak = (await at(`${stage} [stroke="var(--weak)"] path, ${stage} path[stroke="var(--weak)"]`)).filter(
      (d) => d.height > 20
    );
    const ceiling = (
      await at(`${stage} [stroke="var(--ceiling)"] path, ${stage} path[stroke="var(--ceiling)"]`)
    ).filter((d) => d.height > 20);
    const dots = await at(
      `${stage} g[data-mark="dot"][fill="var(--baseline)"] path, ${stage} g[data-mark="dot"][fill="var(--baseline)"] circle`
    );
    expect([weak.length, ceiling.length, dots.length]).toEqual([3, 3, 3]);
    const value = (task: string, quantity: string) =>
      estimates.find((d) => d.task === task && d.quantity === quantity)!.value!;
    const gap = (task: string) => value(task, "strong_ceiling") - value(task, "weak");
    const tasks = planted.tasks.toSorted((a, b) => gap(b) - gap(a));
    const byHeight = <T extends {y: number}>(marks: T[]) => marks.toSorted((a, b) => a.y - b.y);
    tasks.forEach((task, i) => {
      const drawn = (byHeight(dots)[i].x - byHeight(weak)[i].x) / (byHeight(ceiling)[i].x - byHeight(weak)[i].x);
      expect(drawn).toBeCloseTo((value(task, "student") - value(task, "weak")) / gap(task), 1);
    });
    await page.close();
  });

  test("gives a table for a paper, with every character that LaTeX would read", async () => {
    const {page} = await visit(browser, site.url + "planted/");
    const tex = await downloaded(page, page.locator("button", {hasText: "LaTeX"}));
    expect(tex).toContain("\\toprule");
    expect(tex.split("\n").filter((line) => line.includes(" & ") && line.includes("Plain"))).toHaveLength(3);
    expect(tex).not.toMatch(/[^\\]%(?! needs)/);
    await page.close();
  });

  test("says of an arm that leaks that it is not weak-to-strong, and of no other", async () => {
    const {page, complaints} = await visit(browser, `${site.url}leaky/`);
    const said = "“Confidence loss” is not weak-to-strong: its student saw gold labels of transfer.";
    for (const place of [".lead >> nth=1", "#gap .figure-note"]) {
      const text = (await page.textContent(place))!;
      expect(text).toContain(said);
      expect(text).not.toContain("“Plain” is not");
    }
    const rows = await page.locator("table tbody tr", {has: page.locator(".leak")}).allTextContents();
    expect(rows).toHaveLength(planted.tasks.length);
    for (const row of rows) expect(row).toContain("Confidence loss not weak-to-strong");
    expect(complaints).toEqual([]);
    await page.close();
    const other = await visit(browser, `${site.url}planted/`);
    expect(await other.page.textContent("main")).not.toContain("not weak-to-strong");
    await other.page.close();
  });

  test("gives its figure as an SVG that stands alone", async () => {
    const {page} = await visit(browser, site.url + "planted/", {colorScheme: "dark"});
    const file = await downloaded(page, page.locator("#gap button", {hasText: "SVG"}));
    expect(file).not.toMatch(/var\(|class=|<style|NaN/);
    expect(file).toContain("Clear gap");
    const alone = await browser.newPage();
    await alone.setContent(`<img>`);
    const size = await alone.evaluate(async (source) => {
      const image = document.querySelector("img")!;
      image.src = `data:image/svg+xml,${encodeURIComponent(source)}`;
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    }, file);
    expect(Math.min(...size)).toBeGreaterThan(200);
    await alone.close();
    await page.close();
  });
});

describe("evaluation", () => {
  test("shows text of a data set as text, whatever it contains", async () => {
    const {page, complaints} = await visit(
      browser,
      site.url + "planted/evaluation.html?task=planted-hostile&order=example"
    );
    await page.locator(".examples").scrollIntoViewIfNeeded();
    await page.waitForSelector(".examples li");
    const texts = await page.locator(".examples .text > span").allTextContents();
    expect(texts.length).toBeGreaterThan(5);
    for (const text of texts) expect(text.startsWith(hostileText)).toBe(true);
    expect(await page.locator(".examples .text :is(b, img, script)").count()).toBe(0);
    expect(await page.evaluate(() => (window as {hostile?: unknown}).hostile)).toBeUndefined();
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("a tile of the mosaic, by keyboard, filters the examples to what the tables count", async () => {
    const {page} = await visit(browser, site.url + "planted/evaluation.html?task=planted-clear&method=baseline&seed=1");
    const runs = await table("runs");
    const run = runs.find((d) => d.task === "planted-clear" && d.method === "baseline" && d.seed === 1)!.run;
    const predictors = (await table("predictors")).filter((d) => d.run === run);
    const said = (await table("predictions")).filter((d) => d.split === "test");
    const right = (role: string) => {
      const {predictor} = predictors.find((d) => d.role === role)!;
      return new Map(said.filter((d) => d.predictor === predictor).map((d) => [d.example, d.score === 1]));
    };
    const [weak, student, ceiling] = ["weak", "student", "strong_ceiling"].map(right);
    const expected = [...student].filter(([example, own]) => own && !weak.get(example) && ceiling.get(example)).length;
    const tile = page.locator('[data-cell="wrr"]');
    await tile.focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => new URLSearchParams(location.search).get("who") === "wrr");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-cell") === "wrr");
    await page.locator(".examples").scrollIntoViewIfNeeded();
    await page.waitForSelector(".examples li");
    expect(await page.locator(".examples > p").first().textContent()).toContain(`${expected} rows`);
    // The address holds the view, down to the rows that nobody has scrolled to.
    await reload(page);
    await page.waitForSelector(".examples li");
    expect(await page.locator(".examples > p").first().textContent()).toContain(`${expected} rows`);
    await page.close();
  });

  test("takes values that there are not for the defaults", async () => {
    const {page, complaints} = await visit(
      browser,
      site.url + "planted/evaluation.html?task=nowhere&who=nobody&method=magic&seed=99"
    );
    await page.locator(".examples").scrollIntoViewIfNeeded();
    await page.waitForSelector(".examples li");
    expect(await page.locator(".examples > p").first().textContent()).toContain(`${planted.sizes.test} rows`);
    expect(await page.locator("#who-was-right .figure-note").textContent()).toContain(
      "Clear gap, Confidence loss, seed 0"
    );
    expect(new URL(page.url()).search).toBe("");
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("does not show text that may not be published", async () => {
    const {page} = await visit(browser, site.url + "planted/evaluation.html?task=planted-flat");
    await page.locator(".examples").scrollIntoViewIfNeeded();
    await page.waitForSelector(".examples li");
    expect(await page.locator(".examples .text").first().textContent()).toContain("licence");
    await page.close();
  });
});

describe("the workbench", () => {
  const ask = (sql: string) => `${site.url}planted/workbench.html?${new URLSearchParams({sql})}`;

  test("answers a query that its address holds", async () => {
    const {page, complaints} = await visit(
      browser,
      ask(
        "SELECT split, count(*)::INT AS n FROM splits WHERE seed = 0 AND task = 'planted-clear' GROUP BY split ORDER BY split"
      )
    );
    await page.waitForSelector(".workbench tbody tr");
    const rows = await page
      .locator(".workbench tbody tr")
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((d) => d.textContent)));
    expect(rows).toEqual(
      Object.entries(planted.sizes)
        .map(([split, n]) => [split, String(n)])
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
    );
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("shows an error in one line, runs by keyboard, and writes the query into the address", async () => {
    const {page} = await visit(browser, ask("SELECT nothing FROM nowhere"));
    await page.waitForSelector(".live-status.failed");
    const message = (await page.textContent(".live-status"))!;
    expect(message).toContain("nowhere");
    expect(message).not.toContain("\n");
    await page.fill("#sql", "SELECT 6 * 7 AS answer");
    await page.press("#sql", "Control+Enter");
    await page.waitForSelector(".workbench tbody tr");
    expect(await page.textContent(".workbench tbody")).toContain("42");
    expect(new URL(page.url()).searchParams.get("sql")).toBe("SELECT 6 * 7 AS answer");
    await page.close();
  });

  test("asks no other host and leaves the tables as they are, whatever a reader writes", async () => {
    const {page, complaints} = await visit(browser, ask("FROM read_csv('https://example.org/rows.csv')"));
    const refused = [
      "FROM 'https://example.org/rows.parquet'",
      "SET enable_external_access = true",
      "DROP TABLE runs",
      "WITH some AS (SELECT 1) DELETE FROM runs",
      "SELECT 1) LIMIT 1; DROP TABLE runs; SELECT * FROM (SELECT 1"
    ];
    await page.waitForSelector(".live-status.failed");
    for (const sql of refused) {
      await page.fill("#sql", "SELECT 1 AS one");
      await page.press("#sql", "Control+Enter");
      await page.waitForSelector(".workbench tbody tr");
      await page.fill("#sql", sql);
      await page.press("#sql", "Control+Enter");
      await page.waitForSelector(".live-status.failed");
    }
    // An empty query takes the error away.
    await page.fill("#sql", " ");
    await page.press("#sql", "Control+Enter");
    await page.waitForFunction(() => document.querySelector(".live-status")!.textContent === "");
    await page.fill("#sql", "SELECT count(*)::INT AS n FROM runs");
    await page.press("#sql", "Control+Enter");
    await page.waitForSelector(".workbench tbody tr");
    expect(Number(await page.textContent(".workbench tbody"))).toBe((await table("runs")).length);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("says how much of a large result it draws and lists", async () => {
    const {page, complaints} = await visit(
      browser,
      `${site.url}planted/workbench.html?${new URLSearchParams({sql: "SELECT range AS n, (range % 7)::VARCHAR AS day FROM range(1000000)", x: "day", y: "n", mark: "dot"})}`
    );
    await page.waitForSelector(".figure[data-drawn]");
    expect(await page.textContent(".live-status")).toContain("More than 20,000 rows");
    expect(await page.textContent(".figure-note")).toContain("The first 2,000 of 20,000 rows");
    expect(await page.locator(".workbench tbody tr").count()).toBe(200);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test("draws its starting queries", async () => {
    const {page, complaints} = await visit(browser, site.url + "planted/workbench.html");
    await page.waitForSelector(".workbench tbody tr");
    const starts = page.locator(".workbench select").first();
    const questions = await starts.locator("option").count();
    for (let i = 0; i < questions - 1; i++) {
      await page.evaluate(() => document.querySelector(".workbench table")?.remove());
      await starts.selectOption(String(i));
      await page.waitForSelector(".workbench table");
      expect(await page.locator(".live-status.failed").count()).toBe(0);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });
});

describe("live training", () => {
  test("the recorded setting gives the recorded predictions, in every study with features", async () => {
    for (const study of [planted, ...committed].filter((d) => d.features.length && d.methods.some((m) => m.head))) {
      for (const {task} of study.features) {
        const method = study.methods.find((d) => d.head)!;
        const arm = method.variant ? `${method.method}/${method.variant}` : method.method;
        const {page, complaints} = await visit(
          browser,
          `${site.url}${study.study}/live.html?${new URLSearchParams({task, method: arm, seed: String(study.seeds.at(-1))})}`
        );
        await page.waitForSelector(".live-status[data-equal]");
        const {equal, rows} = (await page
          .locator(".live-status")
          .evaluate((d) => ({...(d as HTMLElement).dataset}))) as {equal: string; rows: string};
        expect(Number(rows), `${study.study} ${task}`).toBeGreaterThan(0);
        expect(equal, `${study.study} ${task}`).toBe(rows);
        expect(await page.textContent(".live-status")).toContain("the recorded setting");
        expect(complaints).toEqual([]);
        await page.close();
      }
    }
  }, 120_000);

  test("noise in the labels changes predictions, and the way back restores them", async () => {
    const {page} = await visit(
      browser,
      `${site.url}planted/live.html?task=planted-clear&method=baseline&seed=0&noise=0.5`
    );
    await page.waitForSelector(".live-status[data-equal]");
    const equal = async () => Number(await page.getAttribute(".live-status", "data-equal"));
    expect(await equal()).toBeLessThan(planted.sizes.test);
    await page.getByRole("button", {name: "Back to the recorded setting"}).click();
    await page.waitForFunction(
      (rows) => document.querySelector<HTMLElement>(".live-status")!.dataset.equal === String(rows),
      planted.sizes.test
    );
    expect(new URL(page.url()).searchParams.has("noise")).toBe(false);
    await page.close();
  });
});

describe("provenance", () => {
  test("leads from a run's student to dataset rows, through every step in between", async () => {
    const [run] = await table("runs");
    const steps = new Map((await table("steps")).map((d) => [d.step, d]));
    const entries = (await table("run_steps")).filter((d) => d.run === run.run && d.role === "student");
    const expected = new Set<string>();
    const queue = entries.map((d) => d.step);
    for (const step of queue) {
      expected.add(step);
      queue.push(
        ...steps
          .get(step)!
          .inputs.split(" ")
          .filter((d) => d && !expected.has(d))
      );
    }
    const {page} = await visit(
      browser,
      `${site.url}planted/provenance.html?${new URLSearchParams({run: run.run, role: "student"})}`
    );
    const drawn = await page
      .locator("#steps [data-step]")
      .evaluateAll((nodes) => nodes.map((d) => (d as HTMLElement).dataset.step!));
    expect(new Set(drawn)).toEqual(expected);
    expect(drawn.some((step) => steps.get(step)!.verb === "rows")).toBe(true);
    await page.locator("#steps [data-step]").first().click();
    expect(await page.textContent(".step-detail")).toContain(drawn[0]);
    await page.close();
  });
});

test("a new site takes the place of the old one, whole", async () => {
  const files = await readdir(join(site.folder, "dist"));
  expect(files).toContain("index.html");
  expect(files).not.toContain("old.html");
  // Framework leaves imports that end in .ts unbuilt, and says nothing.
  expect(await readdir(join(site.folder, "dist/_import"))).toEqual(expect.arrayContaining(["charts", "components"]));
  expect((await readdir(site.folder)).filter((name) => name.startsWith("dist"))).toEqual(["dist"]);
});

test("the built site names no file of the machine that built it", async () => {
  const files = await readdir(join(site.folder, "dist"), {recursive: true, withFileTypes: true});
  for (const file of files.filter((d) => d.isFile() && /\.(html|js|json|css)$/.test(d.name)))
    expect((await readFile(join(file.parentPath, file.name), "utf8")).includes(resolve(".") + "/"), file.name).toBe(
      false
    );
});
