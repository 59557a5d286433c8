import type {JudgePlotRow} from "../charts/judgePlot.js";
import type {JudgedShare, Verdict} from "../statistics/judge.js";
import type {Row} from "../tables.js";
import {inSentence, interval, share} from "./format.js";
import {Inputs, d3} from "./kit.js";
import {linked} from "./linked.js";
import {type Names, namesOf} from "./names.js";
import {type Arm, armKey, armsOf} from "./palette.js";
import type {OpenStudy} from "./study.js";

export type Side = "strong" | "weak";
export const sides = ["strong", "weak"] as const;

/** A debate of a run: what its judges said. */
export interface Debate {
  key: string;
  stage: string;
  run: Row<"runs">;
  weak: string;
  strong: string;
  verdicts: readonly Row<"verdicts">[];
}

/** What a side decided on a question, and said for it, round by round; null where its words are not published. */
export interface Said {
  decision: number;
  probability: number | null;
  rounds: readonly (string | null)[];
}

export interface Question {
  example: string;
  label: number;
  strong: Said;
  weak: Said;
}

/** The debates of a study, with names for what they hold. */
export interface Debates {
  all: readonly Debate[];
  tasks: ReadonlyMap<string, Row<"tasks">>;
  names: Names;
  arms: readonly Arm[];
  /** What the judges are called, and whether one of them knows more than it should. */
  judge: (verdict: Pick<Row<"verdicts">, "judge" | "oracle">) => string;
}

/** The debates that were judged; with `turns`, also those that were only held, as before people judge them. */
export async function openDebates(study: OpenStudy, turns: readonly Row<"debates">[] = []): Promise<Debates> {
  const {runs, run_models, tasks, verdicts} = await study.tables("runs", "run_models", "tasks", "verdicts");
  const names = namesOf(study, tasks);
  const run = new Map(runs.map((d) => [d.run, d]));
  const model = new Map(run_models.filter((d) => d.position === 0).map((d) => [`${d.run} ${d.role}`, d.model]));
  const of = (d: {run: string; debate: string; stage: string}) => JSON.stringify([d.run, d.debate, d.stage]);
  const held = new Map([...verdicts, ...turns].map((d) => [of(d), d]));
  const judged = d3.group(verdicts, of);
  const all = [...held].flatMap(([id, {run: name, debate: key, stage}]): Debate[] => {
    const row = run.get(name);
    const [weak, strong] = ["weak", "strong"].map((role) => model.get(`${name} ${role}`) ?? "");
    return row ? [{key, stage, run: row, weak, strong, verdicts: judged.get(id) ?? []}] : [];
  });
  const order = ({stage, run}: Debate) => [stages.indexOf(stage), study.tasks.indexOf(run.task), run.seed];
  all.sort((a, b) => {
    const [x, y] = [order(a), order(b)];
    return x[0] - y[0] || x[1] - y[1] || x[2] - y[2];
  });
  return {
    all,
    tasks: new Map(tasks.map((d) => [d.task, d])),
    names,
    arms: armsOf(study),
    judge: ({judge, oracle}) => `${judgeTitles[judge] ?? names.model(judge)}${oracle ? " (oracle)" : ""}`
  };
}

const judgeTitles: Readonly<Record<string, string>> = {gold: "ground truth", human: "people"};
const stages = ["debate", "before", "learned", "after"];
const stageTitles: Readonly<Record<string, string>> = {
  debate: "",
  before: "held-out rows, before",
  learned: "rows learned from",
  after: "held-out rows, after"
};

/** Debates of one arm at one stage: what a reader chooses among. */
export interface DebateGroup {
  key: string;
  title: string;
  arm: Arm | undefined;
}

export function groupOf({arms, all}: Debates, {run, stage}: Debate): DebateGroup {
  const key = armKey(run.method, run.variant);
  const arm = arms.find((d) => d.key === key);
  const settings = new Set(all.filter((d) => armKey(d.run.method, d.run.variant) === key).map((d) => d.run.setting));
  const title = [arm?.title ?? key, ...(settings.size > 1 ? [run.setting] : []), stageTitles[stage] ?? stage];
  return {key: [key, run.setting, stage].join("; "), title: title.filter(Boolean).join(": "), arm};
}

/** Controls over debates, in the page's address: `by` names each choice. A choice that the others leave empty is offered all the same. */
export function debateControls(
  debates: Debates,
  by: readonly (keyof typeof choices)[]
): {inputs: HTMLElement[]; chosen: () => Debate[]; set: (debate: Debate) => void} {
  const {all} = debates;
  const made = by.map((name) => {
    const {label, of} = choices[name];
    const titles = new Map(all.map((d) => [of(debates, d).key, of(debates, d).title]));
    const input = linked(name, Inputs.select([...titles.keys()], {label, format: (key) => titles.get(key)!}));
    return {input, several: titles.size > 1, key: (d: Debate) => of(debates, d).key};
  });
  return {
    inputs: made.filter((d) => d.several).map((d) => d.input),
    chosen: () => all.filter((d) => made.every(({input, key}) => key(d) === input.value)),
    set: (debate) => {
      for (const {input, key} of made) {
        input.value = key(debate);
        input.dispatchEvent(new Event("input", {bubbles: true}));
      }
    }
  };
}

