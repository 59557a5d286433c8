import {f16round, Float16Array} from "@petamoriken/float16";
import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {decodeFeatures, encodeFeatures} from "../../src/statistics/float16.js";

describe("float16", () => {
  it("decodes every bit pattern as @petamoriken/float16 does", () => {
    const patterns = Uint16Array.from({length: 65536}, (_, i) => i);
    const bytes = new Uint8Array(131072);
    patterns.forEach((pattern, i) => bytes.set([pattern & 255, pattern >> 8], 2 * i));
    const expected = Float32Array.from(new Float16Array(patterns.buffer));
    expect(decodeFeatures([bytes]).data).toEqual(expected);
  });

  it("encodes to the nearest value, as @petamoriken/float16 does", () => {
    const value = fc.oneof(
      fc.double(),
      fc.double({min: -70000, max: 70000}),
      fc.double({min: -1e-4, max: 1e-4}),
      fc.integer({min: -65536, max: 65536}),
      fc.constantFrom(
        0,
        -0,
        65519.99,
        65520,
        2 ** -24,
        2 ** -25,
        1.5 * 2 ** -24,
        2 ** -14,
        2047.5 / 1024,
        NaN,
        Infinity
      )
    );
    fc.assert(
      fc.property(value, (x) => {
        expect(decodeFeatures([encodeFeatures([x])]).data[0]).toBe(f16round(x));
      }),
      {numRuns: 2000}
    );
  });

  it("reads rows at odd addresses and refuses ragged ones", () => {
    const bytes = encodeFeatures([9, 1, -2, 0.5]);
    const shifted = new Uint8Array(9);
    shifted.set(bytes, 1);
    const {data, rows, dimension} = decodeFeatures([shifted.subarray(1, 5), shifted.subarray(5, 9)]);
    expect([...data, rows, dimension]).toEqual([9, 1, -2, 0.5, 2, 2]);
    expect(() => decodeFeatures([bytes, bytes.subarray(2)])).toThrow("expected 8 bytes in row 1: 6");
    expect(() => decodeFeatures([bytes.subarray(1)])).toThrow("odd number of bytes: 7");
    expect(decodeFeatures([]).rows).toBe(0);
  });
});
