import type {Estimated} from "../statistics/combined.js";
import type {Row} from "../tables.js";
import type {Evidence} from "./evidence.js";
import type {Measure} from "./measures.js";

export const verdicts = ["reproduced", "not reproduced", "not testable here", "not run here"] as const;
export type Verdict = (typeof verdicts)[number];

/** A number that a paper gives; a range where it gives one. */
export interface Published {
  /** What it is of; the same as that of our number, where they stand beside each other. */
  label: string;
  measure: Measure;
  value: number | readonly [number, number];
  /** Where the paper says no more than that something lies above or below it. */
  bound?: "above" | "below";
}

/** A number of ours: with its interval, what it rests on, and the method that it belongs to. */
export interface Measured extends Estimated {
  label: string;
  measure: Measure;
  n: string;
  arm?: string;
  /** Of a two-sided p: which side the difference is on. */
  side?: "better" | "worse";
  /** Of a tested difference: the smallest that its test could have found. */
  least?: number | null;
  /** The estimate that it is read from, where it is one. */
  from?: Row<"estimates">;
}

/** What a claim comes to on a study. */
export interface Outcome {
  verdict: Verdict;
  /** Not reproduced since our interval leaves it open, and not since it says otherwise. */
  undecided: boolean;
  reason: string;
  ours: readonly Measured[];
  /** What a study's file would have to add, as code. */
  add?: string;
}

/** An outcome where the study lacks what the claim is about. */
export const lacking = (reason: string, add: string, ours: readonly Measured[] = []): Outcome => ({
  verdict: "not run here",
  undecided: false,
  reason,
  ours,
  add
});

/** An outcome where no result could tell. */
export const notTestable = (reason: string, ours: readonly Measured[] = []): Outcome => ({
  verdict: "not testable here",
  undecided: false,
  reason,
  ours
});

/** A pure function of a study's tables: what a claim comes to. */
export type Test = (evidence: Evidence, published: readonly Published[]) => Outcome;

export interface Claim {
  id: string;
  /** Where the paper has it: a table, a figure, or a section. */
  place: string;
  /** In the paper's words, where it is a paper that is quoted; otherwise in ours. */
  says: string;
  published: readonly Published[];
  /** The page that shows ours, with its query. */
  page: {path: string; query?: Record<string, string>};
  test: Test;
}

/** A published task, and the name that it has here. */
export interface PublishedTask {
  title: string;
  type: string;
  task: string;
}

/** A paper is its claims; whatever else it has is shown where it is there. */
export interface Paper {
  id: string;
  title: string;
  /** Who, and when. */
  source: string;
  /** Whether claims are in its own words. */
  quoted: boolean;
  claims: readonly Claim[];
  /** Its table of tasks, and where that stands. */
  tasks?: {place: string; rows: readonly PublishedTask[]};
  /** Where it does not agree with itself, or leaves out what a reader would need. */
  inside?: readonly {place: string; text: string}[];
}

export interface Examined {
  claim: Claim;
  outcome: Outcome;
}

export const examine = ({claims}: Paper, evidence: Evidence): Examined[] =>
  claims.map((claim) => ({claim, outcome: claim.test(evidence, claim.published)}));

/** How many claims have which verdict. */
export function tally(examined: readonly Examined[]): Record<Verdict, number> & {undecided: number; claims: number} {
  const of = (verdict: Verdict) => examined.filter(({outcome}) => outcome.verdict === verdict).length;
  return {
    ...(Object.fromEntries(verdicts.map((verdict) => [verdict, of(verdict)])) as Record<Verdict, number>),
    undecided: examined.filter(({outcome}) => outcome.undecided).length,
    claims: examined.length
  };
}
