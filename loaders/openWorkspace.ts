import {appendFile, mkdir} from "node:fs/promises";
import {join} from "node:path";
import {type Backend, BackendError, type Embedder, type ResolvedModel} from "./backends/contract.js";
import {parseModelName} from "./backends/modelName.js";
import {packagedEmbedder} from "./backends/sentenceModel.js";
import type {Cache} from "./cache.js";
import {task as taskNamed} from "./datasets/index.js";
import {loadTask} from "./datasets/rows.js";
import {split, type Splits} from "./datasets/split.js";
import {hash} from "./hash.js";
import type {Study} from "./study.js";
import {StudyError} from "./studyError.js";
import {readVerdicts} from "./humanVerdicts.js";
import {type Demand, noDemand} from "./verbs/demand.js";
import {MissingOutput, type Policy, type TaskRows, type Workspace} from "./verbs/workspace.js";

export interface WorkspaceOptions {
  study: Study;
  cache: Cache;
  policy: Policy;
  /** Starts a backend; called at most once, and only where something must be computed. */
  startBackend: () => Promise<Backend>;
  /** Servers of some roles, whose models they have as they are: a summariser of 72 billion parameters need not be here. */
  servers?: ReadonlyMap<ServedRole, () => Promise<Backend>>;
  /** Starts the packaged sentence model; needed only where a study embeds with it. */
  startEmbedder?: () => Promise<Embedder>;
  environment: Environment;
  demand?: Demand;
  advance?: (stage: string, by: number) => void;
  message?: (text: string) => void;
}

/** Roles of a study whose models may be served elsewhere. */
export const servedRoles = ["weak", "strong", "judge", "summariser", "embedder"] as const;
export type ServedRole = (typeof servedRoles)[number];

/** What of the process's environment the lab reads. */
export interface Environment {
  hubEndpoint?: string;
  hubToken?: string;
}

/** What all arms of a study share, opened: its models are known by their weights, and its rows can be drawn. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const {study, cache, policy, environment} = options;
  let backend: Promise<Backend> | undefined;
  const servers = new Map<ServedRole, Promise<Backend>>();
  const startBackend = (model?: string): Promise<Backend> => {
    if (policy !== "compute") return Promise.reject(new MissingOutput("a backend is needed"));
    const role = model && servedRoles.find((role) => options.servers?.has(role) && named(study, role).includes(model));
    if (!role) return (backend ??= options.startBackend());
    if (!servers.has(role)) servers.set(role, options.servers!.get(role)!());
    return servers.get(role)!;
  };
  let embedder: Promise<Embedder> | undefined;
  const startEmbedder = (): Promise<Embedder> => {
    const {embedder: model} = study.models;
    const packaged = model === packagedEmbedder && !options.servers?.has("embedder");
    return (embedder ??= packaged && options.startEmbedder ? options.startEmbedder() : startBackend(model));
  };
  const loaded = new Map<string, Promise<TaskRows>>();
  const loadOnce = (name: string): Promise<TaskRows> => {
    if (!loaded.has(name))
      loaded.set(
        name,
        sayWaiting(
          name,
          loadTask(taskNamed(name), {
            cache: cache.folder,
            endpoint: environment.hubEndpoint,
            token: environment.hubToken,
            message: options.message
          }),
          options.message
        )
      );
    return loaded.get(name)!;
  };
  const drawn = new Map<string, Promise<Splits>>();
  const drawOnce = (name: string, seed: number): Promise<Splits> => {
    const key = `${name} ${seed}`;
    if (!drawn.has(key))
      drawn.set(
        key,
        loadOnce(name).then(({examples, test}) => {
          const {validation, tasks, ...common} = study.sizes;
          const sizes = {...common, ...tasks[name]};
          return split(examples, test, {task: name, kind: taskNamed(name).kind, sizes, validation, seed});
        })
      );
    return drawn.get(key)!;
  };
  const sources = new Set(modelsOf(study).map((name) => parseModelName(name).source));
  const warned = new Set<string>();
  const demand = options.demand ?? noDemand();
  const models = new Map<string, ResolvedModel | null>();
  for (const source of sources) {
    const server = () => startBackend(modelsOf(study).find((name) => parseModelName(name).source === source));
    const {model, replaced} = await resolveModel(source, cache, policy, server, options.message);
    models.set(source, model);
    // What was counted for other weights says nothing of these.
    if (replaced) demand.activations.delete(source);
  }
  refuseMissingLayers(study, models);
  return {
    study,
    cache,
    policy,
    reading: readingOf(study),
    humanVerdicts: (debate) => readVerdicts(join(cache.folder, "verdicts"), debate),
    backend: startBackend,
    embedder: startEmbedder,
    task: loadOnce,
    split: drawOnce,
    models,
    demand,
    trained: new Map(),
    warnOfCut: (of, cut, maxTokens, lost = "beginning") => {
      if (!cut || warned.has(of)) return;
      warned.add(of);
      const texts = cut === 1 ? "1 text was" : `${cut} texts were`;
      options.message?.(
        `${texts} longer than ${maxTokens} tokens and lost ${cut === 1 ? "its" : "their"} ${lost}: ${of}`
      );
    },
    say: (text) => {
      if (warned.has(text)) return;
      warned.add(text);
      options.message?.(text);
    },
    measured: (throughput) => void logThroughput(cache, {study: study.name, ...throughput}).catch(() => {}),
    advance: options.advance ?? (() => {})
  };
}

/** How frozen networks read: as the study's heads say, which agree. */
function readingOf({methods, training}: Study): Workspace["reading"] {
  const {precision, maxTokens} = methods.map((arm) => arm.training).find(({train}) => train === "head") ?? training;
  return {precision, maxTokens};
}

