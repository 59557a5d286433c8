import {spawn, type ChildProcess} from "node:child_process";
import {randomBytes} from "node:crypto";
import {once} from "node:events";
import {resolve} from "node:path";
import {createInterface} from "node:readline";
import {fileURLToPath} from "node:url";
import {z} from "zod";
import {connectBackend, type Address} from "./client.js";
import {BackendError, type Backend} from "./contract.js";

export interface EmbeddedOptions {
  /** Folder for models, files and jobs. */
  cache: string;
  /** Interpreter with the backend's packages: what `provision` returns. */
  python: string;
  /** Port on loopback; left out, the system chooses a free one. */
  port?: number;
  signal?: AbortSignal;
  onMessage?: (message: string) => void;
}

const packageFolder = fileURLToPath(new URL("../../backend", import.meta.url));
const readyLine = z.union([z.object({port: z.number().int()}), z.object({error: z.string()})]);
const maxRestarts = 3;

/**
 * Starts `backend/` as a child process on loopback, with a random token. A child that dies is started again at the next
 * request, at most three times. The child ends when this process does, however that ends: it holds our end of its
 * standard input.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Backend & {readonly pid: number}> {
  const {signal, onMessage} = options;
  let closed = false;
  let restarts = 0;
  let child = await startChild(options);
  let starting: Promise<Child> | undefined;

  const address = async (): Promise<Address> => {
    if (closed) throw new BackendError("the backend was closed", false);
    if (child.alive()) return child.address;
    starting ??= (async () => {
      const reason = child.ending();
      if (++restarts > maxRestarts) throw new BackendError(`the backend keeps ending (${reason})`, false);
      onMessage?.(`the backend ended (${reason}), starting it again`);
      child = await startChild(options);
      return child;
    })().finally(() => (starting = undefined));
    return (await starting).address;
  };

  const close = async (): Promise<void> => {
    closed = true;
    await starting?.catch(() => undefined);
    await child.stop();
  };
  const onAbort = (): void => void close();
  signal?.addEventListener("abort", onAbort, {once: true});

  const client = connectBackend({
    name: "embedded",
    address,
    signal,
    onClose: async () => {
      signal?.removeEventListener("abort", onAbort);
      await close();
    }
  });
  return Object.defineProperty(client, "pid", {get: () => child.pid}) as Backend & {readonly pid: number};
}

interface Child {
  pid: number;
  address: Address;
  alive(): boolean;
  /** Why it ended, in a few words. */
  ending(): string;
  stop(): Promise<void>;
}

async function startChild({cache, python, port = 0, signal}: EmbeddedOptions): Promise<Child> {
  if (signal?.aborted) throw new BackendError("stopped", true);
  const token = randomBytes(32).toString("hex");
  const process_ = spawn(python, ["-m", "w2s_backend", "--child", "--port", String(port), "--cache", resolve(cache)], {
    // A group of its own: Ctrl-C reaches this process, which then closes the child in order.
    detached: true,
    env: {...process.env, PYTHONPATH: packageFolder, PYTHONUNBUFFERED: "1", GOMP_SPINCOUNT: "0"},
    stdio: ["pipe", "pipe", "pipe"]
  });
  const errors: string[] = [];
  createInterface(process_.stderr).on("line", (line) => {
    if (line.trim()) errors.push(line.trim());
    if (errors.length > 50) errors.shift();
  });
  const ended = once(process_, "exit").catch(() => undefined);
  process_.stdin.on("error", () => undefined);
  process_.stdin.write(`${token}\n`);
  const line = await firstLine(process_);
  if (line === undefined) {
    throw new BackendError(`the backend did not start: ${errors.at(-1) ?? `${python} ended without a word`}`, false);
  }
  const ready = readyLine.safeParse(parse(line));
  if (!ready.success) throw new BackendError(`the backend did not start: ${line.slice(0, 200)}`, false);
  if ("error" in ready.data) throw new BackendError(`the backend did not start: ${ready.data.error}`, false);
  const alive = (): boolean => process_.exitCode === null && process_.signalCode === null;
  return {
    pid: process_.pid!,
    address: {url: `http://127.0.0.1:${ready.data.port}`, token},
    alive,
    ending: () => crash(process_.signalCode, errors) ?? errors.at(-1) ?? `exit code ${process_.exitCode}`,
    stop: async () => {
      if (!alive()) return;
      process_.stdin.end();
      const timer = setTimeout(() => process_.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(timer);
    }
  };
}

/** The signal that ended a process and, where native code crashed, from where Python had called it. */
function crash(signal: NodeJS.Signals | null, errors: readonly string[]): string | null {
  const place = errors.map((line) => /^File ".*?([^/"]+)", line (\d+) in (\S+)/.exec(line)).find((found) => found);
  return signal && place ? `${signal} in ${place[3]}, ${place[1]}:${place[2]}` : signal;
}

/** The first line of standard output; undefined where the process ends, or cannot start, without one. */
async function firstLine(child: ChildProcess): Promise<string | undefined> {
  const lines = createInterface(child.stdout!);
  const {promise, resolve: settle} = withResolvers<string | undefined>();
  lines.once("line", (line) => settle(line));
  lines.once("close", () => settle(undefined));
  child.once("error", () => settle(undefined));
  return promise;
}

function withResolvers<T>(): {promise: Promise<T>; resolve: (value: T) => void} {
  let settle!: (value: T) => void;
  const promise = new Promise<T>((fulfil) => (settle = fulfil));
  return {promise, resolve: settle};
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
