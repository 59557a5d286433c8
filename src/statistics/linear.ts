/** Products with a row-major matrix, in a fixed order of additions, so that every engine gives the same bits. */

/** `x w`: one dot product a row. */
export function timesVector(x: Float64Array, w: Float64Array, into: Float64Array): void {
  const dimension = w.length;
  const even = dimension - (dimension % 4);
  for (let i = 0, row = 0; i < into.length; i++, row += dimension) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let j = 0;
    for (; j < even; j += 4) {
      a += x[row + j] * w[j];
      b += x[row + j + 1] * w[j + 1];
      c += x[row + j + 2] * w[j + 2];
      d += x[row + j + 3] * w[j + 3];
    }
    for (; j < dimension; j++) a += x[row + j] * w[j];
    into[i] = a + b + (c + d);
  }
}

/** Adds `x' r` to `into`: the rows of x, weighted by r; rows of weight 0 cost nothing. */
export function addRows(x: Float64Array, r: Float64Array, into: Float64Array): void {
  const dimension = into.length;
  const rows = r.length;
  const even = rows - (rows % 4);
  let i = 0;
  for (; i < even; i += 4) {
    const a = i * dimension;
    const b = a + dimension;
    const c = b + dimension;
    const d = c + dimension;
    const ra = r[i];
    const rb = r[i + 1];
    const rc = r[i + 2];
    const rd = r[i + 3];
    if (ra === 0 && rb === 0 && rc === 0 && rd === 0) continue;
    for (let j = 0; j < dimension; j++) {
      into[j] += ra * x[a + j] + rb * x[b + j] + (rc * x[c + j] + rd * x[d + j]);
    }
  }
  for (; i < rows; i++) for (let j = 0, a = i * dimension; j < dimension; j++) into[j] += r[i] * x[a + j];
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}
