import {createReadStream} from "node:fs";
import {readFile, stat} from "node:fs/promises";
import {createServer, type Server} from "node:http";
import {extname, join, normalize} from "node:path";
import type {AddressInfo} from "node:net";
import {byteRange} from "./byteRange.js";
import {listen} from "./freePort.js";
import {promisify} from "node:util";
import {gzip} from "node:zlib";

const types: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".parquet": "application/vnd.apache.parquet",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2"
};

const compressed = /^text\/|^application\/json|svg/;
const compress = promisify(gzip);

/** Serves a folder on loopback, text compressed and parts of other files where asked for, as static hosts do; `base` is a path under which it appears, as on GitHub Pages. */
export async function serveFolder(folder: string, {port = 0, base = "/"} = {}): Promise<{url: string; server: Server}> {
  const packed = new Map<string, Promise<Buffer>>();
  const pack = ({path, version}: Found): Promise<Buffer> => {
    const key = `${path} ${version}`;
    let bytes = packed.get(key);
    if (!bytes) packed.set(key, (bytes = readFile(path).then((content) => compress(content))));
    return bytes;
  };
  const server = createServer((request, response) => {
    void (async () => {
      const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
      if (!path.startsWith(base)) return void response.writeHead(404).end();
      const file = await fileOf(join(folder, normalize(`/${path.slice(base.length)}`)));
      if (!file) return void response.writeHead(404, {"content-type": "text/plain"}).end("not found\n");
      const type = types[extname(file.path)] ?? "application/octet-stream";
      const asked = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
      const small = asked && compressed.test(type) ? await pack(file) : null;
      const part = small ? null : byteRange(request.headers.range, file.size);
      response.writeHead(part ? 206 : 200, {
        "content-type": type,
        "content-length": part ? part.end - part.start + 1 : (small?.length ?? file.size),
        "cache-control": "no-cache",
        ...(part && {"content-range": `bytes ${part.start}-${part.end}/${file.size}`}),
        ...(compressed.test(type) && {vary: "accept-encoding"}),
        ...(small && {"content-encoding": "gzip"})
      });
      if (request.method === "HEAD") response.end();
      else if (small) response.end(small);
      else createReadStream(file.path, part ?? {}).pipe(response);
    })().catch(() => response.writeHead(400).end());
  });
  await listen(server, port);
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`, server};
}

interface Found {
  path: string;
  size: number;
  /** Changes when the file does. */
  version: string;
}

async function fileOf(path: string): Promise<Found | null> {
  for (const candidate of [path, join(path, "index.html"), `${path}.html`]) {
    const found = await stat(candidate).catch(() => null);
    if (found?.isFile()) return {path: candidate, size: found.size, version: `${found.mtimeMs} ${found.size}`};
  }
  return null;
}
