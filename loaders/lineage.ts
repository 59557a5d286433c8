import type {SplitName} from "./datasets/split.js";
import type {DebateRecord} from "./lab.js";

/**
 * What stands behind labels or a model: the splits whose gold labels it saw itself, the splits whose rows it was trained
 * or stopped on, and the supervisors whose labels it saw, each with what stands behind it.
 */
export interface Lineage {
  gold: SplitName[];
  rows: SplitName[];
  supervisors: {model: string; lineage: Lineage}[];
}

export const noLineage: Lineage = {gold: [], rows: [], supervisors: []};

/** People who judge, where a lineage names its supervisors. */
export const human = "human";

export function mergeLineage(...parts: Lineage[]): Lineage {
  const supervisors = new Map(parts.flatMap((part) => part.supervisors).map((s) => [JSON.stringify(s), s]));
  return {
    gold: [...new Set(parts.flatMap((part) => part.gold))].sort(),
    rows: [...new Set(parts.flatMap((part) => part.rows))].sort(),
    supervisors: [...supervisors.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, s]) => s)
  };
}

/** In words: `gold of supervision` or `labels of <model> (gold of supervision)`. */
export function describeLineage({gold, supervisors}: Lineage): string {
  const parts = gold.length ? [`gold of ${gold.join(", ")}`] : [];
  for (const {model, lineage} of supervisors) parts.push(`labels of ${model} (${describeLineage(lineage)})`);
  return parts.join("; ") || "no labels";
}

/**
 * What a weak-to-strong student saw that it must not have seen; null for none. It may see rows of the transfer half,
 * labelled by models weaker than itself, which may have seen gold labels of the supervision half and nothing of the test.
 * `strength` ranks a model among those of the study; one that the study does not name is as strong as can be.
 */
export function leakOf(student: string, lineage: Lineage, strength: (model: string) => number): string | null {
  if (lineage.gold.length) return `saw gold labels of ${lineage.gold.join(", ")}`;
  const rows = lineage.rows.filter((split) => !split.startsWith("transfer"));
  if (rows.length) return `learned from ${rows.join(", ")} rows`;
  return leakBehind(student, lineage, strength);
}

function leakBehind(student: string, {supervisors}: Lineage, strength: (model: string) => number): string | null {
  for (const {model, lineage} of supervisors) {
    // What a student wrote itself, before it saw any gold label, is no supervision by another.
    const itself = model === student && !lineage.gold.length;
    if (!itself && strength(model) >= strength(student)) return `saw labels of ${model}, not weaker than itself`;
    const beyond = lineage.gold.filter((split) => !split.startsWith("supervision"));
    if (beyond.length) return `its supervisor saw gold labels of ${beyond.join(", ")}`;
    if (lineage.rows.includes("test")) return "its supervisor learned from test rows";
    const deeper = leakBehind(student, lineage, strength);
    if (deeper) return deeper;
  }
  return null;
}

/** A judge who knows more than the weak model: what it prefers is no weak supervision. */
export function leakOfJudge(debates: readonly DebateRecord[]): string | null {
  const oracle = debates.flatMap(({verdicts}) => verdicts).find(({oracle}) => oracle);
  return oracle ? `judged by ${oracle.judge}, an oracle` : null;
}

/** What a method may not look at at all, since what it returns may depend on it: gold labels beyond the supervision half. */
export function leakOfGoldRead(splits: Iterable<SplitName>): string | null {
  const beyond = [...new Set(splits)].filter((split) => !split.startsWith("supervision")).sort();
  return beyond.length ? `its method looked at gold labels of ${beyond.join(", ")}` : null;
}
