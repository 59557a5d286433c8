import {z} from "zod";
import {parseRows, splitOf} from "./source.js";
import type {Example, Source} from "./task.js";
import {fill, groupOf} from "./text.js";

/** What a model reads in the tasks of natural language inference. */
export const entailmentPrompt = "{premise}\nHypothesis: {hypothesis}\nEntailed:";

/** 0 entailment, 1 neutral, 2 contradiction; -1 where it is hidden, or where the annotators did not agree. */
const label = z.union([z.literal(-1), z.literal(0), z.literal(1), z.literal(2)]);

const row = z.object({premise: z.string(), hypothesis: z.string(), label, idx: z.int().optional()});

/** Entailment against the rest; pairs on the same premise share a group. Ids are places in the file where it has no `idx`. */
export function convertEntailment(rows: readonly Record<string, unknown>[], source: Source): Example[] {
  return parseRows(row, rows, source).flatMap(({premise, hypothesis, label, idx}, i) => {
    if (label === -1) return [];
    const text = fill(entailmentPrompt, {premise: premise.trim(), hypothesis: hypothesis.trim()});
    return [{id: `${splitOf(source)}/${idx ?? i}`, group: groupOf(premise), text, label: label === 0 ? 1 : 0}];
  });
}
