import {execFile, spawn} from "node:child_process";
import {once} from "node:events";
import {existsSync} from "node:fs";
import {mkdtemp, readdir, readFile, rm, stat, utimes, writeFile} from "node:fs/promises";
import {createServer} from "node:net";
import type {AddressInfo} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {promisify} from "node:util";
import {afterEach, beforeEach, describe, expect, it} from "vitest";
import type {HubOptions} from "../../loaders/datasets/hub.js";
import {hubFiles} from "../../loaders/datasets/hub.js";
import {parquetRows} from "../../loaders/datasets/parquetRows.js";
import type {Answering, HubServer} from "./hubServer.js";
import {sendFile, serveHub, sha256} from "./hubServer.js";
import {place, plantedFile, source} from "./plantedDataset.js";

const bytes = plantedFile();
const child = fileURLToPath(new URL("fetchChild.ts", import.meta.url));
let cache: string;
let hub: HubServer | undefined;
let waits: number[];
let messages: string[];

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "hub-"));
  [waits, messages] = [[], []];
});

afterEach(async () => {
  await hub?.close();
  hub = undefined;
  await rm(cache, {recursive: true, force: true});
});

/** A hub with the planted file, or the files given. */
async function start(
  fault?: Answering,
  files: Uint8Array[] = [bytes],
  list?: (place: string) => unknown
): Promise<HubServer> {
  return (hub = await serveHub(
    (wanted) => files.find((_, i) => wanted === `${place}/${String(i).padStart(4, "0")}.parquet`) ?? null,
    {fault, list}
  ));
}

function options(more: Partial<HubOptions> = {}): HubOptions {
  return {
    cache,
    endpoint: hub?.endpoint,
    attempts: 3,
    sleep: async (milliseconds) => void waits.push(milliseconds),
    message: (text) => messages.push(text),
    ...more
  };
}

/** Faults only the first file, and only while `fails` says so of the number of times it was asked for. */
function onFile(fault: (...args: [...Parameters<Answering>, number]) => boolean | void): Answering {
  let asked = 0;
  return (request, response, count) =>
    request.url?.endsWith("/0000.parquet") ? fault(request, response, count, ++asked) : false;
}

const folder = () => join(cache, "datasets", "hub", "someone", "planted", "plain", "train");
const file = () => join(folder(), "0000.parquet");
const fileRequests = () => hub!.requests.filter(({path}) => path.endsWith("/0000.parquet"));

/** What must hold after every failure: nothing under the file's name. */
async function expectFailure(message: string | RegExp, more?: Partial<HubOptions>): Promise<void> {
  const error: Error = await hubFiles(source, options(more)).then(
    () => expect.fail("expected an error"),
    (error) => error
  );
  expect(error.message).toMatch(message);
  expect(error.message).not.toContain("\n");
  expect(existsSync(file())).toBe(false);
}

