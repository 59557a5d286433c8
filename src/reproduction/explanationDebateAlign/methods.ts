import type {Domain, Which} from "../evidence.js";
import type {Claim} from "../paper.js";
import {direction, every} from "../rules.js";
import {at, between, differing, gaps, rungs} from "../selectors.js";
import {apart, differs, grows, judge, levelOf, ofSize, rises, steps} from "../tests.js";

const pgr: Which = {quantity: "pgr"};
const confidence: Which = {quantity: "pgr", method: "confidence"};
const bootstrapping: Which = {quantity: "pgr", method: "bootstrapping"};
const generative: Which = {quantity: "pgr", method: "generative", domain: "reward"};
const toTheEnd: Which = {...generative, quantity: "student", variant: "to the end"};
const significance = {path: "significance"};
const scaling = {path: "scaling"};

/** In accuracy, which is never withheld. */
const gains = (method: string, domain: Domain, label: string) =>
  differing({method, domain, quantity: "accuracy"}, label);

/** What is said of each improved method. */
export const methods: readonly Claim[] = [
  {
    id: "confidence-improves",
    place: "Auxiliary Confidence Loss",
    says: "The auxiliary confidence loss significantly improves weak-to-strong generalization, particularly for NLP tasks.",
    published: [],
    page: significance,
    test: judge(
      [gains("confidence", "nlp", "language"), gains("confidence", "reward", "reward modelling")],
      ([[language], [reward]], _, evidence) => {
        const change = between(evidence, language, reward, "language − reward modelling");
        const rulings = [language, change].map((d) => ({...direction(d, 1, d.measure), of: d.label}));
        return {...every(rulings), ours: [change]};
      }
    )
  },
  {
    id: "confidence-largest-gap",
    place: "Auxiliary Confidence Loss",
    says: "For the largest supervisor-student gaps, median PGR increases from about 25% to nearly 80% with the confidence loss.",
    published: [
      {label: "baseline, largest gap", measure: "pgr", value: 0.25},
      {label: "confidence, largest gap", measure: "pgr", value: 0.8}
    ],
    page: scaling,
    test: ofSize(rises(at(pgr, "baseline, largest gap", {as: confidence}), at(confidence, "confidence, largest gap")))
  },
  {
    id: "confidence-large-gaps",
    place: "Auxiliary Confidence Loss",
    says: "The improvement is most pronounced for large gaps in compute between weak and strong models.",
    published: [],
    page: scaling,
    test: ofSize(grows(gaps(confidence, "confidence"), gaps(pgr, "baseline")))
  },
  {
    id: "bootstrapping-chess",
    place: "Bootstrapping",
    says: "Bootstrapping shows promising results for chess puzzles",
    published: [],
    page: significance,
    test: differs({method: "bootstrapping", domain: "chess", quantity: "accuracy"}, 1)
  },
  {
    id: "bootstrapping-limited",
    place: "Bootstrapping",
    says: "but yields limited improvements for NLP and reward modeling tasks.",
    published: [],
    page: significance,
    test: apart(
      gains("bootstrapping", "chess", "chess"),
      [gains("bootstrapping", "nlp", "language"), gains("bootstrapping", "reward", "reward modelling")],
      1
    )
  },
  {
    id: "bootstrapping-larger",
    place: "Bootstrapping",
    says: "Bootstrapping improves PGR compared to the baseline, especially for larger student models.",
    published: [],
    page: scaling,
    test: ofSize(
      grows(rungs(bootstrapping, "strong", {prefix: "bootstrapping"}), rungs(pgr, "strong", {prefix: "baseline"}))
    )
  },
  {
    id: "bootstrapping-monotone",
    place: "Bootstrapping",
    says: "The accuracy continues to monotonically improve with bootstrapping, unlike the flattening observed in the naive method.",
    published: [],
    page: {path: "scaling", query: {quantity: "student"}},
    test: ofSize(
      steps(rungs({method: "bootstrapping", quantity: "student"}, "strong", {prefix: "bootstrapping"}), "each adds", [
        rungs({quantity: "student"}, "strong", {prefix: "baseline"})
      ])
    )
  },
  {
    id: "generative-accuracy",
    place: "Generative Finetuning",
    says: "Generative finetuning on reward modeling data improves weak-to-strong performance and PGR.",
    published: [],
    page: significance,
    test: differs({method: "generative", domain: "reward", quantity: "accuracy"}, 1)
  },
  {
    id: "generative-pgr",
    place: "Generative Finetuning",
    says: "PGR improves by approximately 10-20% with generative finetuning.",
    published: [{label: "generative, reward modelling", measure: "pgrDifference", value: [0.1, 0.2]}],
    page: {path: "significance", query: {quantity: "pgr"}},
    test: levelOf(
      differing({method: "generative", domain: "reward", quantity: "pgr"}, "generative, reward modelling"),
      "generative, reward modelling",
      0
    )
  },
  {
    id: "generative-early-stopping",
    place: "Generative Finetuning",
    says: "The improvement stacks with early-stopping techniques",
    published: [],
    page: {path: "evaluation"},
    test: apart(
      at({...generative, quantity: "student"}, "generative, stopped early"),
      [at(toTheEnd, "generative, to the end", {as: generative})],
      1
    )
  },
  {
    id: "generative-early-stopping-pgr",
    place: "Generative Finetuning",
    says: "achieving PGR of 30-40%.",
    published: [{label: "generative, stopped early", measure: "pgr", value: [0.3, 0.4]}],
    page: {path: "evaluation"},
    test: levelOf(at(generative, "generative, stopped early"), "generative, stopped early", 0, [
      at({...pgr, domain: "reward"}, "baseline", {as: generative})
    ])
  }
];
