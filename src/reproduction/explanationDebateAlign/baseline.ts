import {domainTitles} from "../../components/domains.js";
import {listed} from "../../components/format.js";
import type {Which} from "../evidence.js";
import {domains, noneRight} from "../evidence.js";
import type {Claim} from "../paper.js";
import {at, between, gaps, inDomains, rungs, together} from "../selectors.js";
import {cells, judge, mostAccurate, ofSize, steps, trend, untestable} from "../tests.js";
import {direction, every} from "../rules.js";

const pgr: Which = {quantity: "pgr"};
const gain: Which = {quantity: "gain"};
const accuracy: Which = {quantity: "student"};
const of = (which: Which, domain: "nlp" | "reward" | "chess"): Which => ({...which, domain});
const apartness = {narrowest: "smallest gap", widest: "largest gap"};
const scaling = {path: "scaling"};
const accuracies = {path: "scaling", query: {quantity: "student"}};
const evaluation = {path: "evaluation"};

/** Figures 1 and 2, and what is said of the baseline: PGR and accuracy by model size and domain. */
export const baseline: readonly Claim[] = [
  {
    id: "naive-generalization",
    place: "Baseline Weak-to-Strong Generalization",
    says: "strong pretrained models can naturally generalize beyond their weak supervisors when naively finetuned on weak labels",
    published: [],
    page: evaluation,
    test: judge([at(gain, "gain, language")], ([[found]]) => direction(found, 1, found.measure))
  },
  {
    id: "figure-1-nlp-student",
    place: "Figure 1",
    says: "PGR generally increases with … strong student size for NLP tasks",
    published: [],
    page: scaling,
    test: ofSize(trend(pgr, "strong", 1))
  },
  {
    id: "figure-1-nlp-supervisor",
    place: "Figure 1",
    says: "PGR generally increases with … weak supervisor size … for NLP tasks",
    published: [],
    page: {path: "scaling", query: {axis: "weak"}},
    test: ofSize(trend(pgr, "weak", 1))
  },
  {
    id: "figure-1-nlp-often",
    place: "Figure 1",
    says: "PGR often exceeding 50% for the largest student models",
    published: [{label: "median", measure: "pgr", value: 0.5, bound: "above"}],
    page: scaling,
    test: ofSize(cells(pgr, 0.5, "often", "largest"))
  },
  {
    id: "figure-1-chess-gaps",
    place: "Figure 1",
    says: "PGR is high for small supervisor-student gaps but decreases for larger gaps",
    published: [],
    page: scaling,
    test: ofSize(
      judge([gaps(of(pgr, "chess"))], ([[small, large]], _, evidence) => {
        const change = between(evidence, large, small, "largest gap − smallest");
        return {...direction(change, -1, change.measure), ours: [change]};
      })
    )
  },
  {
    id: "figure-1-chess-student",
    place: "Figure 1",
    says: "for chess puzzles, PGR decreases with strong student size for a given weak supervisor",
    published: [],
    page: scaling,
    test: ofSize(trend(of(pgr, "chess"), "strong", -1))
  },
  {
    id: "figure-1-reward-rarely",
    place: "Figure 1",
    says: "Weak-to-strong generalization is poor by default, with PGR rarely exceeding 20%",
    published: [{label: "PGR", measure: "pgr", value: 0.2, bound: "below"}],
    page: evaluation,
    test: cells(of(pgr, "reward"), 0.2, "rarely", "all")
  },
  {
    id: "figure-1-reward-lower",
    place: "Figure 1",
    says: "Reward modeling shows consistently lower PGR",
    published: [],
    page: scaling,
    test: judge(
      (["narrowest", "widest"] as const).map((pair) =>
        together(
          at(of(pgr, "reward"), `reward modelling, ${apartness[pair]}`, {pair}),
          at(pgr, `language, ${apartness[pair]}`, {pair, as: of(pgr, "reward")})
        )
      ),
      (found, _, evidence) => {
        const distinct = found.filter(([{from}], i) => i === 0 || from !== found[0][0].from);
        const changes = distinct.map(([reward, language], i) =>
          between(evidence, reward, language, `difference, ${Object.values(apartness)[i]}`)
        );
        return {...every(changes.map((d) => ({...direction(d, -1, d.measure), of: d.label}))), ours: changes};
      }
    )
  },
  {
    id: "figure-1-reward-scaling",
    place: "Figure 1",
    says: "Reward modeling shows poor scaling behavior overall",
    published: [],
    page: scaling,
    test: untestable("“Poor” names no number and no direction.", rungs(of(pgr, "reward"), "strong"))
  },
  {
    id: "figure-2-improves",
    place: "Figure 2",
    says: "Weak-to-strong generalization improves performance across all tasks",
    published: [],
    page: evaluation,
    test: judge([inDomains({quantity: "gain"})], ([found], _, evidence) => {
      const ruling = every(found.map((d) => ({...direction(d, 1, d.measure), of: d.label})));
      const silent = domains.filter((domain) => noneRight(evidence, domain)).map((d) => domainTitles[d].toLowerCase());
      return silent.length
        ? {...ruling, why: `Without ${listed(silent)}, where no model is right: ${ruling.why}`}
        : ruling;
    })
  },
  {
    id: "figure-2-nlp-highest",
    place: "Figure 2",
    says: "NLP achieving the highest accuracy",
    published: [],
    page: accuracies,
    test: mostAccurate("nlp", ["reward", "chess"])
  },
  ...(["chess", "reward"] as const).map((domain): Claim => ({
    id: `figure-2-${domain}-diminishing`,
    place: "Figure 2",
    says: `Chess and Reward Modeling show diminishing returns with larger models: ${domain === "chess" ? "chess" : "reward modeling"}`,
    published: [],
    page: accuracies,
    test: ofSize(steps(rungs(of(accuracy, domain), "strong", {least: 3}), "ever less"))
  }))
];
