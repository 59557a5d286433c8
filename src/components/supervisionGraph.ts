import type {Row} from "../tables.js";
import {d3} from "./kit.js";
import type {LineageKind} from "./lineage.js";
import {ancestors, inputsOf} from "./lineage.js";

type Step = Row<"steps">;

/** A judge of a run's debates. */
export interface RunJudge {
  judge: string;
  oracle: boolean;
}

/** What is known of one run: its steps, the models that it hands to be evaluated, its judges, and who teaches whom. */
export interface RunRecord {
  byKey: ReadonlyMap<string, Step>;
  entries: readonly Row<"run_steps">[];
  predictors: readonly Row<"predictors">[];
  judges: readonly RunJudge[];
  /** How strong a model is among those of the study. */
  strength: (model: string) => number;
}

/** A model, or labels and texts that go from one to another; like ones are one node. */
export interface SupervisionNode {
  /** Key of its first step; of a judge from whom nothing was learned, its name. */
  id: string;
  what: "model" | "gold" | "labels" | "texts" | "judge" | "preferences";
  /** Model, or whoever judges; empty for gold labels. */
  model: string;
  /** Of a model that was evaluated: which of the run's it is. */
  role: string | null;
  position: number;
  /** Of labels and texts: the role of the model that gave them. */
  author: string | null;
  /** What its first step does, in words. */
  title: string;
  inputs: string[];
  /** Rows that it concerns, by split. */
  rows: {split: string; rows: number}[];
  /** The labels that it is or, of a model, that it learned from: what is furthest from weak supervision. */
  supervision: LineageKind;
  oracle: boolean;
  /** Of a student: what it saw that it must not have seen. */
  leak: string | null;
  /** Whether such a student saw it, directly or through others, and whether that is what it must not have seen. */
  behindLeak: boolean;
  barred: boolean;
  steps: string[];
}

/** Steps that only hand on rows or put texts together. */
const passing = new Set(["rows", "portion", "first", "activations", "compose"]);

const splits = ["supervision", "supervision validation", "transfer", "transfer validation", "test"];
const splitIn = /\b(supervision validation|transfer validation|supervision|transfer|test) rows\b/;
const furthest: readonly LineageKind[] = ["none", "weak", "stronger", "gold"];

/** Models and labels of a run, from gold labels to its student and ceilings; inputs come before what reads them. */
export function supervisionGraph(record: RunRecord): SupervisionNode[] {
  const {byKey, entries, predictors, judges, strength} = record;
  const chain = ancestors(
    byKey,
    entries.map((d) => d.step)
  );
  const read = new Set(chain.flatMap(inputsOf));
  const isKept = (step: Step) =>
    !passing.has(step.verb) && (read.has(step.step) || step.verb !== "classify" || !hasModel(step, byKey));
  const steps = chain.filter(isKept);
  const kept = new Set(steps.map((d) => d.step));

  const sources = new Map<string, string[]>();
  for (const step of chain)
    sources.set(step.step, [
      ...new Set(inputsOf(step).flatMap((input) => (kept.has(input) ? [input] : (sources.get(input) ?? []))))
    ]);

  const groups = merged(steps, sources);
  const roles = new Map(d3.sort(predictors, (d) => -Number(d.role === "student")).map((d) => [d.step, d]));
  const asItIs = new Map(entries.map((d) => [d.step, d]));
  const nodes: SupervisionNode[] = [];
  const byId = new Map<string, SupervisionNode>();
  for (const {id, members, inputs} of groups) {
    const [first] = members;
    const evaluated = roles.get(id) ?? asItIs.get(id);
    const reads = members.flatMap((d) => sources.get(d.step)!);
    // The ground truth judges where what is made of gold labels goes into what is preferred.
    const byGold = first.verb === "relabel" && judges.some((d) => d.judge === "gold") && reads.some(isGold);
    const heard = inputs.flatMap((input) => byId.get(input) ?? []);
    const isPreference = first.verb === "relabel" && heard.some((d) => d.what === "judge" || d.what === "preferences");
    const what = byGold ? "judge" : isPreference ? "preferences" : whatOf(first, byKey);
    const model = byGold ? "gold" : first.verb === "verdicts" ? "human" : first.model;
    const node: SupervisionNode = {
      id,
      what,
      model,
      role: what === "model" ? (evaluated?.role ?? null) : null,
      position: evaluated?.position ?? 0,
      author: what === "model" ? null : (heard.find((d) => d.what === "model")?.role ?? null),
      title: first.title,
      inputs,
      rows: rowsOf(members, byKey),
      supervision: what === "gold" ? "gold" : "none",
      oracle: what === "judge" && judges.some((d) => d.judge === model && d.oracle),
      leak: roles.get(id)?.leak ?? null,
      behindLeak: false,
      barred: false,
      steps: members.map((d) => d.step)
    };
    nodes.push(node);
    byId.set(id, node);
  }
  nodes.push(...listeners(judges, nodes));
  colour(nodes, strength);
  return nodes;

  function isGold(key: string): boolean {
    return byKey.get(key)!.verb === "gold";
  }
}

