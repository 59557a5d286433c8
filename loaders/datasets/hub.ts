import {join} from "node:path";
import {z} from "zod";
import type {FileRecord} from "./download.js";
import {checkFile, download} from "./download.js";
import type {Network} from "./request.js";
import {get, hubEndpoint, statusError, TransientError, withRetries} from "./request.js";
import {sourceName} from "./source.js";
import type {Source} from "./task.js";
import {readJson, writeWhole} from "../wholeFile.js";

export type HubSource = Extract<Source, {kind: "hub"}>;

export interface HubOptions extends Network {
  /** Folder of the cache; files are kept once under `datasets/hub`. */
  cache: string;
}

export interface HubFile extends FileRecord {
  path: string;
}

const manifest = z.object({files: z.number().int().positive()});

/**
 * The files of one split of a dataset in the hub's own Parquet conversion, in order, fetched where they are not there
 * yet. Without them the hub is asked how many there are; one that does not say is asked for one after the other.
 * With all of them there the hub is not asked, and `thorough` reads them to compare their checksums.
 */
export async function hubFiles(source: HubSource, options: HubOptions, thorough = false): Promise<HubFile[]> {
  const folder = join(options.cache, "datasets", "hub", ...source.dataset.split("/"), source.config, source.split);
  const manifestFile = join(folder, "split.json");
  const known = await readJson(manifest, manifestFile);
  const count = known?.files ?? (await listedFiles(source, options));
  const files: HubFile[] = [];
  for (let i = 0; count === null || i < count; i++) {
    const name = `${String(i).padStart(4, "0")}.parquet`;
    const path = join(folder, name);
    const there = await checkFile(path, thorough);
    if (there) files.push({path, ...there});
    else {
      const url = `${hubEndpoint(options.endpoint)}/datasets/${source.dataset}/resolve/refs%2Fconvert%2Fparquet/${encodeURIComponent(source.config)}/${encodeURIComponent(source.split)}/${name}`;
      const record = await download(url, path, options, count === null && i > 0);
      if (record === null) break;
      files.push({path, ...record});
    }
  }
  if (known?.files !== files.length) await writeWhole(manifestFile, {files: files.length});
  return files;
}

/** How many files the hub lists for a split, or null where it has no such list. */
async function listedFiles(source: HubSource, options: HubOptions): Promise<number | null> {
  const {dataset, config, split} = source;
  const url = `${hubEndpoint(options.endpoint)}/api/datasets/${dataset}/parquet/${encodeURIComponent(config)}/${encodeURIComponent(split)}`;
  return withRetries(options, async () => {
    const answer = await get(url, options);
    try {
      const {response, explain} = answer;
      if (response.status === 404) return null;
      if (!response.ok) throw statusError(response, url);
      if (!/json/i.test(response.headers.get("content-type") ?? "")) return null;
      const text = await response.text().catch((error) => {
        throw explain(error);
      });
      const list = parseList(text);
      if (list === null)
        throw new TransientError(
          `expected a list of Parquet files, hub sent ${JSON.stringify(text.slice(0, 60))}: ${url}`
        );
      if (list.length === 0) throw new Error(`hub lists no Parquet files: ${sourceName(source)}`);
      return list.length;
    } finally {
      answer.done();
      await answer.response.body?.cancel().catch(() => {});
    }
  });
}

function parseList(text: string): string[] | null {
  try {
    return z.array(z.string()).safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
