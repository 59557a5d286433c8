import type {Study} from "../../study.js";
import type {Row} from "../../tables.js";
import type {Table1Row, Table2Row, Table3Method, Table3Way} from "./published.js";
import {datasets, table2Rows} from "./published.js";
import type {Pair, Teaching} from "./teaching.js";
import {cascades, familyOf, isDirect, isEqualData, isWhole, table2RowOf, teachingOf} from "./teaching.js";

/** Where a number of ours stands in the tables: a cell of an arm, and the role whose accuracy it is. */
export interface Source extends Pair {
  setting: string;
  method: string;
  variant: string;
  role: "student" | "weak_ceiling" | "strong_ceiling" | "zero_shot";
  /** The arm, as people write it. */
  title: string;
}

/** A source, or what the study lacks to have one. */
export type Found = Source | {missing: string};

export const isFound = (found: Found): found is Source => !("missing" in found);

/** A row beyond the paper's. */
export interface ExtraRow {
  key: string;
  title: string;
  find: (task: string) => Found;
}

/** An arm with the pair of models that it is looked at with. */
export interface Placed {
  arm: Teaching;
  pair: Pair;
}

export type Format = "answers" | "chains";

/** What a study would have to run for a row of table 2. */
const table2Needs: Readonly<Record<Table2Row, string>> = {
  alice: "alice in a cascade",
  "without cascade": "alice",
  "without uncertainty": "alice in a cascade, without uncertainty",
  "multi-teacher": "alice with a second teacher",
  "mix-teacher": "alice with a teacher of another family",
  "cross-model": "alice with a weak model of another family",
  "cross-model cascade": "alice in a cascade through another family"
};

type Cell = Pick<Row<"estimates">, "task" | "setting" | "weak" | "strong" | "method" | "variant">;
type Ran = Cell & Pick<Row<"estimates">, "quantity">;

const settingOf = (base: string, format: Format): string => (format === "chains" ? `${base}, in chains` : base);

/** The format of the gold labels that the paper's rows Weak and Strong learn from. */
export const goldFormat = (task: string): Format =>
  datasets.find((d) => d.task === task)?.chains ? "chains" : "answers";

/** Whether a study has an arm of Alice, or of the chains that it is compared with. */
export const isOfAlice = ({method}: {method: string}): boolean => method === "alice" || method === "qcota";

/**
 * The arms of a study in the places of the paper's tables: the one mapping between both. `base` is a way of fine-tuning, by the
 * setting of its answers; chains have a setting of their own.
 */
