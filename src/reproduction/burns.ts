import type {Which} from "./evidence.js";
import type {Paper} from "./paper.js";
import {direction, threshold} from "./rules.js";
import {at, between, differing, gaps, rungs} from "./selectors.js";
import {beyond, cells, judge, levelOf, ofSize, rises, trend} from "./tests.js";

const pgr: Which = {quantity: "pgr"};
const confidence: Which = {quantity: "pgr", method: "confidence"};
const chess: Which = {quantity: "pgr", domain: "chess"};
const reward: Which = {quantity: "pgr", domain: "reward"};
const scaling = {path: "scaling"};
const evaluation = {path: "evaluation"};

/** Burns et al. 2023, which "Explanation, Debate, Align" restates: figures of its text. */
export const burns: Paper = {
  id: "burns",
  title: "Weak-to-Strong Generalization",
  source: "Burns et al. 2023",
  quoted: false,
  claims: [
    {
      id: "burns-nlp",
      place: "Burns et al. 2023",
      says: "Language, naive: PGR above 20%",
      published: [{label: "PGR", measure: "pgr", value: 0.2, bound: "above"}],
      page: evaluation,
      test: beyond(at(pgr, "PGR"), 0.2, 1)
    },
    {
      id: "burns-nlp-often",
      place: "Burns et al. 2023",
      says: "Language, naive: often above 50% for the largest students",
      published: [{label: "median", measure: "pgr", value: 0.5, bound: "above"}],
      page: scaling,
      test: ofSize(cells(pgr, 0.5, "often", "largest"))
    },
    {
      id: "burns-confidence",
      place: "Burns et al. 2023",
      says: "Confidence loss, largest gap: median PGR from 25% to nearly 80%",
      published: [
        {label: "baseline, largest gap", measure: "pgr", value: 0.25},
        {label: "confidence, largest gap", measure: "pgr", value: 0.8}
      ],
      page: scaling,
      test: ofSize(rises(at(pgr, "baseline, largest gap", {as: confidence}), at(confidence, "confidence, largest gap")))
    },
    {
      id: "burns-confidence-small",
      place: "Burns et al. 2023",
      says: "Confidence loss: slightly worse than naive for small students",
      published: [],
      page: scaling,
      test: ofSize(
        judge(
          [rungs(confidence, "strong", {prefix: "confidence"}), rungs(pgr, "strong", {prefix: "baseline"})],
          ([[own], [naive]], _, evidence) => {
            const change = between(evidence, own, naive, "difference, small");
            return {...direction(change, -1, change.measure), ours: [change]};
          }
        )
      )
    },
    {
      id: "burns-chess-gap",
      place: "Burns et al. 2023",
      says: "Chess: above 40% at small gaps",
      published: [{label: "smallest gap", measure: "pgr", value: 0.4, bound: "above"}],
      page: scaling,
      test: ofSize(judge([gaps(chess)], ([[small]]) => threshold(small, 0.4, 1, small.measure)))
    },
    {
      id: "burns-chess-supervisor",
      place: "Burns et al. 2023",
      says: "Chess: near 0 for the smallest supervisors",
      published: [{label: "supervisor, small", measure: "pgr", value: 0}],
      page: {path: "scaling", query: {axis: "weak"}},
      test: ofSize(trend(chess, "weak", 1, "supervisor"))
    },
    {
      id: "burns-chess-student",
      place: "Burns et al. 2023",
      says: "Chess: falling with student size",
      published: [],
      page: scaling,
      test: ofSize(trend(chess, "strong", -1))
    },
    {
      id: "burns-reward",
      place: "Burns et al. 2023",
      says: "Reward modelling: about 10%",
      published: [{label: "reward modelling", measure: "pgr", value: 0.1}],
      page: evaluation,
      test: levelOf(at(reward, "reward modelling"), "reward modelling", 0)
    },
    {
      id: "burns-reward-rarely",
      place: "Burns et al. 2023",
      says: "Reward modelling: rarely above 20%",
      published: [{label: "PGR", measure: "pgr", value: 0.2, bound: "below"}],
      page: evaluation,
      test: cells(reward, 0.2, "rarely", "all")
    },
    {
      id: "burns-generative",
      place: "Burns et al. 2023",
      says: "Reward modelling: 10 to 20% more with generative fine-tuning",
      published: [{label: "generative, reward modelling", measure: "pgrDifference", value: [0.1, 0.2]}],
      page: {path: "significance", query: {quantity: "pgr"}},
      test: levelOf(
        differing({method: "generative", domain: "reward", quantity: "pgr"}, "generative, reward modelling"),
        "generative, reward modelling",
        0
      )
    }
  ]
};
