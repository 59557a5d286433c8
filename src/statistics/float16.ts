import type {Matrix} from "./matrix.js";

export type {Matrix} from "./matrix.js";

let table: Float32Array | undefined;

/** Value of each of the 65,536 bit patterns of IEEE 754 binary16. */
function values(): Float32Array {
  if (table) return table;
  table = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    const magnitude =
      exponent === 31
        ? fraction === 0
          ? Infinity
          : NaN
        : exponent === 0
          ? fraction * 2 ** -24
          : (1 + fraction / 1024) * 2 ** (exponent - 15);
    table[bits] = bits & 0x8000 ? -magnitude : magnitude;
  }
  return table;
}

/**
 * Rows of little-endian float16 (IEEE 754 binary16) to a matrix.
 *
 * @param vectors one per row, all of the same length, two bytes a value
 */
export function decodeFeatures(vectors: readonly Uint8Array[]): Matrix {
  const rows = vectors.length;
  const bytes = rows === 0 ? 0 : vectors[0].length;
  if (bytes % 2 !== 0) throw new RangeError(`expected two bytes a value, got an odd number of bytes: ${bytes}`);
  const dimension = bytes / 2;
  const data = new Float32Array(rows * dimension);
  const value = values();
  for (let i = 0, k = 0; i < rows; i++) {
    const vector = vectors[i];
    if (vector.length !== bytes) throw new RangeError(`expected ${bytes} bytes in row ${i}: ${vector.length}`);
    for (let j = 0; j < bytes; j += 2) data[k++] = value[vector[j] | (vector[j + 1] << 8)];
  }
  return {data, rows, dimension};
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Nearest float16 (ties to even; beyond 65,504 infinite) of each value, as little-endian bytes. */
export function encodeFeatures(vector: ArrayLike<number>): Uint8Array {
  const encoded = new Uint8Array(vector.length * 2);
  for (let i = 0; i < vector.length; i++) {
    const half = encode(vector[i]);
    encoded[2 * i] = half & 255;
    encoded[2 * i + 1] = half >> 8;
  }
  return encoded;
}

function encode(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  float[0] = magnitude;
  const exponent = Math.max(-14, (bits[0] >>> 23) - 127);
  // Above the smallest normal, the integer below counts 1,024 steps per power of two; carries run into the exponent as they should.
  return sign | (roundToEven(magnitude / 2 ** (exponent - 10)) + (exponent + 14) * 1024);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
