import {createReadStream} from "node:fs";
import {stat} from "node:fs/promises";
import {createServer, type Server} from "node:http";
import {once} from "node:events";
import {extname, join, normalize} from "node:path";
import type {AddressInfo} from "node:net";

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

/** Serves a folder on loopback, as any static host would; `base` is a path under which it appears, as on GitHub Pages. */
export async function serveFolder(folder: string, {port = 0, base = "/"} = {}): Promise<{url: string; server: Server}> {
  const server = createServer((request, response) => {
    void (async () => {
      const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
      if (!path.startsWith(base)) return void response.writeHead(404).end();
      const file = await fileOf(join(folder, normalize(`/${path.slice(base.length)}`)));
      if (!file) return void response.writeHead(404, {"content-type": "text/plain"}).end("not found\n");
      response.writeHead(200, {
        "content-type": types[extname(file.path)] ?? "application/octet-stream",
        "content-length": file.size,
        "cache-control": "no-cache"
      });
      if (request.method === "HEAD") response.end();
      else createReadStream(file.path).pipe(response);
    })().catch(() => response.writeHead(400).end());
  });
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE")
      throw new Error(`expected a free port, taken: ${port}`, {cause: error});
    throw error;
  }
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`, server};
}

async function fileOf(path: string): Promise<{path: string; size: number} | null> {
  for (const candidate of [path, join(path, "index.html"), `${path}.html`]) {
    const found = await stat(candidate).catch(() => null);
    if (found?.isFile()) return {path: candidate, size: found.size};
  }
  return null;
}