const hasModel = (step: Step, byKey: ReadonlyMap<string, Step>): boolean =>
  inputsOf(step).some((input) => byKey.get(input)?.verb === "finetune");

function whatOf(step: Step, byKey: ReadonlyMap<string, Step>): SupervisionNode["what"] {
  switch (step.verb) {
    case "finetune":
      return "model";
    case "gold":
      return "gold";
    case "generate":
      return "texts";
    case "score":
    case "verdicts":
      return "judge";
    case "classify":
      return hasModel(step, byKey) ? "labels" : "model";
    default:
      return "labels";
  }
}

interface Group {
  id: string;
  members: Step[];
  inputs: string[];
}

/** Steps that do the same with the same inputs are one; gold labels, those that the same read. */
function merged(steps: readonly Step[], sources: ReadonlyMap<string, readonly string[]>): Group[] {
  const groupOf = new Map<string, Group>();
  const groups = new Map<string, Group>();
  for (const step of steps) {
    const inputs = [...new Set(sources.get(step.step)!.flatMap((key) => groupOf.get(key)?.id ?? []))].sort();
    const title = step.verb === "relabel" ? step.title.replace(/\d+/g, "") : "";
    const alone = step.verb === "finetune" || step.verb === "gold";
    const key = alone ? step.step : JSON.stringify([step.verb, step.model, title, inputs]);
    const group = groups.get(key) ?? {id: step.step, members: [], inputs};
    group.members.push(step);
    groups.set(key, group);
    groupOf.set(step.step, group);
  }
  const found = [...groups.values()];
  const readers = (id: string) => found.flatMap((d) => (d.inputs.includes(id) ? [d.id] : []));
  const byReaders = new Map<string, Group>();
  const renamed = new Map<string, string>();
  const left = found.filter((group) => {
    if (group.members[0].verb !== "gold") return true;
    const key = JSON.stringify(readers(group.id));
    const same = byReaders.get(key);
    if (!same) byReaders.set(key, group);
    else same.members.push(...group.members);
    renamed.set(group.id, same?.id ?? group.id);
    return !same;
  });
  return left.map((d) => ({...d, inputs: [...new Set(d.inputs.map((id) => renamed.get(id) ?? id))]}));
}

/** The rows that steps concern, by split, in the order of the splits. */
function rowsOf(members: readonly Step[], byKey: ReadonlyMap<string, Step>): SupervisionNode["rows"] {
  const found = new Map<string, number>();
  const add = (title: string, rows: number) => {
    const split = splitIn.exec(title)?.[1];
    if (split) found.set(split, Math.max(found.get(split) ?? 0, rows));
  };
  for (const step of members) {
    add(step.title, step.rows);
    for (const input of inputsOf(step)) {
      const of = byKey.get(input);
      if (of && passing.has(of.verb) && of.verb !== "compose") add(of.title, of.rows);
    }
  }
  return splits.flatMap((split) => (found.has(split) ? [{split, rows: found.get(split)!}] : []));
}

