import type {Auroc} from "../statistics/auroc.js";
import {auroc} from "../statistics/auroc.js";
import type {Interval} from "../statistics/clusterSummary.js";
import type {ClusterOutcome} from "../statistics/thresholdClusters.js";
import type {AboutAsked, Clusterable} from "./elicitations.js";
import {askedTitle} from "./elicitations.js";
import {decimals, interval, percent, plural} from "./format.js";

/** A threshold in hundredths as a reader sees it. */
export const inT = (hundredths: number): string => decimals(2)(hundredths / 100);

/** Questions that have a cluster: their entropy, and whether what stands for the largest is right. */
export function judgedQuestions(
  {responses, examples}: Pick<Clusterable, "responses" | "examples">,
  {reference, entropy}: Pick<ClusterOutcome, "reference" | "entropy">
): {entropy: number[]; right: number[]; examples: string[]} {
  const kept = examples.flatMap((_, q) => (reference[q] < 0 ? [] : [q]));
  return {
    entropy: kept.map((q) => entropy[q]),
    right: kept.map((q) => responses.right[reference[q]]),
    examples: kept.map((q) => examples[q])
  };
}

/** Whether low entropy tells right representatives from wrong ones. */
export function entropyAuroc(questions: Clusterable, outcome: ClusterOutcome): Auroc {
  const {entropy, right, examples} = judgedQuestions(questions, outcome);
  return auroc(
    entropy.map((d) => -d),
    right,
    examples
  );
}

export function aurocInWords({value, low, high}: Auroc): string {
  const two = decimals(2);
  if (value === null) return "no AUROC, since representatives are all right or all wrong";
  return `an AUROC of ${two(value)} (${low === null ? "no interval" : interval(low, high, two)})`;
}

export const shareInWords = (share: Interval | null): string =>
  share ? `${percent(share.value)}% (${interval(share.low, share.high, percent)})` : "none, since none has a cluster";

/** Who was asked how often, for the note of a figure. */
export function askedNote({names, asked, questions}: AboutAsked): string {
  const n = asked.questions.length;
  const seeds = new Set(asked.questions.map((d) => d.seed)).size;
  const again =
    questions.distinct < n ? `, ${questions.distinct} of them different, which is what intervals count` : "";
  return `${askedTitle(asked, names)}: ${plural(n, "question")} of ${plural(seeds, "seed")}${again}, ${plural(asked.chains, "chain")} each.`;
}
