import {hash} from "../hash.js";
import type {Labels} from "../lab.js";
import {describeLineage, mergeLineage} from "../lineage.js";
import type {Scope} from "./workspace.js";

/** Labels that a verb made, each with the hash of its probabilities as it made them. */
const issued = new WeakMap<Labels, string>();

/** Labels as a verb gives them; a key where they only stand for what they will be. */
export function issue(labels: Omit<Labels, "key">, pending?: string): Labels {
  const {rows, probability, outputs, weights} = labels;
  const made: Labels = Object.freeze({
    ...labels,
    key: pending ?? hash({rows: rows.key, probability, outputs, weights})
  });
  issued.set(made, hash({probability, outputs, weights}));
  return made;
}

/** Whether labels only stand for what they will be. */
export const isPending = ({key, step}: Labels): boolean => key === hash({pending: step});

/** The same labels, where they are as a verb made them; throws where a method made or changed them by hand. */
export function verified(labels: Labels): Labels {
  const made = issued.get(labels);
  if (made === undefined) throw new Error(`expected labels that a verb gave, see lab.relabel: ${labels.source}`);
  const {probability, outputs, weights} = labels;
  if (made !== hash({probability, outputs, weights}))
    throw new Error(`expected labels as a verb gave them, see lab.relabel: ${labels.source}`);
  return labels;
}

/** Labels made from others of the same rows, row by row; all that stands behind those stands behind these. */
export function relabel(
  {steps}: Scope,
  from: readonly Labels[],
  how: string,
  make: (probabilities: number[], row: number) => number
): Labels {
  if (!from.length) throw new Error(`expected labels to relabel: ${how}`);
  for (const labels of from) verified(labels);
  const {rows} = from[0];
  if (rows.kind === "generation") throw new Error(`${how}: expected labels of a binary task: ${rows.task}`);
  const other = from.find((labels) => labels.rows.step !== rows.step);
  if (other) throw new Error(`expected labels of the same rows, ${rows.split}: ${other.rows.split}`);
  const pending = from.some(({probability}) => probability.some(Number.isNaN));
  const probability = Float64Array.from(rows.examples, (_, i) =>
    pending
      ? NaN
      : make(
          from.map((labels) => labels.probability[i]),
          i
        )
  );
  const bad = pending ? undefined : probability.find((p) => !(p >= 0 && p <= 1));
  if (bad !== undefined) throw new Error(`${how}: expected probabilities from 0 to 1: ${bad}`);
  const lineage = mergeLineage(...from.map((labels) => labels.lineage));
  const step = hash({verb: "relabel", how, from: from.map(({step}) => step)});
  steps.set(step, {
    key: step,
    verb: "relabel",
    title: `labels ${how}`,
    inputs: from.map((labels) => labels.step).sort(),
    lineage: describeLineage(lineage),
    rows: probability.length,
    model: "",
    family: null
  });
  return issue({rows, probability, step, source: how, lineage}, pending ? hash({pending: step}) : undefined);
}