describe("a hub that works", () => {
  it("is asked once: the second call reads what is there", async () => {
    await start();
    const [first] = await hubFiles(source, options());
    expect(await readFile(first.path)).toEqual(Buffer.from(bytes));
    expect(first).toMatchObject({path: file(), sha256: sha256(bytes), size: bytes.length});
    const asked = hub!.requests.length;
    expect(await hubFiles(source, options())).toEqual([first]);
    expect(await hubFiles(source, options(), true)).toEqual([first]);
    expect(hub!.requests).toHaveLength(asked);
    expect((await readdir(folder())).sort()).toEqual(["0000.parquet", "0000.parquet.json", "split.json"]);
  });

  it("lists its files, or is asked for one after the other", async () => {
    const shards = [plantedFile(0), plantedFile(1), plantedFile(2)];
    await start(undefined, shards, (listed) => (listed === place ? ["a", "b", "c"] : []));
    expect((await hubFiles(source, options())).map(({sha256}) => sha256)).toEqual(shards.map(sha256));
    expect(hub!.requests.map(({path}) => path.slice(-12))).not.toContain("0003.parquet");
    await hub!.close();
    await rm(cache, {recursive: true});
    await start(undefined, shards);
    expect((await hubFiles(source, options())).map(({sha256}) => sha256)).toEqual(shards.map(sha256));
    expect(hub!.requests.at(-1)?.path).toContain("0003.parquet");
  });

  it("must have every file it lists", async () => {
    await start(undefined, [bytes], () => ["a", "b"]);
    const error = await hubFiles(source, options()).catch((error: Error) => error.message);
    expect(error).toMatch(/^hub does not have it \(404\): .*0001\.parquet$/);
    expect(existsSync(join(folder(), "split.json"))).toBe(false);
  });

  it("redirects to another host, which does not see the token, and gives the checksum with the redirect", async () => {
    const storage = await serveHub(() => bytes);
    try {
      await start((request, response) => {
        if (!request.url?.endsWith("/0000.parquet")) return false;
        response
          .writeHead(302, {
            location: `${storage.endpoint}/datasets/a/b/resolve/refs%2Fconvert%2Fparquet/c`,
            "x-linked-etag": `"${sha256(bytes)}"`,
            "x-linked-size": bytes.length
          })
          .end();
        return true;
      });
      const [found] = await hubFiles(source, options({token: "secret"}));
      expect(found.sha256).toBe(sha256(bytes));
      expect(new Set(hub!.requests.map(({authorization}) => authorization))).toEqual(new Set(["Bearer secret"]));
      expect(storage.requests.map(({authorization}) => authorization)).toEqual([undefined]);
    } finally {
      await storage.close();
    }
  });

  it("redirects to a host whose ETag is another kind of hash", async () => {
    const storage = await serveHub(() => null, {
      fault: (_, response) => {
        response.writeHead(200, {etag: `"${"0".repeat(64)}"`, "content-length": bytes.length}).end(bytes);
        return true;
      }
    });
    try {
      await start(onFile((_, response) => (response.writeHead(302, {location: storage.endpoint}).end(), true)));
      expect((await hubFiles(source, options()))[0].sha256).toBe(sha256(bytes));
    } finally {
      await storage.close();
    }
  });
});

