import type {SplitName} from "./datasets/split.js";

/**
 * What stands behind labels or a model: the splits whose gold labels it saw itself, and the supervisors whose labels
 * it saw, each with what stands behind it.
 */
export interface Lineage {
  gold: SplitName[];
  supervisors: {model: string; lineage: Lineage}[];
}

export const noLineage: Lineage = {gold: [], supervisors: []};

export function mergeLineage(...parts: Lineage[]): Lineage {
  const supervisors = new Map(parts.flatMap((part) => part.supervisors).map((s) => [JSON.stringify(s), s]));
  return {
    gold: [...new Set(parts.flatMap((part) => part.gold))].sort(),
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
 * What a weak-to-strong student saw that it must not have seen: gold labels, or a supervisor at least as strong as
 * itself; null for none. `strength` ranks a model among those of the study.
 */
export function leakOf(student: string, lineage: Lineage, strength: (model: string) => number): string | null {
  if (lineage.gold.length) return `saw gold labels of ${lineage.gold.join(", ")}`;
  for (const {model, lineage: behind} of lineage.supervisors) {
    if (strength(model) >= strength(student)) return `saw labels of ${model}, not weaker than itself`;
    const deeper = behind.supervisors.length
      ? leakOf(student, {gold: [], supervisors: behind.supervisors}, strength)
      : null;
    if (deeper) return deeper;
    const beyond = behind.gold.filter((split) => !split.startsWith("supervision"));
    if (beyond.length) return `its supervisor saw gold labels of ${beyond.join(", ")}`;
  }
  return null;
}
