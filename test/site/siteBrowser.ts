import {readFile} from "node:fs/promises";
import {createRequire} from "node:module";
import type {Browser, BrowserContext, Page} from "playwright-core";
import {chromium} from "playwright-core";

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.W2S_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      "--disable-dev-shm-usage"
    ]
  });
}

export interface Visit {
  page: Page;
  /** Everything that a reader should never meet: errors, failed requests, requests to another host. */
  complaints: string[];
  /** What had been transferred when the first chart was drawn, and whether DuckDB was part of it. */
  firstChart: () => Promise<FirstChart>;
}

/** What a page had received when it drew its first chart, and when that was, in milliseconds since it was opened. */
export interface FirstChart {
  bytes: number;
  duckdb: boolean;
  at: number;
}

export interface VisitOptions {
  width?: number;
  height?: number;
  colorScheme?: "light" | "dark";
}

/** Opens an address in a page of its own, and waits until it has settled. Pages of one context share what a browser keeps. */
export async function visit(
  browser: Browser | BrowserContext,
  url: string,
  {width = 1280, height = 900, colorScheme = "light"}: VisitOptions = {}
): Promise<Visit> {
  const page = await browser.newPage();
  await page.setViewportSize({width, height});
  await page.emulateMedia({colorScheme});
  const complaints: string[] = [];
  const {host} = new URL(url);
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`page error: ${error.message}`));
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText;
    if (reason === "net::ERR_ABORTED" && reloading.has(page)) return;
    complaints.push(`failed: ${request.url()} ${reason}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });
  page.on("request", (request) => {
    const {protocol, host: to} = new URL(request.url());
    if (protocol.startsWith("http") && to !== host) complaints.push(`another host: ${request.url()}`);
  });
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector(".figure[data-drawn]")) return;
      observer.disconnect();
      const entries = [
        ...performance.getEntriesByType("navigation"),
        ...performance.getEntriesByType("resource")
      ] as PerformanceResourceTiming[];
      document.documentElement.dataset.received = JSON.stringify({
        bytes: entries.reduce((sum, d) => sum + d.transferSize, 0),
        duckdb: entries.some((d) => d.name.includes("duckdb-wasm")),
        at: performance.now()
      });
    }).observe(document, {subtree: true, childList: true, attributes: true});
  });
  await page.goto(url);
  await settled(page);
  for (const error of await page.locator(".observablehq--error").allTextContents()) complaints.push(`cell: ${error}`);
  return {
    page,
    complaints,
    firstChart: async () => JSON.parse((await page.getAttribute("html", "data-received"))!) as FirstChart
  };
}

const reloading = new WeakSet<Page>();

/** Loads a visited page again, and waits until it has settled. What that breaks off is no complaint. */
export async function reload(page: Page): Promise<void> {
  reloading.add(page);
  await page.reload();
  reloading.delete(page);
  await settled(page);
}

/** Resolves once each cell that displays has shown something and each figure is drawn at its width; otherwise throws, with what has not. */
export async function settled(page: Page): Promise<void> {
  try {
    await page.waitForFunction(`(${String(unsettled)})().length === 0`);
  } catch (error) {
    const left = await page.evaluate(unsettled).catch(() => []);
    throw new Error(`expected a page that settles, ${[...left, (error as Error).message].join("; ")}: ${page.url()}`);
  }
}

/** What a page has not shown yet. Framework marks a cell's place by a comment, and puts before it what the cell displays. */
function unsettled(): string[] {
  if (document.readyState !== "complete") return ["the document is not loaded"];
  const code = [...document.querySelectorAll("script[type=module]")].map((d) => d.textContent).join("\n");
  const places = document.evaluate("//comment()", document.body, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE);
  const empty = Array.from({length: places.snapshotLength}, (_, i) => places.snapshotItem(i) as Comment)
    .filter((d) => d.previousSibling === null || d.previousSibling.nodeName === "OBSERVABLEHQ-LOADING")
    .map((d) => d.data.slice(1, -1));
  return [
    ...code
      .split(/^(?=define\()/m)
      .filter((cell) => empty.some((id) => cell.startsWith(`define({id: "${id}"`)))
      .filter((cell) => /^define\(.*inputs: \[[^\]]*"(display|view)"/.test(cell))
      .map((cell) => `a cell shows nothing: ${cell.replace(/^.*\n/, "").slice(0, 80)}`),
    ...[...document.querySelectorAll<HTMLElement>(".figure")]
      .filter((d) => {
        const stage = d.querySelector(".figure-stage");
        const width = stage?.checkVisibility() ? Math.floor(parseFloat(getComputedStyle(stage).width)) : 0;
        return !d.dataset.drawn || (width > 0 && d.dataset.drawn !== String(width));
      })
      .map((d) => `a figure is not drawn at its width: #${d.id}`)
  ];
}

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe finds, a line each: rule, number of nodes, the first of them. */
export async function accessibility(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(axe, "utf8"));
  return page.evaluate(async () => {
    type Violation = {id: string; nodes: {target: string[]; html: string}[]};
    const {violations} = await (window as unknown as {axe: {run: () => Promise<{violations: Violation[]}>}}).axe.run();
    return violations.map(
      ({id, nodes}) => `${id} (${nodes.length}): ${nodes[0].target.join(" ")} ${nodes[0].html.slice(0, 160)}`
    );
  });
}