const choices = {
  of: {label: "Debates of", of: groupOf},
  models: {
    label: "Models",
    of: ({names}: Debates, {weak, strong}: Debate) => ({
      key: `${weak}, ${strong}`,
      title: `${names.model(weak)} and ${names.model(strong)}`
    })
  },
  task: {label: "Task", of: ({names}: Debates, {run}: Debate) => ({key: run.task, title: names.task(run.task)})},
  seed: {label: "Seed", of: (_: Debates, {run}: Debate) => ({key: String(run.seed), title: String(run.seed)})}
} as const;

/** The questions of a debate, in the order of their ids. */
export function questionsOf({key, stage, run}: Debate, turns: readonly Row<"debates">[]): Question[] {
  const own = turns.filter((d) => d.run === run.run && d.debate === key && d.stage === stage);
  return d3
    .groups(own, (d) => d.example)
    .flatMap(([example, some]): Question[] => {
      const [strong, weak] = sides.map((side) => said(some.filter((d) => d.side === side)));
      return strong && weak ? [{example, label: some[0].label, strong, weak}] : [];
    });
}

function said(turns: readonly Row<"debates">[]): Said | null {
  if (!turns.length) return null;
  const {decision, probability} = turns[0];
  const rounds = d3.sort(
    turns.filter((d) => d.protocol === "debate"),
    (d) => d.round
  );
  return {decision, probability, rounds: rounds.map((d) => d.explanation)};
}

export const differ = ({strong, weak}: Question): boolean => strong.decision !== weak.decision;
export const isRight = ({label}: Question, {decision}: Said): boolean => decision === label;

/** Verdicts of several debates on one kind of question, each question once a debate. */
export const pooled = (debates: readonly Debate[], of: (verdict: Row<"verdicts">) => boolean): Verdict[] =>
  debates.flatMap(({run, key, verdicts}) =>
    verdicts.filter(of).map((d) => ({...d, example: `${run.run} ${key} ${d.example}`}))
  );

const protocols = ["debate", "consultancy", "blind"];
export const protocolTitles: Readonly<Record<string, string>> = {
  debate: "debate",
  consultancy: "consultancy: strong side alone",
  blind: "blind: answers alone"
};

/** What a judge that prefers one side on every question says, in few words. */
export const alwaysSays = (side: Side): string => `always the ${side} side`;

/** How a chart shows an accuracy: of a judge that always prefers one side without an interval, and in words. */
export const accuracyMark = (
  {low, high, n}: JudgedShare,
  value: number,
  always: Side | null,
  hollow: boolean
): Pick<JudgePlotRow, "shares" | "text" | "subtext"> => ({
  shares: [{value, low: always ? null : low, high: always ? null : high, hollow}],
  text: share(value),
  subtext: always ? alwaysSays(always) : `${interval(low, high, share)}, n = ${n}`
});

/** What an accuracy is worth where a judge always prefers one side; nothing where none does. */
export const constantNote = (some: readonly (Side | null)[]): string =>
  some.some((d) => d !== null)
    ? " A judge that prefers one side on every question is right as often as that side is: its share has no interval, since it measures no skill."
    : "";

/** A judge under one protocol. */
export interface Bench {
  judge: string;
  oracle: boolean;
  protocol: string;
}

/** Who judged what, debates first; models, then people, then the ground truth. */
export function benches(verdicts: readonly Row<"verdicts">[]): Bench[] {
  const found = new Map(
    verdicts.map(({judge, oracle, protocol}) => [JSON.stringify([judge, oracle, protocol]), {judge, oracle, protocol}])
  );
  const last = ["human", "gold"];
  return d3.sort(
    found.values(),
    (d) => last.indexOf(d.judge),
    (d) => d.judge,
    (d) => protocols.indexOf(d.protocol)
  );
}

export const heardBy =
  ({judge, oracle, protocol}: Bench) =>
  (verdict: Row<"verdicts">): boolean =>
    verdict.judge === judge && verdict.oracle === oracle && verdict.protocol === protocol;

/** A bench in a few words; the judge is named where there are several. */
export function benchTitle({judge}: Debates, bench: Bench, all: readonly Bench[]): string {
  const several = new Set(all.map((d) => d.judge)).size > 1;
  return several || bench.oracle
    ? `${inSentence(protocolTitles[bench.protocol] ?? bench.protocol)}, ${judge(bench)}`
    : (protocolTitles[bench.protocol] ?? bench.protocol);
}
