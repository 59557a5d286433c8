import {z} from "zod";
import type {Arm, Lab, Labels, Model, Predictor} from "../lab.js";
import {anyKind, defineMethod} from "./method.js";
import {plain, type StudentLoss} from "./studentLoss.js";
import {weakSupervisor} from "./weakSupervisor.js";

export const bootstrappingOptions = z.strictObject({
  /** Models between weak and strong: so many of the study's ladder, evenly spaced; fewer where there are fewer. */
  intermediates: z.int().min(0).default(2),
  /** Rounds r of weak-to-strong learning a stage; the paper has 3. */
  iterations: z.int().positive().default(1),
  /** Factor on the learning rate from stage to stage; the paper has 0.1. Heads on frozen features have no learning rate. */
  learningRateFactor: z.number().positive().max(1).default(1),
  /** Whether each stage learns from rows of its own, labelled by the stage before, or all from the same rows. */
  pool: z.enum(["fresh", "same"]).default("fresh"),
  /**
   * What a stage learns of the one before: its probabilities, or its decisions. Probabilities of probabilities draw together
   * from stage to stage, until the share of the classes outweighs what the text says; decisions do not.
   */
  labels: z.enum(["soft", "hard"]).default("soft"),
  /** Which intermediate model labels for the strong one: the last, or the one that agrees best with the weak labels. */
  best: z.enum(["last", "agreement"]).default("last"),
  earlyStopping: z.boolean().default(true)
});

export type Bootstrapping = z.output<typeof bootstrappingOptions>;

/** EDA, algorithm 5: intermediate models carry the weak labels up in stages. */
export const bootstrapping = defineMethod({
  name: "bootstrapping",
  title: "Bootstrapping",
  source: "EDA, algorithm 5",
  kinds: anyKind,
  options: bootstrappingOptions,
  async run(lab, arm, options) {
    const {supervisor} = await weakSupervisor(lab, arm);
    const {student, rungs} = await bootstrap(lab, arm, supervisor, options);
    return {weak: supervisor, student, rungs};
  }
});

/** How a stage's model is made ready to learn, how it then learns, and by which loss: what other methods add to this one. */
export interface StageParts {
  prepare?: (model: string) => Promise<{start: Model; learningRateScale: number; batchSize?: number}>;
  loss?: StudentLoss;
}

/**
 * The stages of algorithm 5. Stage s of S learns from part s of the transfer rows (or from all of them), labelled by the
 * model of the stage before; the last stage is the strong model's.
 */
export async function bootstrap(
  lab: Lab,
  {strong, between}: Pick<Arm, "strong" | "between">,
  supervisor: Predictor,
  {intermediates, iterations, learningRateFactor, pool, labels: kind, best, earlyStopping}: Bootstrapping,
  {prepare = async (start) => ({start, learningRateScale: 1}), loss = plain}: StageParts = {}
): Promise<{student: Predictor; rungs: Predictor[]}> {
  const ladder = [...evenly(between, intermediates), strong];
  const transfer = await lab.rows("transfer");
  const validation = await lab.rows("transfer_validation");
  const rungs: Predictor[] = [];
  let labeller = supervisor;
  for (const [stage, model] of ladder.entries()) {
    const rows = pool === "fresh" ? await lab.portion(transfer, stage, ladder.length) : transfer;
    const {start, learningRateScale, batchSize} = await prepare(model);
    if (model === strong && best === "agreement" && rungs.length) labeller = await closest(lab, rungs, supervisor);
    // 1: for each round r.
    for (let r = 0; r < iterations; r++) {
      // 2, 3: train M_Si on f_w(x) and generate new weak labels f_wi(x).
      const said = await lab.classify(labeller, rows);
      const labels = kind === "hard" && !said.answers ? lab.relabel([said], "hardened at one half", harden) : said;
      labeller = lab.finetune(start, {
        labels,
        stopOn: earlyStopping ? await lab.classify(labeller, validation) : undefined,
        loss: loss(model === strong),
        learningRateScale: learningRateScale * learningRateFactor ** stage,
        batchSize
      });
    }
    if (model !== strong) rungs.push(labeller);
  }
  // 4: M_S trained on f_wi(x).
  return {student: labeller, rungs};
}

const harden = ([probability]: number[]): number => Number(probability > 0.5);

/** So many of a list, evenly spaced and without its ends where there are more. */
export function evenly<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list];
  return Array.from({length: count}, (_, i) => list[Math.floor(((i + 0.5) * list.length) / count)]);
}

/** The rung that agrees best with the supervisor on validation rows; the earlier where several do. */
async function closest(lab: Lab, rungs: readonly Predictor[], supervisor: Predictor): Promise<Predictor> {
  const rows = await lab.rows("transfer_validation");
  const weak = await lab.classify(supervisor, rows);
  let found = {rung: rungs[0], agreement: -1};
  for (const rung of rungs) {
    const agreement = agreementOf(weak, await lab.classify(rung, rows));
    if (agreement > found.agreement) found = {rung, agreement};
  }
  return found.rung;
}

const agreementOf = (one: Labels, two: Labels): number =>
  one.rows.examples.filter((_, i) =>
    one.answers ? one.answers[i] === two.answers![i] : one.probability[i] > 0.5 === two.probability[i] > 0.5
  ).length;
