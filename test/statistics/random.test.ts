import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {below, random, sample, shuffle} from "../../src/statistics/random.js";

describe("random", () => {
  it("gives the same numbers for the same seed, others for another", () => {
    const take = (seed: string | number) => Array.from({length: 5}, random(seed));
    expect(take("a")).toEqual(take("a"));
    expect(take(12)).toEqual(take("12"));
    expect(new Set(Array.from({length: 1000}, (_, seed) => random(seed)())).size).toBeGreaterThan(998);
  });

  it("is uniform, also across neighbouring seeds, by chi-square over 64 bins", () => {
    const streams = [
      random("uniform"),
      (() => {
        let seed = 0;
        return () => random(seed++)();
      })()
    ];
    for (const draw of streams) {
      const counts = new Array(64).fill(0);
      for (let i = 0; i < 20000; i++) counts[below(64, draw)]++;
      const chi = counts.reduce((sum, count) => sum + (count - 312.5) ** 2 / 312.5, 0);
      expect(chi).toBeGreaterThan(29); // 0.01 % and 99.99 % of chi-square with 63 degrees
      expect(chi).toBeLessThan(113);
    }
  });

  it("shuffles and samples without loss, every order equally likely", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.string(), (values, seed) => {
        expect(shuffle(values, random(seed)).sort()).toEqual(values.slice().sort());
        expect(sample(values, values.length >> 1, random(seed)).length).toBe(values.length >> 1);
      })
    );
    const draw = random("orders");
    const orders = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = shuffle([0, 1, 2], draw).join("");
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(125);
    expect(() => sample([1], 2, draw)).toThrow("expected at most 1 to draw: 2");
  });
});
