import {createHash} from "node:crypto";
import type {FileHandle} from "node:fs/promises";
import {createReadStream} from "node:fs";
import {mkdir, open, rename, rm, stat} from "node:fs/promises";
import {dirname} from "node:path";
import {z} from "zod";
import {withLock} from "../lock.js";
import {readJson, writeWhole} from "../wholeFile.js";
import type {Answer, Network} from "./request.js";
import {get, statusError, TransientError, withRetries} from "./request.js";

/** What is known of a complete file; kept beside it as `<file>.json`. */
const record = z.object({sha256: z.string(), size: z.number(), mtimeMs: z.number()});
export type FileRecord = z.output<typeof record>;

/** What is known of a file that is not complete yet; kept beside it as `<file>.partial.json`. */
const partialRecord = z.object({validator: z.string(), size: z.number().nullable(), sha256: z.string().nullable()});
type PartialRecord = z.output<typeof partialRecord>;

/**
 * The record of a Parquet file that is there and complete, or null. A file of the recorded size and time is
 * taken as it is, unless `thorough`; any other is read and its sha256 compared.
 */
export async function checkFile(file: string, thorough = false): Promise<FileRecord | null> {
  const [known, found] = await Promise.all([readJson(record, `${file}.json`), stat(file).catch(() => null)]);
  if (!known || !found || found.size !== known.size) return null;
  if (!thorough && found.mtimeMs === known.mtimeMs) return known;
  if ((await sha256OfFile(file)) !== known.sha256) return null;
  if (found.mtimeMs === known.mtimeMs) return known;
  const renewed = {...known, mtimeMs: found.mtimeMs};
  await writeWhole(`${file}.json`, renewed);
  return renewed;
}

/**
 * A Parquet file of the hub, fetched once: goes on where an earlier attempt or process was cut off, and appears under
 * its name only when its length, its first and last bytes, and the hub's checksum where it gives one, are right.
 * Null where the hub does not have it and it is `optional`. Throws where the hub stays away, refuses, or sends something else.
 */
export async function download(
  url: string,
  file: string,
  network: Network,
  optional = false
): Promise<FileRecord | null> {
  await mkdir(dirname(file), {recursive: true});
  return withLock(`${file}.lock`, async () => {
    const there = await checkFile(file, true);
    if (there) return there;
    await rm(file, {force: true});
    if (!optional) network.message?.(`fetching ${url}`);
    return withRetries(network, async () => {
      const found = await fetchRest(url, `${file}.partial`, network);
      if (!found && optional) return null;
      if (!found) throw new Error(`hub does not have it (404): ${url}`);
      return complete(url, file);
    });
  });
}

/** Appends to the partial file what it lacks, up to the length that the server announced; false where it has no such file. */
async function fetchRest(url: string, partial: string, network: Network): Promise<boolean> {
  const known = await readJson(partialRecord, `${partial}.json`);
  const offset = known ? await sizeOf(partial) : 0;
  if (known && offset === known.size) return true;
  const resumes = known !== null && known.validator !== "" && offset > 0;
  const answer = await get(url, network, resumes ? {range: `bytes=${offset}-`, "if-range": known.validator} : {});
  const {response} = answer;
  try {
    if (response.status === 404) return false;
    if (response.status === 416) {
      await discard(partial);
      throw new TransientError(`hub does not have the rest of the file: ${url}`);
    }
    if (response.status !== 200 && response.status !== 206) throw statusError(response, url);
    if (/^text\/html/i.test(response.headers.get("content-type") ?? ""))
      throw new Error(`expected a Parquet file, hub sent a web page: ${url}`);
    const {from, size} = extent(answer);
    if (from !== 0 && from !== offset) {
      await discard(partial);
      throw new TransientError(`hub sent another part of the file than asked for: ${url}`);
    }
    const about: PartialRecord =
      from > 0 && known ? {...known, size} : {validator: validatorOf(response), size, sha256: answer.sha256};
    await writeWhole(`${partial}.json`, about);
    const length = await append(partial, from, answer);
    if (size === null) await writeWhole(`${partial}.json`, {...about, size: length});
    else if (length !== size) {
      if (length > size) await discard(partial);
      throw new TransientError(`hub sent a truncated file, expected ${size} bytes, got ${length}: ${url}`);
    }
    return true;
  } finally {
    answer.done();
    await response.body?.cancel().catch(() => {});
  }
}