/** Judges who heard what the run's models say, and from whom no model of the run learned. */
function listeners(judges: readonly RunJudge[], nodes: readonly SupervisionNode[]): SupervisionNode[] {
  const heard = nodes.filter((d) => d.role === "weak" || d.role === "student").map((d) => d.id);
  return judges
    .filter(({judge}) => !nodes.some((d) => d.what === "judge" && d.model === judge))
    .map(({judge, oracle}) => ({
      id: judge,
      what: "judge",
      model: judge,
      role: null,
      position: 0,
      author: null,
      title: "",
      inputs: heard,
      rows: [],
      supervision: "none",
      oracle,
      leak: null,
      behindLeak: false,
      barred: false,
      steps: []
    }));
}

/** Says of each node what labels it carries or learned from, and which of those behind a student that leaks are what it saw. */
function colour(nodes: readonly SupervisionNode[], strength: (model: string) => number): void {
  const byId = new Map(nodes.map((d) => [d.id, d]));
  const readers = d3.group(
    nodes.flatMap((to) => to.inputs.map((from) => ({from, to}))),
    (d) => d.from
  );
  /** Models that learn from labels, directly or through what is made of them. */
  const learners = (id: string): SupervisionNode[] =>
    (readers.get(id) ?? []).flatMap(({to}) => (to.what === "model" ? [to] : learners(to.id)));
  const goldTaught = (id: string): boolean =>
    nodes.some((d) => d.id === id && d.inputs.some((input) => byId.get(input)!.what === "gold"));
  const teaches = (d: SupervisionNode, learner: SupervisionNode): LineageKind => {
    if (d.what === "gold") return "gold";
    if (d.what === "judge") return d.oracle ? "stronger" : "weak";
    if (d.model === "") return most(d.inputs.map((input) => byId.get(input)!).map((input) => teaches(input, learner)));
    const itself = d.model === learner.model && !d.inputs.some(goldTaught);
    return !itself && strength(d.model) >= strength(learner.model) ? "stronger" : "weak";
  };
  for (const d of nodes)
    if (d.what !== "model" && d.what !== "gold") {
      const kinds = learners(d.id).map((learner) => teaches(d, learner));
      d.supervision = d.oracle ? "stronger" : most(kinds);
    }
  for (const d of nodes)
    if (d.what === "model")
      d.supervision = most(
        d.inputs
          .map((input) => byId.get(input)!)
          .map((input) => (input.what === "model" ? input.supervision : teaches(input, d)))
      );
  for (const student of nodes.filter((d) => d.leak)) markSeen(student, byId);
}

const most = (kinds: readonly LineageKind[]): LineageKind =>
  d3.greatest(kinds, (kind) => furthest.indexOf(kind)) ?? "none";

/** Behind a student that leaks: gold labels that it or its teachers must not see, labels of models that are not weaker, oracles. */
function markSeen(student: SupervisionNode, byId: ReadonlyMap<string, SupervisionNode>): void {
  student.behindLeak = true;
  const visited = new Set<string>();
  const visit = (d: SupervisionNode, direct: boolean): void => {
    for (const id of d.inputs) {
      const input = byId.get(id)!;
      const ofSupervision = input.rows.every(({split}) => split.startsWith("supervision"));
      input.barred ||=
        input.what === "gold" ? direct || !ofSupervision : input.what !== "model" && input.supervision === "stronger";
      input.behindLeak = true;
      const own = direct && input.what !== "model";
      if (visited.has(`${id} ${own}`)) continue;
      visited.add(`${id} ${own}`);
      visit(input, own);
    }
  };
  visit(student, true);
}
