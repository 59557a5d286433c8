import {combined, differenceOf} from "../../statistics/combined.js";
import {plural} from "../../components/format.js";
import {lookup} from "../../components/estimates.js";
import type {Names} from "../../components/names.js";
import {namesOf} from "../../components/names.js";
import {armKey} from "../../components/palette.js";
import type {Evidence} from "../evidence.js";
import {greatest, placeOf} from "../evidence.js";
import type {Measured, Outcome} from "../paper.js";
import {lacking} from "../paper.js";
import type {Selector} from "../selectors.js";
import type {AliceArms, Found, Source} from "./arms.js";
import {armsOfAlice, isFound} from "./arms.js";
import type {Dataset, Table1Row, Table2Row, Table3Method, Table3Way} from "./published.js";
import {datasets} from "./published.js";
import type {Pair, Teaching} from "./teaching.js";
import {familyOf} from "./teaching.js";

/** Where a number is looked up. */
interface Place {
  arms: AliceArms;
  pair: Pair;
  task: string;
  base: string;
}

/** A row of the paper's tables, as a claim names it. */
export interface Compared {
  label: string;
  /** What a study would have to add to have it, as code. */
  add: string;
  find: (place: Place) => Found;
}

const adds: Readonly<Record<Table1Row, string>> = {
  weak: `{method: "baseline"}`,
  qa: `{method: "baseline"}`,
  qcota: `{method: "qcota"}`,
  alice: `{method: "alice"}`,
  strong: `{method: "baseline"}`
};

const labels: Readonly<Record<Table1Row, string>> = {
  weak: "weak",
  qa: "Q-A",
  qcota: "Q-CoT-A",
  alice: "Alice",
  strong: "strong"
};

/** A row of table 1. */
export const row1 = (row: Table1Row): Compared => ({
  label: labels[row],
  add: adds[row],
  find: ({arms, pair, task, base}) => arms.table1(row, pair, task, base)
});

const through = `cascade: {through: ["…"]}`;
const rows2: Readonly<Record<Table2Row, Pick<Compared, "label" | "add">>> = {
  alice: {label: "cascade", add: `{method: "alice", variant: "cascade", ${through}}`},
  "without cascade": {label: "without cascade", add: `{method: "alice"}`},
  "without uncertainty": {
    label: "without uncertainty",
    add: `{method: "alice", variant: "cascade without uncertainty", uncertainty: false, ${through}}`
  },
  "multi-teacher": {label: "multi-teacher", add: `{method: "alice", variant: "multi-teacher", teachers: ["…"]}`},
  "mix-teacher": {
    label: "mix-teacher",
    add: `{method: "alice", variant: "mix-teacher", teachers: ["… of another family"]}`
  },
  "cross-model": {label: "cross-model", add: `models: {weak: ["… of another family"]}`},
  "cross-model cascade": {
    label: "cross-model cascade",
    add: `{method: "alice", variant: "cross-model cascade", cascade: {through: ["… of another family"]}}`
  }
};

/** A row of table 2, of the student of a pair. */
export const row2 = (row: Table2Row): Compared => ({
  ...rows2[row],
  find: ({arms, pair, task, base}) => arms.table2Source(row, pair.strong, task, base)
});

/** A row of table 3, of the student of a pair. */
export const row3 = (method: Table3Method, way: Table3Way): Compared => ({
  label: way,
  add:
    way === "cascade"
      ? `{method: "${method}", variant: "cascade", ${through}}`
      : `models: {weak: ["… the model in between too"]}`,
  find: ({arms, pair, task, base}) => arms.table3Source(method, way, pair.strong, task, base)
});

/** Alice taught directly, with its uncertainty, without it, or with that of another question. */
export const direct = (uncertainty: Teaching["uncertainty"], label: string): Compared => ({
  label,
  add: `{method: "alice", variant: "${label}", uncertainty: ${JSON.stringify(uncertainty)}}`,
  find: ({arms, pair, task, base}) => arms.source(arms.directWith(uncertainty, pair, base), task, label)
});

const placed = new WeakMap<Evidence, AliceArms>();

function armsIn(evidence: Evidence): AliceArms {
  const found = placed.get(evidence) ?? armsOfAlice(evidence.study, evidence.estimates);
  placed.set(evidence, found);
  return found;
}

interface Difference extends Measured {
  task: string;
  pair: Pair;
}

