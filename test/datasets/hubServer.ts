import {createHash} from "node:crypto";
import type {IncomingMessage, ServerResponse} from "node:http";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";

export interface HubRequest {
  path: string;
  range: string | undefined;
  ifRange: string | undefined;
  authorization: string | undefined;
}

/** What a test answers in place of the hub; false leaves the request to the hub. */
export type Answering = (request: IncomingMessage, response: ServerResponse, count: number) => boolean | void;

export interface HubServer {
  endpoint: string;
  requests: HubRequest[];
  close(): Promise<void>;
}

/**
 * A hub on loopback that serves Parquet files by their place (`<dataset>/<config>/<split>/0000.parquet`), with ranges,
 * ETags and checksums as the real one.
 */
export async function serveHub(
  file: (place: string) => Uint8Array | null,
  {fault, list}: {fault?: Answering; list?: (place: string) => unknown} = {}
): Promise<HubServer> {
  const requests: HubRequest[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://hub").pathname);
    const {range, "if-range": ifRange, authorization} = request.headers;
    requests.push({path, range, ifRange: ifRange as string | undefined, authorization});
    if (fault?.(request, response, requests.length)) return;
    const listed = path.match(/^\/api\/datasets\/(.+?)\/parquet\/([^/]+\/[^/]+)$/);
    if (listed && list) {
      response
        .writeHead(200, {"content-type": "application/json"})
        .end(JSON.stringify(list(`${listed[1]}/${listed[2]}`)));
      return;
    }
    const place = path.match(/^\/datasets\/(.+?)\/resolve\/refs\/convert\/parquet\/(.+)$/);
    const bytes = place && file(`${place[1]}/${place[2]}`);
    if (!bytes) response.writeHead(404).end("not found");
    else sendFile(bytes, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      })
  };
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function sendFile(bytes: Uint8Array, request: IncomingMessage, response: ServerResponse): void {
  const etag = `"${sha256(bytes)}"`;
  const wanted = request.headers.range?.match(/^bytes=(\d+)-$/);
  const from = wanted && (request.headers["if-range"] ?? etag) === etag ? Number(wanted[1]) : 0;
  if (from > 0 && from >= bytes.length) {
    response.writeHead(416, {"content-range": `bytes */${bytes.length}`}).end();
    return;
  }
  const rest = bytes.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, {
    "content-type": "application/octet-stream",
    "content-length": rest.length,
    etag,
    ...(from > 0 ? {"content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}`} : {})
  });
  response.end(rest);
}
