import {existsSync, readFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {chromium} from "playwright-core";
import ts from "typescript";
import {describe, expect, it} from "vitest";
import {headBytes} from "./headBytes.js";

const executablePath = [process.env.CHROMIUM_PATH, "/usr/bin/chromium"].find((path) => path && existsSync(path));
if (!executablePath)
  console.warn("skipped: the head in a browser, since Chromium is not at CHROMIUM_PATH or /usr/bin/chromium");

const html = `<!doctype html><script type="module">
import {headBytes} from "/test/statistics/headBytes.js";
window.bytes = headBytes();
</script>`;

describe("in a browser", () => {
  it.skipIf(!executablePath)("the head gives the bits that it gives in Node", async () => {
    const browser = await chromium.launch({executablePath, args: ["--no-sandbox"]});
    try {
      const page = await browser.newPage();
      await page.route("http://lab.test/**", (route) => {
        const path = new URL(route.request().url()).pathname;
        if (path === "/") return route.fulfill({contentType: "text/html", body: html});
        const file = fileURLToPath(new URL(`../..${path.replace(/\.js$/, ".ts")}`, import.meta.url));
        const {outputText} = ts.transpileModule(readFileSync(file, "utf8"), {
          compilerOptions: {module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022}
        });
        return route.fulfill({contentType: "text/javascript", body: outputText});
      });
      await page.goto("http://lab.test/");
      const bytes = await page.waitForFunction(() => (window as {bytes?: number[][]}).bytes);
      expect(await bytes.jsonValue()).toEqual(headBytes());
    } finally {
      await browser.close();
    }
  });
});
