/** Rows of features. */
export interface Matrix {
  /** Row-major, `rows` x `dimension`. */
  data: Float32Array;
  rows: number;
  dimension: number;
}

/** The named rows of a matrix, in that order; copies. */
export function takeRows(matrix: Matrix, rows: ArrayLike<number>): Matrix {
  const {dimension} = matrix;
  const data = new Float32Array(rows.length * dimension);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (!(row >= 0 && row < matrix.rows)) throw new RangeError(`expected a row below ${matrix.rows}: ${row}`);
    data.set(matrix.data.subarray(row * dimension, (row + 1) * dimension), i * dimension);
  }
  return {data, rows: rows.length, dimension};
}
