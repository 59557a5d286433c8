import {statSync} from "node:fs";
import {dirname, resolve} from "node:path";
import {fileURLToPath} from "node:url";
import type {Backend, Embedder} from "../backends/contract.js";
import {Cache} from "../cache.js";
import {type ServedRole, servedRoles} from "../lab.js";
import type {Environment} from "../openWorkspace.js";
import {Progress} from "../progress.js";
import {UsageError} from "./usageError.js";

export interface CommandOptions {
  study?: string;
  out?: string;
  port?: number;
  json: boolean;
}

/** The checkout. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

const serverNames: Record<ServedRole, string> = {
  weak: "W2S_BACKEND_WEAK",
  strong: "W2S_BACKEND_STRONG",
  judge: "W2S_BACKEND_JUDGE",
  summariser: "W2S_BACKEND_SUMMARISER",
  embedder: "W2S_BACKEND_EMBEDDER"
};

/** The process's environment, read here and nowhere below. */
export const environment: Environment = {
  hubEndpoint: process.env.HF_ENDPOINT || undefined,
  hubToken: process.env.HF_TOKEN || undefined,
  servers: serversOf()
};

export const cacheFolder = resolve(process.env.W2S_CACHE || resolve(root, "data/cache"));

/** The cache that the environment names; throws where that is a file. */
export function openCache(): Cache {
  if (statSync(cacheFolder, {throwIfNoEntry: false})?.isFile())
    throw new UsageError(`expected W2S_CACHE to be a folder: ${cacheFolder}`);
  return new Cache(cacheFolder, (message) => void process.stderr.write(`w2s: ${message}\n`));
}

export const progress = new Progress(process.stderr);

/** Throws where the environment names a backend by what is not its address. */
export function refuseBackend(): void {
  for (const name of ["W2S_BACKEND", ...servedRoles.map((role) => serverNames[role])]) {
    const url = process.env[name];
    if (url && !(/^https?:/.test(url) && URL.canParse(url)))
      throw new UsageError(`expected ${name} to be an address with http or https: ${url}`);
  }
}

/** The backend that the environment names, or the embedded one. */
export async function startBackend(signal: AbortSignal): Promise<Backend> {
  const message = (text: string) => progress.message(text);
  const {W2S_BACKEND: url, W2S_BACKEND_TOKEN: token = ""} = process.env;
  if (url) {
    const {connect} = await import("../backends/client.js");
    return connect(url, token, signal);
  }
  const [{provision}, {startEmbedded}] = await Promise.all([
    import("../backends/provision.js"),
    import("../backends/embedded.js")
  ]);
  const python = await provision({root, onMessage: message, signal});
  return startEmbedded({cache: cacheFolder, python, signal, onMessage: message});
}

/** Servers that the environment names for some roles, each with its token: `W2S_BACKEND_SUMMARISER_TOKEN`. */
export function serversOf(signal?: AbortSignal): Map<ServedRole, () => Promise<Backend>> {
  return new Map(
    servedRoles.flatMap((role) => {
      const name = serverNames[role];
      const url = process.env[name];
      if (!url) return [];
      const start = async (): Promise<Backend> => {
        const {connect} = await import("../backends/client.js");
        return connect(url, process.env[`${name}_TOKEN`] ?? "", signal);
      };
      return [[role, start] as const];
    })
  );
}

/** The packaged sentence model, in this process. */
export async function startEmbedder(signal: AbortSignal): Promise<Embedder> {
  const {startSentenceEmbedder} = await import("../backends/sentenceEmbedder.js");
  const onMessage = (text: string) => progress.message(text);
  const python = async (): Promise<string> => {
    const {provision} = await import("../backends/provision.js");
    return provision({root, onMessage, signal});
  };
  return startSentenceEmbedder({cache: cacheFolder, python, signal, onMessage});
}

/** A signal that the first Ctrl-C gives; the second ends the process at once. */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    progress.message("stopping, what is computed is kept");
    controller.abort(new Error("stopped"));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return controller.signal;
}

export const print = (text: string): void => void process.stdout.write(`${text}\n`);
