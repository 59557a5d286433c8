import {appendFile, mkdir} from "node:fs/promises";
import {join} from "node:path";
import {type Backend, BackendError, type Embedder, type ResolvedModel, servedAs} from "./backends/contract.js";
import {parseModelName} from "./backends/modelName.js";
import {packagedEmbedder} from "./backends/sentenceModel.js";
import type {Cache} from "./cache.js";
import {task as taskNamed} from "./datasets/index.js";
import {loadTask} from "./datasets/rows.js";
import {split, type Splits} from "./datasets/split.js";
import {hash} from "./hash.js";
import type {ServedRole} from "./lab.js";
import {embeds, type Study} from "./study.js";
import {StudyError} from "./studyError.js";
import {readVerdicts} from "./humanVerdicts.js";
import {modelsInRole, servedRoleOf} from "./verbs/asked.js";
import {type Demand, noDemand} from "./verbs/demand.js";
import {MissingOutput, type Policy, type Server, type TaskRows, type Workspace} from "./verbs/workspace.js";

export interface WorkspaceOptions {
  study: Study;
  cache: Cache;
  policy: Policy;
  /** Starts a backend; called at most once, and only where something must be computed. */
  startBackend: () => Promise<Backend>;
  /** Starts the packaged sentence model; needed only where a study embeds with it. */
  startEmbedder?: () => Promise<Embedder>;
  environment: Environment;
  demand?: Demand;
  advance?: (stage: string, by: number) => void;
  message?: (text: string) => void;
}

/** What of the process's environment the lab reads. */
export interface Environment {
  hubEndpoint?: string;
  hubToken?: string;
  /** Servers of some roles, whose models they have as they are: a summariser of 72 billion parameters need not be here. */
  servers?: ReadonlyMap<ServedRole, () => Promise<Backend>>;
}

/** What all arms of a study share, opened: its models are known by their weights, and its rows can be drawn. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const {study, cache, policy, environment} = options;
  const startOnce = (start: () => Promise<Backend>): (() => Promise<Backend>) => {
    let backend: Promise<Backend> | undefined;
    return () =>
      policy === "compute" ? (backend ??= start()) : Promise.reject(new MissingOutput("a backend is needed"));
  };
  const backend = startOnce(options.startBackend);
  const started = new Map([...(environment.servers ?? [])].map(([role, start]) => [role, startOnce(start)] as const));
  const packaged = study.models.embedder === packagedEmbedder;
  const misnamed = packaged && started.has("embedder") ? misnamedEmbedder(study) : null;
  if (misnamed && embeds(study)) throw misnamed;
  let embedder: Promise<Embedder> | undefined;
  const startEmbedder = (): Promise<Embedder> => {
    if (misnamed) return Promise.reject(misnamed);
    const own = packaged ? options.startEmbedder : started.get("embedder");
    return (embedder ??= (own ?? backend)());
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
  const warned = new Set<string>();
  const demand = options.demand ?? noDemand();
  const resolve = async (names: readonly string[], server: Server["backend"], role?: ServedRole): Promise<Server> => {
    const models = new Map<string, ResolvedModel | null>();
    for (const source of new Set(names.map((name) => parseModelName(name).source))) {
      const {model, replaced} = await resolveModel({source, role}, cache, policy, server, options.message);
      models.set(source, model);
      // What was counted for other weights says nothing of these. Hidden states are the backend's that trains.
      if (replaced && !role) demand.activations.delete(source);
    }
    refuseMissingLayers(study.name, names, models);
    return {backend: server, models};
  };
  const servers = new Map<ServedRole, Server>();
  for (const [role, server] of started) {
    const names = role === "embedder" && packaged ? [] : modelsInRole(study, role);
    if (names.length) servers.set(role, await resolve(names, server, role));
  }
  const {models} = await resolve(modelsOfBackend({study, servers}), backend);
  return {
    study,
    cache,
    policy,
    reading: readingOf(study),
    humanVerdicts: (debate) => readVerdicts(join(cache.folder, "verdicts"), debate),
    backend,
    servers,
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

/** Models of a study that the backend has which trains: the ladder, and those that no server of their role has. */
function modelsOfBackend(workspace: Pick<Workspace, "study" | "servers">): string[] {
  const {models, errorTags} = workspace.study;
  const {weak, strong, judge, summariser} = models;
  const inRoles = [
    {role: "judge", model: judge},
    {role: "summariser", model: summariser},
    {role: "judge", model: errorTags?.judge}
  ] as const;
  const others = inRoles.flatMap(({role, model}) =>
    model === undefined || servedRoleOf(workspace, {role, model}) !== null ? [] : model
  );
  return [...weak, ...strong, ...others];
}

/** What a server has under the packaged model's name is not known to be that model, whose vectors are kept by its name. */
const misnamedEmbedder = ({name, models}: Study): StudyError =>
  new StudyError(
    `${name}: models.embedder: expected the name of the model that W2S_BACKEND_EMBEDDER serves: ${models.embedder}`
  );

function refuseMissingLayers(
  study: string,
  names: readonly string[],
  models: ReadonlyMap<string, ResolvedModel | null>
): void {
  for (const model of names) {
    const {source, layers = 0, without = []} = parseModelName(model);
    const depth = models.get(source)?.layers;
    // None where a server of another kind has it, which does not say.
    if (!depth) continue;
    if (layers > depth) throw new StudyError(`${study}: models: expected at most ${depth} layers: ${model}`);
    const beyond = without.find((layer) => layer >= depth);
    if (beyond !== undefined)
      throw new StudyError(`${study}: models: expected layers from 0 to ${depth - 1}, found ${beyond}: ${model}`);
    if (new Set(without).size === depth)
      throw new StudyError(`${study}: models: expected a layer to be left: ${model}`);
  }
}

/**
 * What the cache knows of a model; asks its server where it may, and remembers: a name stands for the same weights ever
 * after. Asked for anew whenever something is computed is only what may have been replaced: a file, the server of a role,
 * and one that did not say which weights it has.
 */
async function resolveModel(
  {source, role}: {source: string; role?: ServedRole},
  cache: Cache,
  policy: Policy,
  backend: () => Promise<Backend>,
  message?: (text: string) => void
): Promise<{model: ResolvedModel | null; replaced: boolean}> {
  const name = `models/${hash(role ? {source, role} : source)}.json`;
  const known = await cache.document<ResolvedModel & {source: string}>(name);
  const mayChange = source.startsWith("file:") || role !== undefined || known?.weights.startsWith(servedAs);
  if (known && !(mayChange && policy === "compute")) return {model: known, replaced: false};
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
