import type {AsyncBuffer} from "hyparquet";

/** What is fetched at first, in bytes: the end of the file, where a Parquet file says what is where. */
export const tail = 4_096;

/** A file of which parts are fetched as they are asked for; the file itself where it is small, or where the server gives no parts. */
export async function fileInParts(url: string): Promise<ArrayBuffer | AsyncBuffer> {
  const end = await part(url, `-${tail}`);
  const size = Number(/\/(\d+)$/.exec(end.headers.get("content-range") ?? "")?.[1]);
  const last = await end.arrayBuffer();
  if (end.status !== 206 || !(size > last.byteLength)) return last;
  const from = size - last.byteLength;
  return {
    byteLength: size,
    slice: async (start: number, stop = size) =>
      start >= from ? last.slice(start - from, stop - from) : (await part(url, `${start}-${stop - 1}`)).arrayBuffer()
  };
}

async function part(url: string, range: string): Promise<Response> {
  const response = await fetch(url, {headers: {range: `bytes=${range}`}});
  if (!response.ok) throw new Error(`expected a file of the site, got ${response.status}: ${url}`);
  return response;
}
