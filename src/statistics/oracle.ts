import {accuracy} from "./accuracy.js";

export interface Stop {
  step: number;
  accuracy: number;
}

export interface OracleStop {
  kept: Stop;
  oracle: Stop;
  last: Stop;
  /** accuracy of the oracle's stop - accuracy of the kept one: what stopping without gold labels cost at most. */
  gain: number;
}

/** The checkpoint to keep: the earliest of those with the best value, here agreement with the validation rows' labels. */
export function earliestBest<T>(checkpoints: readonly T[], value: (checkpoint: T) => number): T {
  if (checkpoints.length === 0) throw new RangeError("expected at least one checkpoint: 0");
  return checkpoints.reduce((best, checkpoint) => (value(checkpoint) > value(best) ? checkpoint : best));
}

/**
 * Where an oracle that knows the gold labels of the test rows would have stopped: at the earliest checkpoint of the highest
 * accuracy. Chosen and judged on the same rows, its accuracy is an upper bound. It never steers a training.
 *
 * @param checkpoints in order of steps, with classes predicted for the test rows
 * @param kept step of the checkpoint that was kept
 */
export function oracleStop(
  checkpoints: readonly {step: number; predictions: ArrayLike<number>}[],
  gold: ArrayLike<number>,
  kept: number
): OracleStop {
  if (gold.length === 0) throw new RangeError("expected at least one test row: 0");
  const stops = checkpoints.map(({step, predictions}) => ({step, accuracy: accuracy(gold, predictions) as number}));
  const oracle = earliestBest(stops, (stop) => stop.accuracy);
  const own = stops.find((stop) => stop.step === kept);
  if (!own)
    throw new RangeError(`expected the step of a checkpoint, one of ${stops.map((s) => s.step).join(", ")}: ${kept}`);
  return {kept: own, oracle, last: stops[stops.length - 1], gain: oracle.accuracy - own.accuracy};
}
