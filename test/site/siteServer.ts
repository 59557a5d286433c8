import {readFile} from "node:fs/promises";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {extname, join} from "node:path";
import {gzipSync} from "node:zlib";
import {byteRange} from "../../loaders/site/byteRange.js";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm"
};

/**
 * A static server as any host has one: files by their names, index.html for folders, gzip, parts of files, and nothing clever.
 *
 * @param base sub-path under which the site lies, as on GitHub Pages
 */
export async function serveSite(folder: string, base: string): Promise<{url: string; close: () => Promise<void>}> {
  const zipped = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const {pathname} = new URL(request.url!, "http://localhost");
    let path = decodeURIComponent(pathname);
    if (!path.startsWith(base)) return void response.writeHead(404).end();
    path = path.slice(base.length);
    if (!path || path.endsWith("/")) path += "index.html";
    try {
      if (request.headers.range) {
        const whole = await readFile(join(folder, path));
        const part = byteRange(request.headers.range, whole.length);
        if (part) {
          const {start, end} = part;
          response.writeHead(206, {"content-range": `bytes ${start}-${end}/${whole.length}`});
          return void response.end(whole.subarray(start, end + 1));
        }
      }
      const body = zipped.get(path) ?? gzipSync(await readFile(join(folder, path)), {level: 4});
      zipped.set(path, body);
      response.writeHead(200, {
        "content-type": types[extname(path)] ?? "application/octet-stream",
        "content-encoding": "gzip",
        "content-length": body.length
      });
      response.end(body);
    } catch {
      response.writeHead(404).end("not found");
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    close: () => new Promise((resolve) => (server.closeAllConnections(), server.close(() => resolve())))
  };
}
