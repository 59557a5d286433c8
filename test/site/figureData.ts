import {readFile} from "node:fs/promises";
import type {Page} from "playwright-core";

/** What a figure draws, as a reader takes it home: the rows of its CSV file, by their columns. */
export async function figureData(page: Page, id: string): Promise<Record<string, string>[]> {
  const button = page.locator(`#${id} button`, {hasText: "CSV"});
  const [file] = await Promise.all([page.waitForEvent("download"), button.click()]);
  const [header, ...lines] = (await readFile((await file.path())!, "utf8"))
    .trim()
    .split("\r\n")
    .map((line) =>
      [...line.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g)].map(([, quoted, plain]) => quoted ?? plain)
    );
  return lines.map((line) => Object.fromEntries(header.map((name, i) => [name, line[i]])));
}
