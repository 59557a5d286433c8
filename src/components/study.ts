import {parquetMetadataAsync, parquetReadObjects} from "hyparquet";
import type {Study} from "../study.js";
import type {Row, TableName} from "../tables.js";
import {fileInParts, tail} from "./fileInParts.js";
import {dataUrl} from "./site.js";

type Tables<T extends TableName> = {[K in T]: Row<K>[]};

/** A published study, as its pages see it. */
export interface OpenStudy extends Study {
  /** Tables as rows; each file is fetched once a page. */
  tables<T extends TableName>(...names: T[]): Promise<Tables<T>>;
  /** Some columns of a table; of a large one, no more than these are fetched where the server gives parts of files. */
  columns<T extends TableName, C extends keyof Row<T> & string>(table: T, ...names: C[]): Promise<Pick<Row<T>, C>[]>;
  /** A file beside the tables, such as published features, as rows. */
  file<T extends TableName>(name: string): Promise<Row<T>[]>;
  /** The bytes of a table's file. */
  bytes(table: string): Promise<ArrayBuffer>;
}

const studies = new Map<string, Promise<OpenStudy>>();

export function openStudy(name: string): Promise<OpenStudy> {
  let study = studies.get(name);
  if (!study) studies.set(name, (study = open(name)));
  return study;
}

export async function listStudies(): Promise<Study[]> {
  return (await get("studies.json")).json() as Promise<Study[]>;
}

async function open(name: string): Promise<OpenStudy> {
  const study = (await (await get(`${name}/study.json`)).json()) as Study;
  const buffers = new Map<string, Promise<ArrayBuffer>>();
  const rows = new Map<string, Promise<unknown[]>>();
  const buffer = (file: string) => {
    let found = buffers.get(file);
    if (!found) buffers.set(file, (found = get(`${name}/${file}`).then((response) => response.arrayBuffer())));
    return found;
  };
  const decode = <T extends TableName>(file: string): Promise<Row<T>[]> => {
    let found = rows.get(file);
    // Columns of bytes are not text; those of text say so.
    if (!found) rows.set(file, (found = buffer(file).then((file) => parquetReadObjects({file, utf8: false}))));
    return found as Promise<Row<T>[]>;
  };
  return {
    ...study,
    async columns(table, ...columns) {
      const file = `${table}.parquet`;
      const found = buffers.has(file) ? await buffer(file) : await fileInParts(dataUrl(`${name}/${file}`));
      if (found instanceof ArrayBuffer) buffers.set(file, Promise.resolve(found));
      const metadata = await parquetMetadataAsync(found, {initialFetchSize: tail});
      return (await parquetReadObjects({file: found, metadata, columns, utf8: false})) as never;
    },
    bytes: (table) => buffer(`${table}.parquet`),
    file: decode,
    async tables<T extends TableName>(...names: T[]) {
      const loaded = await Promise.all(names.map(async (table) => [table, await decode(`${table}.parquet`)] as const));
      return Object.fromEntries(loaded) as unknown as Tables<T>;
    }
  };
}

async function get(path: string): Promise<Response> {
  const response = await fetch(dataUrl(path));
  if (!response.ok) throw new Error(`expected a file of the site, got ${response.status}: data/${path}`);
  return response;
}