const patience = 2_000;

/** Says that rows of a task are waited for where they are slow to come: the hub may be far, or not answer. */
async function sayWaiting<T>(task: string, rows: Promise<T>, message?: (text: string) => void): Promise<T> {
  const timer = setTimeout(() => message?.(`waiting for the rows of ${task}, from the hub`), patience);
  return rows.finally(() => clearTimeout(timer));
}

/** Every model that a study names. */
const modelsOf = ({models: {weak, strong, judge, summariser}, errorTags}: Study): string[] =>
  [...weak, ...strong, judge, summariser, errorTags?.judge].filter((model) => model !== undefined);

/** Models of a study in a role. */
const named = ({models}: Study, role: ServedRole): string[] =>
  [models[role]].flat().filter((model) => model !== undefined);

function refuseMissingLayers(study: Study, models: ReadonlyMap<string, ResolvedModel | null>): void {
  const {name} = study;
  for (const model of modelsOf(study)) {
    const {source, layers = 0, without = []} = parseModelName(model);
    const depth = models.get(source)?.layers;
    // None where a server of another kind has it, which does not say.
    if (!depth) continue;
    if (layers > depth) throw new StudyError(`${name}: models: expected at most ${depth} layers: ${model}`);
    const beyond = without.find((layer) => layer >= depth);
    if (beyond !== undefined)
      throw new StudyError(`${name}: models: expected layers from 0 to ${depth - 1}, found ${beyond}: ${model}`);
    if (new Set(without).size === depth) throw new StudyError(`${name}: models: expected a layer to be left: ${model}`);
  }
}

/**
 * What the cache knows of a model; asks the backend where it may, and remembers: a name stands for the same weights ever
 * after. Only a file is asked for anew whenever something is computed, since what is in it may have been replaced.
 */
async function resolveModel(
  source: string,
  cache: Cache,
  policy: Policy,
  backend: () => Promise<Backend>,
  message?: (text: string) => void
): Promise<{model: ResolvedModel | null; replaced: boolean}> {
  const name = `models/${hash(source)}.json`;
  const known = await cache.document<ResolvedModel & {source: string}>(name);
  const mayChange = source.startsWith("file:") && policy === "compute";
  if (known && !mayChange) return {model: known, replaced: false};
  if (policy === "count") return {model: null, replaced: false};
  if (policy === "read") throw new MissingOutput(`the weights' digest of ${source}`);
  const resolved = await (await backend()).resolve(source, message);
  if (!resolved.weights) throw new BackendError(`expected a digest of the weights: ${source}`, false);
  if (resolved.weights === known?.weights) return {model: known, replaced: false};
  await cache.writeDocument(name, {source, ...resolved});
  if (known) message?.(`the weights have been replaced, computing anew: ${source}`);
  return {model: resolved, replaced: known !== null};
}

/** The log is a help for estimates: where it cannot be written, nothing is missing. */
async function logThroughput(cache: Cache, throughput: object): Promise<void> {
  const folder = join(cache.folder, "log");
  await mkdir(folder, {recursive: true});
  await appendFile(
    join(folder, "throughput.jsonl"),
    JSON.stringify({at: new Date().toISOString(), ...throughput}) + "\n"
  );
}
