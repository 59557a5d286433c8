import type {Matrix} from "./matrix.js";

export interface Standardisation {
  mean: Float64Array;
  /** Standard deviation (divisor n); 1 where a feature does not vary. */
  scale: Float64Array;
}

/** Mean and standard deviation of each feature over the rows; about 0 where they are not to be centred. */
export function standardisation({data, rows, dimension}: Matrix, centred = true): Standardisation {
  const mean = new Float64Array(dimension);
  const scale = new Float64Array(dimension);
  if (centred)
    for (let i = 0, k = 0; i < rows; i++) for (let j = 0; j < dimension; j++) mean[j] += data[k++];
  for (let j = 0; j < dimension; j++) mean[j] /= rows;
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = 0; j < dimension; j++) {
      const difference = data[k++] - mean[j];
      scale[j] += difference * difference;
    }
  }
  for (let j = 0; j < dimension; j++) {
    const deviation = Math.sqrt(scale[j] / rows);
    if (!Number.isFinite(deviation)) throw new RangeError(`expected finite features, got in column ${j}: ${mean[j]}`);
    // A constant column has a deviation of rounding errors, which would blow it up.
    scale[j] = deviation > 1e-7 * Math.abs(mean[j]) ? deviation : 1;
  }
  return {mean, scale};
}

/** Rows with mean 0 and standard deviation 1 in each feature, row-major. */
export function standardise({data, rows, dimension}: Matrix, {mean, scale}: Standardisation): Float64Array {
  const standardised = new Float64Array(rows * dimension);
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = 0; j < dimension; j++, k++) standardised[k] = (data[k] - mean[j]) / scale[j];
  }
  return standardised;
}