export function armsOfAlice(study: Pick<Study, "methods" | "models">, estimates: readonly Ran[]) {
  const students = estimates.filter((d) => d.quantity === "student");
  const ran = new Set(students.flatMap((d) => [keyOf(d), keyOf({...d, task: ""})]));
  const ranWith = (arm: Pick<Teaching, "setting" | "method" | "variant">, pair: Pair, task = "") =>
    ran.has(keyOf({...arm, ...pair, task}));
  const teaching = study.methods.map(teachingOf);
  const within = (base: string, method: string) =>
    teaching.filter(
      (d) => d.method === method && d.setting === settingOf(base, method === "baseline" ? "answers" : "chains")
    );

  const bases = [...new Set(teaching.filter(isOfAlice).map((d) => d.setting.replace(/, in chains$/, "")))];

  const place = (role: string, model: string) =>
    study.models.find((d) => d.role === role && d.model === model)?.position ?? -1;
  const allPairs = [
    ...new Map(students.map(({weak, strong}) => [JSON.stringify([weak, strong]), {weak, strong}])).values()
  ].sort(
    (a, b) => place("weak", a.weak) - place("weak", b.weak) || place("strong", a.strong) - place("strong", b.strong)
  );

  /** Pairs of models with which chains were learned. */
  const pairs = (base: string): Pair[] =>
    allPairs.filter((pair) => [...within(base, "qcota"), ...within(base, "alice")].some((arm) => ranWith(arm, pair)));

  /** An arm of a method that ran with a pair: of several, the method's default, then in the study's order. */
  function find(method: string, base: string, pair: Pair, is: (arm: Teaching) => boolean): Teaching | undefined {
    const some = within(base, method).filter((arm) => is(arm) && ranWith(arm, pair));
    return some.find((d) => !d.variant) ?? some[0];
  }

  function source(placed: Placed | undefined, task: string, needs: string): Found {
    if (!placed) return {missing: `no ${needs}`};
    const {arm, pair} = placed;
    if (!ranWith(arm, pair, task)) return {missing: "not on this task"};
    const {setting, method, variant, title} = arm;
    return {...pair, setting, method, variant, title, role: "student"};
  }

  const placed = (arm: Teaching | undefined, pair: Pair): Placed | undefined => arm && {arm, pair};

  /** A model that all arms of a setting share. */
  function shared(role: Source["role"], format: Format, pair: Pair, task: string, base: string): Found {
    const some = teaching.filter((d) => d.setting === settingOf(base, format) && ranWith(d, pair));
    if (!some.length) return {missing: `no ${format === "chains" ? "qcota" : "baseline"}`};
    const found = source(placed(some.find((d) => ranWith(d, pair, task)) ?? some[0], pair), task, "");
    return isFound(found) ? {...found, role, title: settingOf(base, format)} : found;
  }

  /** Rows of table 2 that are Alice as the paper's table 1 has it, the first before the others: of pairs with a cascade, the cascade. */
  const wholes: readonly (readonly Table2Row[])[] = [
    ["alice"],
    ["cross-model cascade"],
    ["without cascade", "cross-model"]
  ];

  /** The arm of row Alice of table 1. */
  function alice(pair: Pair, base: string): Placed | undefined {
    for (const rows of wholes) {
      const arm = find("alice", base, pair, (d) => rows.some((row) => row === table2RowOf(d, pair)));
      if (arm) return {arm, pair};
    }
    return undefined;
  }

  const direct = (method: string, pair: Pair, base: string): Placed | undefined =>
    placed(
      find(method, base, pair, (d) => isDirect(d) && isWhole(d)),
      pair
    );

  function table1(row: Table1Row, pair: Pair, task: string, base: string): Found {
    if (row === "weak") return shared("weak_ceiling", goldFormat(task), pair, task, base);
    if (row === "strong") return shared("strong_ceiling", goldFormat(task), pair, task, base);
    if (row === "alice") return source(alice(pair, base), task, "alice");
    const method = row === "qa" ? "baseline" : "qcota";
    return source(direct(method, pair, base), task, method);
  }

  /** Both ceilings, of which the paper has one a dataset, and the student before it learned anything. */
  const table1Extras = (pair: Pair, base: string): ExtraRow[] =>
    (["strong_ceiling", "zero_shot"] as const).flatMap((role) =>
      (["answers", "chains"] as const).map((format) => ({
        key: `${role} ${format}`,
        title: `${role === "zero_shot" ? "Zero-shot student" : "Strong"}, ${format}`,
        find: (task: string) => shared(role, format, pair, task, base)
      }))
    );

  /** Pairs of a student: first those with a weak model of its own family, of these first those with a cascade. */
  function pairsOf(strong: string, base: string): Pair[] {
    const far = ({weak}: Pair) => Number(familyOf(weak) !== familyOf(strong));
    const without = (pair: Pair) =>
      Number(!find("alice", base, pair, cascades) && !find("qcota", base, pair, cascades));
    return pairs(base)
      .filter((pair) => pair.strong === strong)
      .toSorted((a, b) => far(a) - far(b) || without(a) - without(b));
  }

  /** A cascade of a method that ends at a student: within its family, where there is one. */
  function cascade(method: string, strong: string, base: string): Placed | undefined {
    const own = (arm: Teaching) => arm.through.every((model) => familyOf(model) === familyOf(strong));
    for (const is of [own, () => true])
      for (const pair of pairsOf(strong, base)) {
        const arm = find(method, base, pair, (d) => cascades(d) && isWhole(d) && is(d));
        if (arm) return {arm, pair};
      }
    return undefined;
  }

  /** Students that tables 2 and 3 are about: those of cascades; without one, the strongest that learned chains. */
  function taught(base: string): string[] {
    const all = [...new Set(pairs(base).map((d) => d.strong))].sort((a, b) => place("strong", a) - place("strong", b));
    const some = all.filter((strong) => cascade("alice", strong, base) ?? cascade("qcota", strong, base));
    return some.length ? some : all.slice(-1);
  }

  /** The arm of a row of table 2: another family teaches only in the rows that say so. */
  function table2(row: Table2Row, strong: string, base: string): Placed | undefined {
    for (const pair of pairsOf(strong, base)) {
      const arm = find("alice", base, pair, (d) => table2RowOf(d, pair) === row);
      if (arm) return {arm, pair};
    }
    return undefined;
  }

  /** Other arms that taught a student with chains: controls, and what goes beyond the paper. */
  function table2Extras(strong: string, base: string): ExtraRow[] {
    const rows = new Set(table2Rows.flatMap((row) => table2(row, strong, base)?.arm ?? []));
    const isBaseline = (arm: Teaching) => arm.method === "qcota" && isWhole(arm);
    return pairsOf(strong, base).flatMap((pair) =>
      teaching
        .filter((arm) => arm.setting === settingOf(base, "chains") && ranWith(arm, pair))
        .filter((arm) => !rows.has(arm) && !isBaseline(arm))
        .map((arm) => ({
          key: keyOf({...arm, ...pair, task: ""}),
          title: arm.title,
          find: (task: string) => source({arm, pair}, task, "")
        }))
    );
  }

  /** Alice without a part, taught directly: without the teacher's uncertainty, or with that of another question. */
  const directWith = (uncertainty: Teaching["uncertainty"], pair: Pair, base: string): Placed | undefined =>
    placed(
      find(
        "alice",
        base,
        pair,
        (d) => isDirect(d) && isWhole({...d, uncertainty: true}) && d.uncertainty === uncertainty
      ),
      pair
    );

  /** Table 3: the last model in between teaches, as it is fine-tuned on gold labels or as the cascade made it. */
  function table3(method: Table3Method, way: Table3Way, strong: string, base: string): Placed | undefined {
    const own = cascade(method, strong, base);
    if (way === "cascade") return own;
    const {arm} = own ?? cascade(method === "alice" ? "qcota" : "alice", strong, base) ?? {};
    const weak = arm?.through.at(-1);
    return weak === undefined ? undefined : direct(method, {weak, strong}, base);
  }

  /** Every cascade that ran, of any method, with its pairs. */
  const allCascades = (base: string): Placed[] =>
    allPairs.flatMap((pair) =>
      teaching
        .filter((arm) => cascades(arm) && ranWith(arm, pair))
        .filter(({setting}) => setting === base || setting === settingOf(base, "chains"))
        .map((arm) => ({arm, pair}))
    );

  /** The same without a cascade: the first teacher alone, on all questions or on as many as the last stage has. */
  const withoutCascade = ({arm, pair}: Placed, data: "all" | "equal", base: string): Placed | undefined =>
    placed(
      find(
        arm.method,
        base,
        pair,
        (d) =>
          d.uncertainty === arm.uncertainty &&
          d.teachers.join() === arm.teachers.join() &&
          d.beyond === arm.beyond &&
          (data === "all" ? isDirect(d) : isEqualData(d) && d.parts === arm.parts)
      ),
      pair
    );

  /** The first teacher of the cascades alone: what table 3 leaves out. */
  function table3Extras(method: Table3Method, strong: string, base: string): ExtraRow[] {
    const own = cascade(method, strong, base);
    if (!own) return [];
    return (["all", "equal"] as const).map((data) => ({
      key: data,
      title: data === "all" ? "the first teacher alone (direct)" : "the first teacher alone, at equal data",
      find: (task) =>
        source(withoutCascade(own, data, base), task, `${method} ${data === "all" ? "directly" : "at equal data"}`)
    }));
  }

  return {
    bases,
    pairs,
    taught,
    source,
    alice,
    direct,
    table1,
    table1Extras,
    cascade,
    table2,
    table2Source: (row: Table2Row, strong: string, task: string, base: string): Found =>
      source(table2(row, strong, base), task, table2Needs[row]),
    table2Extras,
    directWith,
    table3,
    table3Source: (method: Table3Method, way: Table3Way, strong: string, task: string, base: string): Found =>
      source(
        table3(method, way, strong, base),
        task,
        way === "cascade" ? `${method} in a cascade` : `${method} with the model in between as its weak one`
      ),
    table3Extras,
    allCascades,
    withoutCascade
  };
}

export type AliceArms = ReturnType<typeof armsOfAlice>;

const keyOf = ({task, setting, weak, strong, method, variant}: Cell): string =>
  JSON.stringify([task, setting, weak, strong, method, variant]);