describe("a hub that fails", () => {
  it("is down", async () => {
    const port = await closedPort();
    await expectFailure(
      /^gave up after 3 attempts, hub is not reachable or hung up \(ECONNREFUSED\): http:\/\/127\.0\.0\.1:\d+\/api/,
      {
        endpoint: `http://127.0.0.1:${port}`
      }
    );
    expect(waits).toEqual([1000, 2000]);
    expect(messages.filter((text) => text.startsWith("trying again"))).toHaveLength(2);
  });

  it("is slow: says nothing at all, or stops in the middle", async () => {
    await start(onFile(() => true));
    await expectFailure(/^gave up after 2 attempts, hub sent nothing for 0\.05 s: /, {attempts: 2, stallTimeout: 50});
    await hub!.close();
    await start(
      onFile((_, response) => {
        response.writeHead(200, {"content-length": bytes.length}).write(bytes.subarray(0, 100));
        return true;
      })
    );
    await expectFailure(/^gave up after 2 attempts, hub sent nothing for 0\.05 s: /, {attempts: 2, stallTimeout: 50});
  });

  it("sends a truncated file, without saying so", async () => {
    await start(
      onFile((_, response) => {
        response.writeHead(200, {"content-length": 5000}).end(bytes.subarray(0, 5000));
        return true;
      })
    );
    await expectFailure(/^gave up after 3 attempts, hub sent a truncated file, its end is missing after 5000 bytes: /);
  });

  it("sends less than it says", async () => {
    await start(
      onFile((_, response) => {
        response.writeHead(200, {"x-linked-size": bytes.length}).end(bytes.subarray(0, 5000));
        return true;
      })
    );
    await expectFailure(
      `gave up after 3 attempts, hub sent a truncated file, expected ${bytes.length} bytes, got 5000: `
    );
  });

  it("hangs up in the middle, and sends the rest when asked again", async () => {
    await start(onFile((_request, response, _count, asked) => asked === 1 && cutAfter(30_000, response)));
    const [found] = await hubFiles(source, options());
    expect(found.sha256).toBe(sha256(bytes));
    const [, second] = fileRequests();
    expect(second.range).toBe("bytes=30000-");
    expect(second.ifRange).toBe(`"${sha256(bytes)}"`);
    expect(fileRequests()).toHaveLength(2);
  });

  it("hangs up in the middle, and has another file when asked again", async () => {
    const newer = plantedFile(1);
    await start(
      onFile((request, response, _count, asked) => {
        if (asked === 1) return cutAfter(30_000, response);
        sendFile(newer, request, response);
        return true;
      })
    );
    expect((await hubFiles(source, options()))[0].sha256).toBe(sha256(newer));
    expect(fileRequests()[1].range).toBe("bytes=30000-");
  });

  it("hangs up in the middle, and knows no ranges", async () => {
    await start(
      onFile((_request, response, _count, asked) => {
        if (asked === 1) return cutAfter(30_000, response);
        response.writeHead(200, {"content-length": bytes.length}).end(bytes);
        return true;
      })
    );
    expect((await hubFiles(source, options()))[0].sha256).toBe(sha256(bytes));
  });

  it("asks to wait (429), or is broken for a moment (503)", async () => {
    await start(
      onFile((_request, response, _count, asked) => {
        if (asked > 2) return false;
        response.writeHead(asked === 1 ? 429 : 503, asked === 1 ? {"retry-after": "7"} : {}).end();
        return true;
      })
    );
    expect((await hubFiles(source, options()))[0].sha256).toBe(sha256(bytes));
    expect(waits).toEqual([7000, 2000]);
  });

  it("sends a file that its checksum does not fit", async () => {
    const flipped = Uint8Array.from(bytes);
    flipped[1000] ^= 1;
    await start(
      onFile((_, response) => {
        response.writeHead(200, {"content-length": bytes.length, etag: `"${sha256(bytes)}"`}).end(flipped);
        return true;
      })
    );
    await expectFailure(
      `gave up after 3 attempts, checksum of the file differs, expected sha256 ${sha256(bytes)}, got ${sha256(flipped)}: `
    );
  });

  it.each(["text/html; charset=utf-8", "application/octet-stream"])("sends a web page as %s", async (type) => {
    await start(
      onFile((_, response) => {
        response.writeHead(200, {"content-type": type}).end("<!doctype html><title>Sign in</title>");
        return true;
      })
    );
    await expectFailure(/^expected a Parquet file, hub sent a web page: /);
    expect(fileRequests()).toHaveLength(1);
  });

  it("refuses, or does not have it: asked once", async () => {
    await start(onFile((_, response) => (response.writeHead(401).end(), true)));
    await expectFailure(/^hub refuses access \(401\), private, gated or absent, HF_TOKEN opens what you may read: /);
    expect(fileRequests()).toHaveLength(1);
    await hub!.close();
    await start(undefined, []);
    await expectFailure(/^hub does not have it \(404\): .*\/datasets\/someone\/planted\/.*0000\.parquet$/);
  });

  it("is not an address", async () => {
    await expectFailure("expected HF_ENDPOINT to be an address with http or https: mirror.local", {
      endpoint: "mirror.local"
    });
  });
});

