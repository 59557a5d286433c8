import type {Share} from "../charts/flowChart.js";
import {countedOnce} from "../statistics/countedOnce.js";
import {wilson} from "../statistics/wilson.js";
import type {Row} from "../tables.js";
import {d3} from "./kit.js";
import {type Names, namesOf} from "./names.js";
import {type Arm, armKey, armsOf} from "./palette.js";
import type {OpenStudy} from "./study.js";

/** What is read of all demonstrations: all but their texts, which are large. */
const columns = [
  "run",
  "stage",
  "example",
  "teachers",
  "elicitations",
  "chains",
  "clusters",
  "largest",
  "entropy",
  "own_answer",
  "own_right",
  "teacher_answer",
  "teacher_right",
  "revised_answer",
  "revised_right",
  "learned",
  "weight"
] as const;

type Read = Pick<Row<"demonstrations">, (typeof columns)[number]>;

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

/** One demonstration, without its texts. */
export interface Demonstration extends Omit<Read, "run"> {
  of: DemonstratedRun;
  /** Place in the table, where its texts are. */
  place: number;
  /** Whether the student keeps its own answer; null where answers are not published. */
  kept: boolean | null;
  /** Whether the teacher says what the student says by itself; null where that is not known, or nobody teaches. */
  same: boolean | null;
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
    study.columns("demonstrations", ...columns)
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
    if (!of?.arm) return [];
    const published = about.get(of.task)?.publishable ?? false;
    // An answer that cannot be read is like no other.
    const like = (answer: string | null) => (published ? answer !== null && answer === row.own_answer : null);
    const same = row.teacher_right === null ? null : like(row.teacher_answer);
    return [{...row, of, place, kept: like(row.revised_answer), same}];
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
export function shareOf(some: readonly Demonstration[], holds: (d: Demonstration) => boolean): Share & {n: number} {
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
