import type {Backend, Embedder, Input, ResolvedModel} from "../backends/contract.js";
import type {Cache, Family} from "../cache.js";
import type {Example, TaskKind} from "../datasets/task.js";
import type {SplitName} from "../datasets/split.js";
import type {HumanVerdict, Rows, ServedRole} from "../lab.js";
import type {Cells, Columns} from "../parquet.js";
import type {Study, Training} from "../study.js";
import type {Demand} from "./demand.js";

/** What a verb does about output that the cache lacks: compute it, count it, or throw MissingOutput. */
export type Policy = "compute" | "count" | "read";

export interface TaskRows {
  examples: Example[];
  test: Example[];
  /** Hash of the rows as loaded. */
  digest: string;
}

export interface Throughput {
  verb: string;
  model: string;
  device: string;
  rows: number;
  characters: number;
  tokens: number;
  /** Texts that were too long and lost their beginning, or their end where they were embedded. */
  cut: number;
  seconds: number;
}

/** What serves models: the backend that trains, or the own server of a role. */
export interface Server {
  /** Starts it when it is first asked for. */
  backend(): Promise<Backend>;
  /** What it has, by source; null where the cache does not know the model and the policy is not to compute. */
  models: ReadonlyMap<string, ResolvedModel | null>;
}

/** What all arms of a study share; as a server, the backend that trains. */
export interface Workspace extends Server {
  study: Study;
  cache: Cache;
  policy: Policy;
  /** How frozen networks read texts, alike for all heads of a study. */
  reading: {precision: "fp32" | "bf16"; maxTokens: number};
  /** Of roles that have a server of their own: it serves their models as they are. */
  servers: ReadonlyMap<ServedRole, Server>;
  /** Starts what embeds texts when it is first asked for. */
  embedder(): Promise<Embedder>;
  task(name: string): Promise<TaskRows>;
  split(task: string, seed: number): Promise<Record<SplitName, Example[]>>;
  demand: Demand;
  /** Models trained in this process, by key of the predictor and digest. */
  trained: Map<string, Promise<TrainedPredictor>>;
  measured(throughput: Throughput): void;
  /** Says once that a model read some texts without their beginning, or end; nothing where there are none. `of` is what it read. */
  warnOfCut(of: string, cut: number, maxTokens: number, lost?: "beginning" | "end"): void;
  /** Verdicts that people entered on a debate, by example. */
  humanVerdicts(debate: string): Promise<ReadonlyMap<string, HumanVerdict>>;
  /** Says something once. */
  say(message: string): void;
  /** So much more of a stage is done. */
  advance(stage: string, by: number): void;
}

export interface TrainedPredictor {
  digest: string;
  backend: string;
  device: string;
  /** Name under which the backend serves it; null for a head, which the lab keeps. */
  served: string | null;
  /** Called with each stretch of rows as soon as it is there. */
  predict(
    inputs: readonly Input[],
    emit: (from: number, probabilities: ArrayLike<number>) => Promise<void>
  ): Promise<void>;
}

/** What a training leaves behind, besides its weights. */
export interface TrainingRecord {
  digest: string;
  curve: Omit<Cells, "key">[];
  checkpoints: {step: number; observed: ArrayLike<number>}[];
}

/** A step that a run went through: what the provenance shows. */
export interface Step {
  key: string;
  verb: string;
  title: string;
  inputs: string[];
  lineage: string;
  rows: number;
  model: string;
  /** What holds its output, where it has one. */
  family: Family<Columns> | null;
}

/** A workspace as one run sees it. */
export interface Scope {
  workspace: Workspace;
  task: string;
  kind: TaskKind;
  seed: number;
  training: Training;
  /** Test rows, without labels: predictions on them are recorded at each checkpoint and never steer. */
  observe: Rows;
  steps: Map<string, Step>;
  /** Splits whose gold labels were asked for. */
  goldRead: Set<SplitName>;
}

/** Weights that a new training did not give again: what was computed from the old ones is computed again, whole. */
export class Retrained extends Error {
  override readonly name = "Retrained";
}

/** Output that is not in the cache, where nothing may be computed. */
export class MissingOutput extends Error {
  override readonly name = "MissingOutput";
}

/** Whether the cache does not know some model of a study: nothing was ever computed of it. */
export const lacksModels = (workspace: Workspace): boolean =>
  [workspace, ...workspace.servers.values()].some(({models}) => [...models.values()].includes(null));

/** Whether models are asked in a chat: `true`, or left out of what is hashed. */
export const inChat = ({workspace, kind}: Pick<Scope, "workspace" | "kind">): true | undefined =>
  (kind === "generation" && workspace.study.prompts === "chat") || undefined;
