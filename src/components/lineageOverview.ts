import {dataTable} from "./dataTable.js";
import {count, listed, plural} from "./format.js";
import {d3, html} from "./kit.js";
import type {Names} from "./names.js";
import type {Arm} from "./palette.js";
import {isStrongToWeak} from "./settingControl.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";
import type {SupervisionNode} from "./supervisionGraph.js";
import {judgeTitle, leakTitle} from "./supervisionWords.js";

/** What one run's student learned from. */
export interface RunLineage {
  run: string;
  /** Whose labels, texts and preferences, in words. */
  learnedFrom: string;
  /** Splits whose rows those concern, and splits whose gold labels stand behind them. */
  rows: string;
  gold: string;
  judges: string;
  leak: string | null;
}

/** What the students of an arm learned from, over all its runs in a setting. */
export interface ArmLineage {
  arm: Arm;
  setting: string;
  runs: RunLineage[];
  supervision: Supervision;
  /** What speaks against it, in words. */
  reasons: string[];
}

/**
 * Clean: no student saw gold labels or labels of a model as strong as itself, and nobody judged who knows more than the weak
 * model. Otherwise marked, by what was seen or by who judged; or it goes from strong to weak, as it is meant to.
 */
export type Supervision = "clean" | "leak" | "oracle" | "strong to weak" | "not run";

export function runLineage(
  run: string,
  nodes: readonly SupervisionNode[],
  reversed: boolean,
  names: Pick<Names, "model">
): RunLineage {
  const byId = new Map(nodes.map((d) => [d.id, d]));
  const student = nodes.find((d) => d.role === "student");
  if (!student) return {run, learnedFrom: "", rows: "", gold: "", judges: "", leak: null};
  const learned = lessons(student, byId);
  const behind = new Set<SupervisionNode>();
  const visit = (d: SupervisionNode): void => {
    for (const input of inputs(d, byId)) {
      if (behind.has(input)) continue;
      behind.add(input);
      visit(input);
    }
  };
  visit(student);
  return {
    run,
    learnedFrom: listed([...new Set(learned.map((d) => lesson(d, student, reversed)))].sort()),
    rows: splitsOf(learned),
    gold: splitsOf([...behind].filter((d) => d.what === "gold")),
    judges: judgesOf(nodes, names),
    leak: student.leak
  };
}

const inputs = (d: SupervisionNode, byId: ReadonlyMap<string, SupervisionNode>): SupervisionNode[] =>
  d.inputs.map((id) => byId.get(id)!);

/** What a model learned from, in this training and in those before; what was made of labels counts as those. */
function lessons(of: SupervisionNode, byId: ReadonlyMap<string, SupervisionNode>): SupervisionNode[] {
  return inputs(of, byId).flatMap((d) =>
    d.what === "model" || d.what === "preferences" || (d.what === "labels" && d.model === "") ? lessons(d, byId) : [d]
  );
}

function lesson(d: SupervisionNode, student: SupervisionNode, reversed: boolean): string {
  if (d.what === "gold") return "gold labels";
  if (d.what === "judge") return d.oracle ? "preferences of an oracle" : "preferences of a judge";
  const who =
    d.author === "weak"
      ? "the weak model"
      : d.author === "rung"
        ? "an intermediate model"
        : reversed
          ? "the strong model"
          : d.model === student.model
            ? "its own earlier self"
            : "another model";
  return `${d.what} of ${who}`;
}

const order = ["supervision", "transfer", "test"];

function splitsOf(nodes: readonly SupervisionNode[]): string {
  const found = new Set(nodes.flatMap((d) => d.rows.map(({split}) => split)));
  return listed(
    order.flatMap((split) => {
      const validation = `${split} validation`;
      if (!found.has(split)) return found.has(validation) ? [validation] : [];
      return [found.has(validation) ? `${split} and its validation` : split];
    })
  );
}

function judgesOf(nodes: readonly SupervisionNode[], names: Pick<Names, "model">): string {
  const weak = nodes.find((d) => d.role === "weak")?.model;
  const judges = nodes
    .filter((d) => d.what === "judge")
    .map(
      ({model, oracle}) => (model === weak ? "the weak model" : judgeTitle(model, names)) + (oracle ? " (oracle)" : "")
    );
  return listed([...new Set(judges)]);
}

