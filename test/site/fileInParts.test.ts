import {createServer, type Server} from "node:http";
import {mkdtemp, rm, writeFile} from "node:fs/promises";
import type {AddressInfo} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {parquetMetadataAsync, parquetReadObjects} from "hyparquet";
import {afterAll, beforeAll, expect, test} from "vitest";
import {encodeParquet} from "../../loaders/parquet.js";
import {byteRange} from "../../loaders/site/byteRange.js";
import {serveFolder} from "../../loaders/site/staticServer.js";
import {fileInParts, tail} from "../../src/components/fileInParts.js";

const rows = Array.from({length: 2000}, (_, i) => ({
  id: i,
  text: Array.from({length: 20}, (_, j) => ((i + 1) * (j + 7) * 2654435761) % 1e9).join(" "),
  right: i % 3 === 0
}));
const bytes = encodeParquet(
  {id: {type: "int", about: ""}, text: {type: "string", about: ""}, right: {type: "boolean", about: ""}},
  rows
);
let folder: string;
let site: {url: string; server: Server};
let plain: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parts-"));
  await writeFile(join(folder, "rows.parquet"), bytes);
  site = await serveFolder(folder);
  plain = createServer((_, response) => response.end(bytes)).listen(0, "127.0.0.1");
  await new Promise((resolve) => plain.once("listening", resolve));
});

afterAll(async () => {
  for (const server of [site.server, plain]) server.close();
  await rm(folder, {recursive: true});
});

/** Some columns, and how many bytes came for them. */
async function read(url: string, columns: string[]): Promise<{found: unknown[]; received: number}> {
  const {fetch} = globalThis;
  let received = 0;
  globalThis.fetch = async (...request) => {
    const response = await fetch(...request);
    received += Number(response.headers.get("content-length"));
    return response;
  };
  try {
    const file = await fileInParts(url);
    const metadata = await parquetMetadataAsync(file, {initialFetchSize: tail});
    return {found: await parquetReadObjects({file, metadata, columns}), received};
  } finally {
    globalThis.fetch = fetch;
  }
}

test("columns come without the texts beside them", async () => {
  const {found, received} = await read(`${site.url}rows.parquet`, ["id", "right"]);
  expect(found).toEqual(rows.map(({id, right}) => ({id, right})));
  expect(bytes.length).toBeGreaterThan(10 * received);
  const texts = await read(`${site.url}rows.parquet`, ["text"]);
  expect(texts.found).toEqual(rows.map(({text}) => ({text})));
});

test("a host that gives no parts gives all of it, once", async () => {
  const {found, received} = await read(`http://127.0.0.1:${(plain.address() as AddressInfo).port}/rows.parquet`, [
    "right"
  ]);
  expect(found).toEqual(rows.map(({right}) => ({right})));
  expect(received).toBe(bytes.length);
});

test("a file that is not there is an error that names it", async () => {
  await expect(fileInParts(`${site.url}none.parquet`)).rejects.toThrow(/^expected a file of the site, got 404: .*none/);
});

test("which part is asked for", () => {
  expect(byteRange("bytes=0-9", 100)).toEqual({start: 0, end: 9});
  expect(byteRange("bytes=90-999", 100)).toEqual({start: 90, end: 99});
  expect(byteRange("bytes=40-", 100)).toEqual({start: 40, end: 99});
  expect(byteRange("bytes=-10", 100)).toEqual({start: 90, end: 99});
  expect(byteRange("bytes=-1000", 100)).toEqual({start: 0, end: 99});
  for (const all of [undefined, "bytes=-", "bytes=0-1,5-6", "bytes=200-300", "rows=0-1"])
    expect(byteRange(all, 100)).toBeNull();
});
