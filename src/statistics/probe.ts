import {classes} from "./accuracy.js";
import {headDefaults, predictHead, trainHead} from "./head.js";
import type {HeadOptions} from "./head.js";
import {takeRows} from "./matrix.js";
import type {Matrix} from "./matrix.js";
import {random, shuffle} from "./random.js";

/** Whether a probe is right on each row, 1 or 0, always learned from the half that the row is not in. */
export interface ProbeRights {
  right: Uint8Array;
  /** The same of a probe that learned from permuted labels. */
  control: Uint8Array;
}

/** Logistic regression on standardised activations with C = 0.01, to the end. */
export const probeOptions: HeadOptions = {...headDefaults, checkpoints: 1};

/**
 * The half (0 or 1) of each row: groups whole, drawn at random, both halves with about as many rows of each label, so that
 * a probe that learned nothing but the commoner label is not below chance on the other half.
 */
export function halves(labels: ArrayLike<number>, groups: ArrayLike<string>, seed: string | number): Uint8Array {
  const members = new Map<string, number[]>();
  for (let i = 0; i < groups.length; i++) members.set(groups[i], [...(members.get(groups[i]) ?? []), i]);
  const half = new Uint8Array(groups.length);
  const surplus = [0, 0];
  for (const rows of shuffle([...members.values()], random(`halves/${seed}`))) {
    const counts = [0, 1].map((label) => rows.filter((row) => labels[row] === label).length);
    const cost = (sign: number) => Math.abs(surplus[0] + sign * counts[0]) + Math.abs(surplus[1] + sign * counts[1]);
    const side = cost(1) <= cost(-1) ? 0 : 1;
    for (const row of rows) half[row] = side;
    for (const label of [0, 1]) surplus[label] += side === 0 ? counts[label] : -counts[label];
  }
  return half;
}

/**
 * A linear probe on frozen activations (EDA, "Concept Saliency"), learned from either half of the rows and asked about the
 * other. Its control learns from the same activations with the labels permuted within the half: what it gets right is what
 * the probe owes to chance and to its own freedom (selectivity, Hewitt and Liang 2019, EMNLP).
 *
 * @param labels one per row, 0 or 1
 * @param half one per row, as `halves` gives it
 * @param seed draws the permutation, alike for all layers
 */
export function probe(
  features: Matrix,
  labels: ArrayLike<number>,
  half: ArrayLike<number>,
  seed: string | number
): ProbeRights {
  const rights = {right: new Uint8Array(features.rows), control: new Uint8Array(features.rows)};
  const rows = Array.from({length: features.rows}, (_, i) => i);
  for (const side of [0, 1]) {
    const learned = rows.filter((row) => half[row] !== side);
    const held = rows.filter((row) => half[row] === side);
    if (!learned.length || !held.length) throw new RangeError(`expected rows of at least two groups: ${features.rows}`);
    const x = takeRows(features, learned);
    const asked = takeRows(features, held);
    const truth = learned.map((row) => labels[row]);
    const permuted = shuffle(truth, random(`control/${seed}/${side}`));
    for (const [name, targets] of [
      ["right", truth],
      ["control", permuted]
    ] as const) {
      const said = classes(predictHead(trainHead(x, targets, probeOptions).head, asked));
      held.forEach((row, i) => (rights[name][row] = Number(said[i] === labels[row])));
    }
  }
  return rights;
}
