import {readFile} from "node:fs/promises";
import {createRequire} from "node:module";
import type {Browser, Page} from "playwright-core";
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
  firstChart: () => Promise<{bytes: number; duckdb: boolean}>;
}

export interface VisitOptions {
  width?: number;
  height?: number;
  colorScheme?: "light" | "dark";
}

/** Opens an address, and waits until each of its figures is drawn. */
export async function visit(
  browser: Browser,
  url: string,
  {width = 1280, height = 900, colorScheme = "light"}: VisitOptions = {}
): Promise<Visit> {
  const page = await browser.newPage({viewport: {width, height}, colorScheme, acceptDownloads: true});
  const complaints: string[] = [];
  const {host} = new URL(url);
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`page error: ${error.message}`));
  page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
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
        duckdb: entries.some((d) => d.name.includes("duckdb-wasm"))
      });
    }).observe(document, {subtree: true, childList: true, attributes: true});
  });
  await page.goto(url);
  await settled(page);
  for (const error of await page.locator(".observablehq--error").allTextContents()) complaints.push(`cell: ${error}`);
  return {
    page,
    complaints,
    firstChart: async () =>
      JSON.parse((await page.getAttribute("html", "data-received"))!) as {bytes: number; duckdb: boolean}
  };
}

/** Resolves when no cell is pending and every figure is drawn. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    if (document.readyState !== "complete" || document.querySelector("observablehq-loading")) return false;
    if (!document.querySelector(".figure, .missing, .study-list, .workbench, .nowhere")) return false;
    return [...document.querySelectorAll(".figure")].every((d) => (d as HTMLElement).dataset.drawn);
  });
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
