import {z} from "zod";

/** What a published study says of itself: `study.json`, beside its tables. Pages import the types only. */

const count = z.int().nonnegative();
const settings = z.record(z.string(), z.unknown());

const lossSchema = z.discriminatedUnion("name", [
  z.strictObject({name: z.literal("cross_entropy")}),
  z.strictObject({name: z.literal("confidence"), alpha: z.number(), warmup: z.number()})
]);

/** How a student's linear head was trained; a page with the features can train it again. */
const headSchema = z.strictObject({
  loss: lossSchema,
  /** C of the L2-regularised logistic regression. */
  inverseRegularization: z.number().positive(),
  steps: z.int().positive(),
  checkpoints: z.int().positive(),
  /**
   * `last` keeps the last checkpoint; `agreement` the earliest of those that agree most often with the weak labels of
   * the validation rows.
   */
  keep: z.enum(["last", "agreement"])
});

const methodSchema = z.strictObject({
  /** Name of the method in the tables; others are compared with `baseline` or, in chains of thought, `qcota`. */
  method: z.string(),
  /** Variant of the method; empty for its default. */
  variant: z.string(),
  /** How its models are fine-tuned and answer, as the tables say. */
  setting: z.string(),
  /** Name as people write it. */
  title: z.string(),
  options: settings,
  /** Present where the student is a linear head on published features. */
  head: headSchema.optional()
});

const modelSchema = z.strictObject({
  /** Model, as named in the study. */
  model: z.string(),
  /** Name as people write it. */
  title: z.string(),
  role: z.enum(["weak", "intermediate", "strong", "judge"]),
  /** Position within the role, from 0. */
  position: count,
  parameters: count.optional(),
  layers: count.optional()
});

const featuresSchema = z.strictObject({
  task: z.string(),
  /** File name, beside the tables. */
  file: z.string(),
  model: z.string(),
  rows: count,
  bytes: count
});

export const studySchema = z.strictObject({
  /** The study's file name, without its ending; the first part of its pages' addresses. */
  study: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  title: z.string(),
  /** What is asked, in one sentence. */
  question: z.string(),
  /** Commit of the code that computed the tables, or empty. */
  commit: z.string(),
  versions: z.record(z.string(), z.string()),
  tasks: z.array(z.string()),
  methods: z.array(methodSchema),
  models: z.array(modelSchema),
  seeds: z.array(z.int()),
  /** Settings that all arms share. */
  settings,
  /**
   * Settings that differ, an entry for each arm (`method` or `method/variant`) as the study declares it, which may be several for
   * one arm, each on tasks of its own; `tasks` is null where it runs on all.
   */
  differing: z.array(z.object({arm: z.string(), tasks: z.array(z.string()).nullable(), settings})),
  /** Rows asked for, by split. */
  sizes: z.record(z.string(), count),
  /** What the study cannot show, a sentence each. */
  limits: z.array(z.string()),
  /** Published features, for training in the page. */
  features: z.array(featuresSchema),
  /** Command that computes the study again. */
  command: z.string()
});

export type Study = z.infer<typeof studySchema>;
export type Method = Study["methods"][number];
export type HeadRecipe = NonNullable<Method["head"]>;

/** Names that a study cannot have, since the site uses them. */
export const reservedStudyNames: readonly string[] = ["data", "fonts", "index"];
