import fc from "fast-check";
import {expect, test} from "vitest";
import {otherRows} from "../../src/statistics/otherRows.js";
import {random} from "../../src/statistics/random.js";

test("each row meets one of another group, and each is met once, where no group has more than half", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({min: 0, max: 6}), {minLength: 2, maxLength: 60}), fc.string(), (drawn, seed) => {
      const groups = drawn.map(String);
      const most = Math.max(...groups.map((group) => groups.filter((other) => other === group).length));
      const others = otherRows(groups, random(seed));
      expect(others.toSorted((a, b) => a - b)).toEqual([...groups.keys()]);
      if (2 * most <= groups.length)
        for (const [row, other] of others.entries()) expect(groups[other]).not.toBe(groups[row]);
    })
  );
});

test("another seed draws other rows", () => {
  const groups = Array.from({length: 40}, (_, i) => String(i >> 1));
  expect(otherRows(groups, random("a"))).toEqual(otherRows(groups, random("a")));
  expect(otherRows(groups, random("a"))).not.toEqual(otherRows(groups, random("b")));
});
