import {count, plural} from "../../components/format.js";
import {countedOnce} from "../../statistics/countedOnce.js";
import {debateValues, judgeAccuracy} from "../../statistics/judge.js";
import type {Verdict} from "../../statistics/judge.js";
import {wilson} from "../../statistics/wilson.js";
import type {Row} from "../../tables.js";
import type {Evidence, Which} from "../evidence.js";
import type {Claim, Outcome} from "../paper.js";
import {lacking} from "../paper.js";
import type {Selector} from "../selectors.js";
import {at} from "../selectors.js";
import {untestable} from "../tests.js";

const unpublished = (what: string) => `The paper publishes no figure for ${what}; ours is shown.`;
const aligned: Which = {quantity: "pgr", method: "align"};

/** Definitions 3 to 5 and algorithm 1: what the framework adds, of which the paper gives no figure. */
export const definitions: readonly Claim[] = [
  {
    id: "definition-3",
    place: "Definition 3",
    says: "M′_W is the enhanced weak model.",
    published: [],
    page: {path: "facilitation"},
    test: untestable(unpublished("Φ"), at({quantity: "facilitation", method: "facilitate"}, "facilitated weak model"), [
      at({quantity: "gain", method: "facilitate"}, "gain of the weak model")
    ])
  },
  {
    id: "definition-4",
    place: "Definition 4",
    says: "it may be easier to judge the outcome of a debate than to directly solve complex problems",
    published: [],
    page: {path: "debate"},
    test: untestable(unpublished("D"), judgeRight("debate", "judge right after debate"), [
      judgeRight("blind", "judge right on the answers alone"),
      judgeRight("consultancy", "judge right after the strong side alone")
    ])
  },
  {
    id: "definition-5",
    place: "Definition 5",
    says: "M′_S is the aligned strong model.",
    published: [],
    page: {path: "evaluation"},
    test: untestable(unpublished("Ψ"), at(aligned, "aligned student"), [
      at({quantity: "pgr", method: "debate"}, "student before alignment", {as: aligned}),
      at({quantity: "gain", method: "align"}, "gain of the aligned student")
    ])
  },
  {
    id: "algorithm-1",
    place: "Algorithm 1",
    says: "Finetune strong model … to minimize decision discrepancies and improve explanations",
    published: [],
    page: {path: "debate"},
    test: untestable(unpublished("how explanations improve"), preferred("after", "strong side preferred, after"), [
      preferred("before", "strong side preferred, before")
    ])
  }
];

/** Verdicts of model judges that know no more than the weak model; a question is one of a debate, and several seeds may ask it. */
function heard({verdicts}: Evidence, of: (verdict: Row<"verdicts">) => boolean) {
  const some = verdicts.filter((d) => !d.oracle && d.judge !== "human" && of(d));
  return {
    verdicts: some.map((d): Verdict => ({...d, example: `${d.run} ${d.debate} ${d.example}`})),
    distinct: new Set(some.map((d) => d.example)).size
  };
}

const noDebate = (add: string): Outcome => lacking("No debate was judged.", add);

/** How often the judge prefers the side that decided right, where the sides differ. */
function judgeRight(protocol: string, label: string): Selector {
  return (evidence) => {
    const all = heard(evidence, (d) => d.stage === "debate" && d.protocol === protocol && d.right !== null);
    const {value, low, high, n} = countedOnce(judgeAccuracy(all.verdicts), all.distinct);
    if (value === null) return noDebate(`{method: "debate"}`);
    const counted = `${plural(n, "question")} on which the sides differ, ${count(all.distinct)} of them distinct`;
    return [{label, measure: "judged", value, low, high, n: counted, arm: "debate"}];
  };
}

/** How often the judge prefers the strong side's explanation: D above 0. */
function preferred(stage: string, label: string): Selector {
  return (evidence) => {
    const all = heard(evidence, (d) => d.stage === stage && d.protocol === "debate");
    const values = [...debateValues(all.verdicts).values()];
    const n = values.length;
    if (!n) return noDebate(`{method: "align"}`);
    const value = values.reduce((sum, d) => sum + (d > 0 ? 1 : d === 0 ? 0.5 : 0), 0) / n;
    const {low, high} = wilson(value * all.distinct, all.distinct);
    const counted = `${plural(n, "question")}, ${count(all.distinct)} of them distinct`;
    return [{label, measure: "judged", value, low, high, n: counted, arm: "align"}];
  };
}
