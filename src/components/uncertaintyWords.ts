import type {Auroc} from "../statistics/auroc.js";
import {auroc} from "../statistics/auroc.js";
import type {Interval} from "../statistics/clusterSummary.js";
import type {ClusterOutcome} from "../statistics/thresholdClusters.js";
import type {AboutAsked, Clusterable} from "./elicitations.js";
import {askedTitle} from "./elicitations.js";
import {decimals, interval, percent, plural} from "./format.js";

/** A threshold in hundredths as a reader sees it. */
export const inT = (hundredths: number): string => decimals(2)(hundredths / 100);

/** Of each question, whether what stands for its largest cluster is right. */
export const rightRepresentatives = (
  {responses}: Pick<Clusterable, "responses">,
  {reference}: Pick<ClusterOutcome, "reference">
): Uint8Array => Uint8Array.from(reference, (response) => responses.right[response]);

/** Whether low entropy tells right representatives from wrong ones. */
export const entropyAuroc = (questions: Clusterable, outcome: ClusterOutcome): Auroc =>
  auroc(
    outcome.entropy.map((d) => -d),
    rightRepresentatives(questions, outcome),
    questions.examples
  );

export function aurocInWords({value, low, high}: Auroc): string {
  const two = decimals(2);
  if (value === null) return "no AUROC, since representatives are all right or all wrong";
  return `an AUROC of ${two(value)} (${low === null ? "no interval" : interval(low, high, two)})`;
}

export const shareInWords = ({value, low, high}: Interval): string =>
  `${percent(value)}% (${interval(low, high, percent)})`;

/** Who was asked how often, for the note of a figure. */
export function askedNote({names, asked, questions}: AboutAsked): string {
  const n = asked.questions.length;
  const seeds = new Set(asked.questions.map((d) => d.seed)).size;
  const again =
    questions.distinct < n ? `, ${questions.distinct} of them different, which is what intervals count` : "";
  return `${askedTitle(asked, names)}: ${plural(n, "question")} of ${plural(seeds, "seed")}${again}, ${plural(asked.chains, "chain")} each.`;
}