describe("a cache that fails", () => {
  it("holds a file that changed: it is fetched again", async () => {
    await start();
    await hubFiles(source, options());
    const flipped = Uint8Array.from(bytes);
    flipped[1000] ^= 1;
    for (const damage of [flipped, bytes.subarray(0, 5000)]) {
      await writeFile(file(), damage);
      expect((await hubFiles(source, options()))[0].sha256).toBe(sha256(bytes));
      expect(sha256(await readFile(file()))).toBe(sha256(bytes));
    }
    await utimes(file(), 1e9, 1e9);
    await hubFiles(source, options());
    await writeFile(file(), flipped);
    await utimes(file(), 1e9, 1e9);
    expect((await hubFiles(source, options(), true))[0].sha256).toBe(sha256(bytes));
    expect(sha256(await readFile(file()))).toBe(sha256(bytes));
  });

  it("holds a file without a record: it is not trusted", async () => {
    await start();
    await hubFiles(source, options());
    await rm(`${file()}.json`);
    await writeFile(file(), "PAR1 nothing PAR1");
    expect((await hubFiles(source, options()))[0].sha256).toBe(sha256(bytes));
  });

  it("holds a partial file of which the rest is gone", async () => {
    await start(onFile((_request, response, _count, asked) => asked === 1 && cutAfter(30_000, response)));
    await expectFailure("gave up after 1 attempts", {attempts: 1});
    await writeFile(`${file()}.partial`, Buffer.concat([bytes, bytes]));
    expect((await hubFiles(source, options()))[0].sha256).toBe(sha256(bytes));
  });
});

describe("other processes", () => {
  it("fetch at once: one asks, all have it", async () => {
    const held: (() => void)[] = [];
    await start(
      onFile((request, response) => {
        held.push(() => sendFile(bytes, request, response));
        return true;
      })
    );
    const children = Promise.all([fetchInChild(), fetchInChild()]);
    await waitFor(() => hub!.requests.filter(({path}) => path.startsWith("/api")).length === 2 && held.length > 0);
    held[0]();
    expect((await children).map(({stdout}) => stdout)).toEqual([sha256(bytes), sha256(bytes)]);
    expect(held).toHaveLength(1);
    expect(await parquetRows(await readFile(file()))).toHaveLength(4000);
  });

  it("is killed in the middle: the next goes on where it was", async () => {
    let half: () => void = () => {};
    const reached = new Promise<void>((resolve) => (half = resolve));
    await start(
      onFile((_request, response, _count, asked) => {
        if (asked > 1) return false;
        response
          .writeHead(200, {"content-length": bytes.length, etag: `"${sha256(bytes)}"`})
          .write(bytes.subarray(0, 40_000));
        half();
        return true;
      })
    );
    const killed = spawn(process.execPath, ["--import", "tsx", child, hub!.endpoint, cache], {stdio: "ignore"});
    await reached;
    await partialReaches(40_000);
    killed.kill("SIGKILL");
    await once(killed, "exit");
    expect((await hubFiles(source, options()))[0].sha256).toBe(sha256(bytes));
    expect(fileRequests().at(-1)?.range).toBe("bytes=40000-");
  });

  it("runs out of disk in the middle: says so, and the next goes on where it was", async () => {
    await start();
    const command = `ulimit -f 32; exec "$@"`;
    const full = await promisify(execFile)("/bin/sh", [
      "-c",
      command,
      "sh",
      process.execPath,
      "--import",
      "tsx",
      child,
      hub!.endpoint,
      cache
    ]).then(
      () => expect.fail("expected an error"),
      (error: {stderr: string}) => error.stderr
    );
    expect(full).toMatch(/^cannot write \(EFBIG: file too large, write\): .*0000\.parquet\.partial$/);
    expect(existsSync(file())).toBe(false);
    expect((await hubFiles(source, options()))[0].sha256).toBe(sha256(bytes));
    expect(fileRequests().at(-1)?.range).toMatch(/^bytes=[1-9]\d+-$/);
  });
});

function fetchInChild() {
  return promisify(execFile)(process.execPath, ["--import", "tsx", child, hub!.endpoint, cache]);
}

/** Sends the head of the file and hangs up once it has arrived. */
function cutAfter(length: number, response: Parameters<Answering>[1]): true {
  response.writeHead(200, {"content-length": bytes.length, etag: `"${sha256(bytes)}"`});
  response.write(bytes.subarray(0, length));
  void partialReaches(length).then(() => response.destroy());
  return true;
}

const partialReaches = (length: number) =>
  waitFor(async () => (await stat(`${file()}.partial`).catch(() => null))?.size === length);

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const {port} = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function waitFor(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
