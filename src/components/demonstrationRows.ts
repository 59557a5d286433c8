import type {Share} from "../charts/flowChart.js";
import {countedOnce} from "../statistics/countedOnce.js";
import {wilson} from "../statistics/wilson.js";
import type {Row} from "../tables.js";
import {d3} from "./kit.js";
import {type Names, namesOf} from "./names.js";
import {type Arm, armKey, armsOf} from "./palette.js";
import type {OpenStudy} from "./study.js";

/** Who was right: all that the first figure needs. */
const outcomeColumns = ["run", "stage", "example", "own_right", "teacher_right", "revised_right"] as const;

/** Whose demonstrations they are. */
export interface DemonstratedRun {
  run: string;
  task: string;
  setting: string;
  seed: number;
  arm: Arm;
  weak: string;
  strong: string;
  /** Who teaches and who learns at each stage, from the first teacher to the last student. */
  chain: readonly string[];
}

/** One demonstration: who was right. */
export interface Demonstration extends Pick<Row<"demonstrations">, Exclude<(typeof outcomeColumns)[number], "run">> {
  of: DemonstratedRun;
  /** Place in the table, where its answers and texts are. */
  place: number;
}

/** The demonstrations of a study, with names for what they hold. */
export interface Demonstrations {
  all: readonly Demonstration[];
  tasks: ReadonlyMap<string, Row<"tasks">>;
  names: Names;
  arms: readonly Arm[];
}

export async function openDemonstrations(study: OpenStudy): Promise<Demonstrations> {
  const [{runs, run_models, tasks}, rows] = await Promise.all([
    study.tables("runs", "run_models", "tasks"),
    study.columns("demonstrations", ...outcomeColumns)
  ]);
  const arms = armsOf(study);
  const about = new Map(tasks.map((d) => [d.task, d]));
  const model = new Map(run_models.filter((d) => d.position === 0).map((d) => [`${d.run} ${d.role}`, d.model]));
  const between = d3.group(
    d3.sort(
      run_models.filter((d) => d.role === "intermediate"),
      (d) => d.position
    ),
    (d) => d.run
  );
  const known = new Map(
    runs.map(({run, task, setting, seed, method, variant}): [string, DemonstratedRun] => {
      const [weak, strong] = ["weak", "strong"].map((role) => model.get(`${run} ${role}`) ?? "");
      const arm = arms.find((d) => d.key === armKey(method, variant))!;
      const chain = [weak, ...(between.get(run) ?? []).map((d) => d.model), strong];
      return [run, {run, task, setting, seed, arm, weak, strong, chain}];
    })
  );
  const all = rows.flatMap(({run, ...row}, place): Demonstration[] => {
    const of = known.get(run);
    return of?.arm ? [{...row, of, place}] : [];
  });
  const order = ({of, example, stage}: Demonstration) =>
    [study.tasks.indexOf(of.task), example, arms.indexOf(of.arm), of.seed, stage] as const;
  return {all: d3.sort(all, (a, b) => ascending(order(a), order(b))), tasks: about, names: namesOf(study, tasks), arms};
}

function ascending(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

/** A question, whichever seed asks it. */
export const questionOf = ({of, example}: Demonstration): string => `${of.task} ${example}`;

/** Share of demonstrations of which something holds; its Wilson interval counts a question once, however many seeds ask it. */
export function shareOf<D extends Demonstration>(some: readonly D[], holds: (d: D) => boolean): Share & {n: number} {
  const found = some.filter(holds).length;
  const n = some.length;
  return countedOnce({value: found / n, ...wilson(found, n), n}, new Set(some.map(questionOf)).size);
}

/** Who teaches and who learns in a demonstration. */
export const modelsOf = ({of: {chain}, stage}: Demonstration): {teacher: string; student: string} => ({
  teacher: chain[Math.min(stage, chain.length - 2)],
  student: chain[Math.min(stage, chain.length - 2) + 1]
});

/** Key of one demonstration in a page's address. */
export const demonstrationKey = ({of, stage, example}: Demonstration): string => `${of.run} ${stage} ${example}`;