/** Where in the file the body begins, and the length of the whole file where the server says it. */
function extent({response, size}: Answer): {from: number; size: number | null} {
  const range = response.headers.get("content-range")?.match(/^bytes (\d+)-\d+\/(\d+|\*)$/);
  const from = response.status === 206 ? Number(range?.[1] ?? NaN) : 0;
  const length = response.headers.has("content-encoding") ? null : response.headers.get("content-length");
  return {from, size: size ?? (Number(range?.[2]) || (length === null ? null : from + Number(length)))};
}

/** What proves to the server that the rest belongs to the same file; a weak ETag does not. */
function validatorOf({headers}: Response): string {
  const etag = headers.get("etag");
  return (etag?.startsWith('"') ? etag : null) ?? headers.get("last-modified") ?? "";
}

/** Writes the body behind the first `from` bytes; returns the length of the file. What has come before a failure stays. */
async function append(partial: string, from: number, {response, alive, explain}: Answer): Promise<number> {
  if (from === 0) await rm(partial, {force: true});
  const output = await open(partial, from > 0 ? "r+" : "wx");
  let length = from;
  try {
    const body = response.body?.getReader();
    for (;;) {
      const chunk = await body?.read().catch((error) => {
        throw explain(error);
      });
      if (!chunk || chunk.done) break;
      alive();
      await writeAt(output, chunk.value, length).catch((error: Error) => {
        throw new Error(`cannot write (${error.message}): ${partial}`, {cause: error});
      });
      length += chunk.value.length;
    }
    await output.sync();
  } finally {
    await output.close();
  }
  return length;
}

/** Writes at a place, not at the end: should two processes ever fetch one file, both write the same bytes to the same place. */
async function writeAt(output: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;)
    written += (await output.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
}

/** Gives the partial file its name once it has proved to be whole. The record comes first: a file without one is not read. */
async function complete(url: string, file: string): Promise<FileRecord> {
  const partial = `${file}.partial`;
  const expected = await readJson(partialRecord, `${partial}.json`);
  const sha256 = await sha256OfFile(partial);
  const {head, tail} = await ends(partial);
  if (head !== "PAR1") {
    await discard(partial);
    throw new Error(
      `expected a Parquet file, hub sent ${head.startsWith("<") ? "a web page" : "something else"}: ${url}`
    );
  }
  if (expected?.sha256 && sha256 !== expected.sha256) {
    await discard(partial);
    throw new TransientError(`checksum of the file differs, expected sha256 ${expected.sha256}, got ${sha256}: ${url}`);
  }
  if (tail !== "PAR1") {
    const size = await sizeOf(partial);
    await discard(partial);
    throw new TransientError(`hub sent a truncated file, its end is missing after ${size} bytes: ${url}`);
  }
  const {size, mtimeMs} = await stat(partial);
  if (size !== expected?.size) throw new TransientError(`file changed while it was fetched: ${partial}`);
  const known = {sha256, size, mtimeMs};
  await writeWhole(`${file}.json`, known);
  await rename(partial, file);
  await rm(`${partial}.json`, {force: true});
  return known;
}

/** The first and the last four bytes of a file. */
async function ends(file: string): Promise<{head: string; tail: string}> {
  const input = await open(file);
  try {
    const {size} = await input.stat();
    const four = async (position: number) =>
      (await input.read(Buffer.alloc(4), 0, 4, Math.max(0, position))).buffer.toString("latin1");
    return {head: await four(0), tail: size < 12 ? "" : await four(size - 4)};
  } finally {
    await input.close();
  }
}

async function discard(partial: string): Promise<void> {
  await rm(partial, {force: true});
  await rm(`${partial}.json`, {force: true});
}

const sizeOf = (file: string) =>
  stat(file).then(
    ({size}) => size,
    () => 0
  );

async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
