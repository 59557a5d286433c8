import {readFile} from "node:fs/promises";
import {createRequire} from "node:module";
import {join} from "node:path";
import type {TableName} from "../../src/tables.js";
import {schema, tableNames} from "../../src/tables.js";
import {encodeParquet} from "../parquet.js";
import {publishedFolder, publishedStudies} from "./published.js";

/**
 * Files that the site serves at stable addresses, beside its pages: the data of the studies, and the fonts. The loaders in
 * `src/data` and `src/fonts` return them one by one; a build asks for all at once.
 */

/** Tables of a study that pages read; features are published by task. */
const served = tableNames.filter((table) => table !== "features");

const fonts: Record<string, string> = {
  inter: "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  "source-serif-4": "@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2",
  "source-serif-4-italic": "@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-italic.woff2"
};

/** Paths within the site of all such files. */
export function siteFiles(published = publishedFolder()): string[] {
  const studies = publishedStudies(published);
  return [
    "data/studies.json",
    ...studies.flatMap(({study, features}) => [
      `data/${study}/study.json`,
      ...served.map((table) => `data/${study}/${table}.parquet`),
      ...features.map(({file}) => `data/${study}/${file}`)
    ]),
    ...Object.keys(fonts).map((font) => `fonts/${font}.woff2`)
  ];
}

/** Contents of one such file. */
export async function siteFile(path: string, published = publishedFolder()): Promise<Uint8Array | string> {
  const [folder, study, name] = path.split("/");
  if (folder === "fonts") return readFont(study.replace(/\.woff2$/, ""));
  if (path === "data/studies.json") return JSON.stringify(publishedStudies(published));
  if (name === "study.json") return readFile(join(published, study, name));
  return readTable(study, name.replace(/\.parquet$/, ""), published);
}

/**
 * A table of a study as Parquet, from the published tables; without rows where the study does not have it.
 *
 * @param table a results table, or `features-<task>`
 */
async function readTable(study: string, table: string, published = publishedFolder()): Promise<Uint8Array> {
  const file = join(published, study, `${table}.parquet`);
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  if (table.startsWith("features-")) return encodeParquet(schema.features, []);
  if (!(table in schema)) throw new Error(`unknown table, expected one of ${served.join(", ")}: ${table}`);
  return encodeParquet(schema[table as TableName], []);
}

function readFont(font: string): Promise<Uint8Array> {
  if (!(font in fonts)) throw new Error(`unknown font, expected one of ${Object.keys(fonts).join(", ")}: ${font}`);
  return readFile(createRequire(import.meta.url).resolve(fonts[font]));
}