/** Differences in accuracy between two rows on all tasks and pairs of models that have both, in the first setting that has any. */
function allDifferences(evidence: Evidence, a: Compared, b: Compared): Difference[] {
  const {study, tasks, estimates, paired} = evidence;
  const arms = armsIn(evidence);
  const find = lookup(estimates);
  const names = namesOf(study, tasks);
  for (const base of arms.bases) {
    const seen = new Set<string>();
    const pairs = arms.pairs(base);
    const own = pairs.filter(({weak, strong}) => familyOf(weak) === familyOf(strong));
    // The paper's pairs are of one family; rows of table 2 name the others themselves.
    const found = (own.length ? own : pairs).flatMap((pair) =>
      study.tasks.flatMap((task): Difference[] => {
        const sources = [a, b].map((d) => d.find({arms, pair, task, base}));
        if (!sources.every(isFound)) return [];
        const [x, y] = sources.map((d) => find({...d, task}, d, d.role));
        // Rows of tables 2 and 3 are of a student, whoever its weak model is.
        const key = JSON.stringify([task, sources]);
        if (x?.value == null || y?.value == null || seen.has(key)) return [];
        seen.add(key);
        const seeds = Math.min(x.seeds, y.seeds);
        const [first, second] = sources.map((d) => ({...d, task}));
        const together = paired?.(first, second, seeds) ?? null;
        const apart = differenceOf({...x, value: x.value}, {...y, value: y.value});
        return [
          {
            label: `${a.label} − ${b.label}, ${titleOf(task, names)}`,
            measure: "accuracyDifference",
            ...(together ?? apart),
            n: `${plural(seeds, "seed")}, ${plural(x.n, "row")}${together ? "" : ", from the two intervals"}; ${modelsOf(sources, names)}`,
            arm: armOf(sources[0]),
            task,
            pair: {weak: sources[0].weak, strong: sources[0].strong}
          }
        ];
      })
    );
    if (found.length) return found;
  }
  return [];
}

const armOf = ({method, variant, role}: Source): string | undefined =>
  role === "student" ? armKey(method, variant) : undefined;

function modelsOf(sources: readonly Source[], names: Names): string {
  const pairs = new Set(sources.map(({weak, strong}) => `${names.model(weak)} to ${names.model(strong)}`));
  return [...pairs].join(", and ");
}

const titleOf = (task: string, names: Names): string =>
  datasets.find((d) => d.task === task)?.title ?? names.task(task);

const plain = ({task: _, pair: __, ...measured}: Difference): Measured => measured;

function nothing(a: Compared, b: Compared, among?: readonly Dataset[]): Outcome {
  const on = among ? ` on ${among.map((d) => d.title).join(" or ")}` : "";
  const add = [...new Set([a.add, b.add])].join(", ");
  return lacking(`No result of “${a.label}” and “${b.label}” beside each other${on}.`, add);
}

/** One row less another, on each task and with each pair of models; those of other pairs than the widest say so. */
export const differences =
  (a: Compared, b: Compared): Selector =>
  (evidence) => {
    const found = allDifferences(evidence, a, b);
    if (!found.length) return nothing(a, b);
    const widest = widestOf(evidence, found);
    const names = namesOf(evidence.study, evidence.tasks);
    return found.map((d) =>
      samePair(d.pair, widest)
        ? plain(d)
        : {...plain(d), label: `${d.label}, ${names.model(d.pair.weak)} to ${names.model(d.pair.strong)}`}
    );
  };

/** One row less another over the paper's datasets of some groups, with the widest pair of models. */
export const overGroup =
  (a: Compared, b: Compared, groups: readonly Dataset["group"][], label: string): Selector =>
  (evidence) => {
    const among = datasets.filter((d) => groups.includes(d.group));
    const all = allDifferences(evidence, a, b).filter((d) => among.some(({task}) => task === d.task));
    if (!all.length) return nothing(a, b, among);
    const widest = widestOf(evidence, all);
    const some = all.filter((d) => samePair(d.pair, widest));
    if (some.length === 1) return [{...plain(some[0]), label}];
    const over = combined(some.map((of) => ({weight: 1 / some.length, of})));
    return [{...plain(some[0]), label, ...over, n: `mean over ${plural(some.length, "task")}; ${some[0].n}`}];
  };

const widestOf = (evidence: Evidence, found: readonly Difference[]): Pair =>
  greatest(found, ({pair}) => [
    placeOf(evidence, "strong", pair.strong) - placeOf(evidence, "weak", pair.weak),
    placeOf(evidence, "strong", pair.strong)
  ])!.pair;

const samePair = (a: Pair, b: Pair): boolean => a.weak === b.weak && a.strong === b.strong;
