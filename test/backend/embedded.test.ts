import {spawn} from "node:child_process";
import {once} from "node:events";
import {mkdtempSync} from "node:fs";
import {connect as connectSocket, createServer, type AddressInfo} from "node:net";
import {networkInterfaces, tmpdir} from "node:os";
import {join} from "node:path";
import {createInterface} from "node:readline";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {startEmbedded} from "../../loaders/backends/embedded.js";
import {model, python, root, smallJob, testCache} from "./realBackend.js";

let interpreter: string;
const folder = (): string => mkdtempSync(join(tmpdir(), "w2s-"));

beforeAll(async () => {
  interpreter = await python();
}, 600_000);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const {port} = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Settles when the other end of a connection to `port` is gone; rejects where none can be made. */
async function connected(port: number, host = "127.0.0.1"): Promise<{gone: Promise<unknown>; end: () => void}> {
  const socket = connectSocket(port, host);
  await once(socket, "connect");
  socket.on("error", () => undefined);
  const gone = new Promise((settle) => socket.once("close", settle));
  return {gone, end: () => socket.destroy()};
}

describe("the server", () => {
  let port: number;
  let backend: Awaited<ReturnType<typeof startEmbedded>>;

  beforeAll(async () => {
    port = await freePort();
    backend = await startEmbedded({cache: folder(), python: interpreter, port});
  });
  afterAll(() => backend.close());

  it.each(["/health", "/v1/models", "/v1/fine_tuning/jobs", "/nowhere"])("asks for the token: %s", async (path) => {
    for (const headers of [undefined, {authorization: "Bearer guess"}]) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {headers});
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({
        error: {message: expect.any(String), type: "invalid_request_error"}
      });
    }
  });

  it("listens on loopback only", async () => {
    (await connected(port)).end();
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address !== undefined && address.family === "IPv4" && !address.internal);
    for (const {address} of others as {address: string}[]) {
      await expect(connected(port, address)).rejects.toThrow("ECONNREFUSED");
    }
    expect(() => process.kill(backend.pid, 0)).not.toThrow();
  });

  it("says that its port is taken", async () => {
    const starting = startEmbedded({cache: folder(), python: interpreter, port});
    await expect(starting).rejects.toThrow(
      `the backend did not start: cannot listen on port ${port}: address already in use`
    );
  });
});

describe("its life", () => {
  it("ends when its parent is killed", async () => {
    const port = await freePort();
    const script = `
      const {startEmbedded} = await import("./loaders/backends/embedded.ts");
      await startEmbedded({cache: ${JSON.stringify(folder())}, python: ${JSON.stringify(interpreter)}, port: ${port}});
      console.log("ready");`;
    const parent = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {cwd: root});
    await once(createInterface(parent.stdout), "line");
    const {gone} = await connected(port);
    parent.kill("SIGKILL");
    await gone;
    // Its connections may be closed a moment before the socket on which it listens.
    const refused = (async () => {
      for (;;) await (await connected(port)).gone;
    })();
    await expect(refused).rejects.toThrow("ECONNREFUSED");
  });

  it("ends when it is closed", async () => {
    const port = await freePort();
    const backend = await startEmbedded({cache: folder(), python: interpreter, port});
    await backend.close();
    await expect(connected(port)).rejects.toThrow("ECONNREFUSED");
    await expect(backend.describe()).rejects.toThrow("the backend was closed");
  });

  it("ends when its signal is given, and calls in flight say so", async () => {
    const controller = new AbortController();
    const backend = await startEmbedded({cache: folder(), python: interpreter, signal: controller.signal});
    const call = backend.describe();
    controller.abort();
    await expect(call).rejects.toThrow("stopped");
    await backend.close();
    expect(() => process.kill(backend.pid, 0)).toThrow("ESRCH");
  });

  it("is told in one line when it cannot start", async () => {
    const starting = startEmbedded({cache: folder(), python: "/nowhere/python"});
    await expect(starting).rejects.toThrow(/^the backend did not start: .*\/nowhere\/python/);
    await expect(startEmbedded({cache: folder(), python: "false"})).rejects.toThrow(/^the backend did not start: /);
  });

  it("is started again when it was killed in the middle of training, and the job ends as if it had not been", async () => {
    const messages: string[] = [];
    const onMessage = (message: string): number => messages.push(message);
    const backend = await startEmbedded({cache: testCache, python: interpreter, onMessage});
    try {
      await backend.resolve(model);
      const key = `killed-${process.pid}-${Date.now()}`;
      let killed = 0;
      const interrupted = await backend.finetune(smallJob({key}), ({done}) => {
        if (done < 3 || killed) return;
        killed = backend.pid;
        process.kill(killed, "SIGKILL");
      });
      expect(killed).toBeGreaterThan(0);
      expect(backend.pid).not.toBe(killed);
      expect(messages).toEqual(["the backend ended (SIGKILL), starting it again"]);
      const whole = await backend.finetune(smallJob({key: `${key}-whole`}));
      expect({...interrupted, model: ""}).toEqual({...whole, model: ""});
    } finally {
      await backend.close();
    }
  }, 480_000);

  it("says from where Python called the native code that crashed", async () => {
    const messages: string[] = [];
    const onMessage = (message: string): number => messages.push(message);
    const backend = await startEmbedded({cache: folder(), python: interpreter, onMessage});
    try {
      process.kill(backend.pid, "SIGSEGV");
      await expect.poll(() => backend.describe().then(() => messages.length)).toBe(1);
      expect(messages[0]).toMatch(/^the backend ended \(SIGSEGV in \w+, \w+\.py:\d+\), starting it again$/);
    } finally {
      await backend.close();
    }
  });

  it("is given up when it keeps ending", async () => {
    const backend = await startEmbedded({cache: folder(), python: interpreter});
    for (let time = 0; time < 3; ++time) {
      process.kill(backend.pid, "SIGKILL");
      await expect.poll(() => backend.describe().then(() => true)).toBe(true);
    }
    process.kill(backend.pid, "SIGKILL");
    await expect(
      (async () => {
        for (;;) await backend.describe();
      })()
    ).rejects.toThrow("the backend keeps ending (SIGKILL)");
    await backend.close();
  });
});
