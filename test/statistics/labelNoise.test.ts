import fc from "fast-check";
import {describe, expect, it} from "vitest";
import {flipLabels} from "../../src/statistics/labelNoise.js";

describe("flipLabels", () => {
  const share = fc.double({min: 0, max: 1, noNaN: true});
  const labels = fc.array(fc.double({min: 0, max: 0.4, noNaN: true}), {minLength: 1, maxLength: 60});

  it("flips the asked share and no other label; what is flipped at less stays flipped at more", () => {
    fc.assert(
      fc.property(labels, share, share, fc.string(), (labels, a, b, seed) => {
        const flipped = [Math.min(a, b), Math.max(a, b)].map((share) => {
          const noisy = flipLabels(labels, share, seed);
          const set = new Set([...labels.keys()].filter((i) => noisy[i] !== labels[i]));
          expect(set.size).toBe(Math.round(share * labels.length));
          for (const i of set) expect(noisy[i]).toBe(1 - labels[i]);
          return set;
        });
        for (const i of flipped[0]) expect(flipped[1].has(i)).toBe(true);
      })
    );
  });

  it("gives the same under the same seed, leaves its input alone, and refuses other shares", () => {
    const labels = Array.from({length: 50}, (_, i) => i / 100);
    const copy = labels.slice();
    expect(flipLabels(labels, 0.3, "a")).toEqual(flipLabels(labels, 0.3, "a"));
    expect(flipLabels(labels, 0.3, "a")).not.toEqual(flipLabels(labels, 0.3, "b"));
    expect([...flipLabels(labels, 0, 1)]).toEqual(copy);
    expect(labels).toEqual(copy);
    expect(() => flipLabels(labels, 1.1, 1)).toThrow("expected a share from 0 to 1: 1.1");
  });
});