/** What holds of an arm, from what holds of its runs. */
export function armLineage(
  arm: Arm,
  setting: string,
  runs: RunLineage[],
  oracles: readonly string[],
  names: Pick<Names, "model">
): ArmLineage {
  const judged = oracles.map((d) => `judged by ${judgeTitle(d, names)}, an oracle`);
  const leaks = [...new Set(runs.flatMap((d) => (d.leak === null ? [] : leakTitle(d.leak))))].filter(
    (d) => !d.startsWith("judged by")
  );
  const supervision: Supervision = isStrongToWeak(setting)
    ? "strong to weak"
    : !runs.length
      ? "not run"
      : oracles.length
        ? "oracle"
        : runs.some((d) => d.leak !== null)
          ? "leak"
          : "clean";
  return {arm, setting, runs, supervision, reasons: [...leaks, ...judged]};
}

const supervisionTitles: Record<Supervision, string> = {
  clean: "clean",
  leak: "not weak-to-strong",
  oracle: "an oracle",
  "strong to weak": "strong to weak, by design",
  "not run": "not run yet"
};

/** Whether an arm is what it is meant to be, with what speaks against it. */
export function supervisionCell({supervision, reasons}: Pick<ArmLineage, "supervision" | "reasons">): HTMLElement {
  const title = supervisionTitles[supervision];
  return reasons.length
    ? html`<span><strong class="leak">${title}</strong>: ${reasons.join("; ")}</span>`
    : html`<span>${title}</span>`;
}

/** Which arms are clean, and what the others saw. */
export function overviewSentence(arms: readonly ArmLineage[]): string {
  const ran = arms.filter((d) => d.supervision !== "not run");
  if (!ran.length) return "Nothing has been run yet.";
  const several = new Set(
    arms.filter((d) => arms.some((e) => e !== d && e.arm.key === d.arm.key)).map((d) => d.arm.key)
  );
  const name = ({arm, setting}: ArmLineage) => `“${arm.title}”${several.has(arm.key) ? ` (${setting})` : ""}`;
  const of = (supervision: Supervision) => ran.filter((d) => d.supervision === supervision);
  const [clean, down] = [of("clean"), of("strong to weak")];
  const seen = d3
    .groups([...of("leak"), ...of("oracle")], (d) => d.reasons.join("; "))
    .map(([reasons, some]) => ` ${listed(some.map(name))} ${some.length === 1 ? "is" : "are"} not: ${reasons}.`);
  return (
    `Of ${plural(ran.length, "arm")}, ${count(clean.length)} ${clean.length === 1 ? "is" : "are"} clean: no student saw gold labels or labels of a model as strong as itself, and no oracle judged.` +
    seen.join("") +
    (down.length ? ` From strong to weak by design: ${listed(down.map(name))}.` : "")
  );
}

/** Every arm in every setting, with what its students learned from. */
export function overviewTable(study: OpenStudy, arms: readonly ArmLineage[]): HTMLElement {
  const rows = arms.filter((d) => d.runs.length);
  const distinct = (d: ArmLineage, of: (run: RunLineage) => string) => {
    const counts = d3.rollup(d.runs, (v) => v.length, of);
    if (counts.size === 1) return of(d.runs[0]) || null;
    return [...counts].map(([text, n]) => `${text || "none"} (${plural(n, "run")})`).join("; ");
  };
  return dataTable(rows, {
    caption: "What the students of every arm learned from",
    grouped: true,
    columns: [
      {label: "Setting", value: (d) => d.setting},
      {
        label: "Method",
        value: (d) => html`<a href=${pageUrl(study.study, "lineage", {run: d.runs[0].run})}>${d.arm.title}</a>`
      },
      {label: "Student learned from", value: (d) => distinct(d, (run) => run.learnedFrom)},
      {label: "On rows of", value: (d) => distinct(d, (run) => run.rows)},
      {label: "Gold labels behind it", value: (d) => distinct(d, (run) => run.gold)},
      {label: "Judges", value: (d) => distinct(d, (run) => run.judges)},
      {label: "Runs", numeric: true, value: (d) => count(d.runs.length)},
      {label: "Supervision", value: supervisionCell}
    ],
    csv: {
      name: `${study.study}-lineage.csv`,
      rows: rows.flatMap(({arm, setting, runs, supervision}) =>
        runs.map(({run, learnedFrom, rows, gold, judges, leak}) => ({
          setting,
          method: arm.method,
          variant: arm.variant,
          run,
          learned_from: learnedFrom,
          rows,
          gold_behind: gold,
          judges,
          supervision,
          leak
        }))
      )
    }
  });
}
