import {expect, test} from "vitest";
import {interval, share, signedShare} from "../../src/components/format.js";
import {written, writtenRange} from "../../src/reproduction/measures.js";

test("a share of a gap beyond 1,000 % is said to lie there, and no more", () => {
  expect([share(-42.1), share(11), share(10), share(-10), share(0.71)]).toEqual([
    "below −1,000%",
    "above 1,000%",
    "1000%",
    "−1000%",
    "71%"
  ]);
  expect([signedShare(12), signedShare(-12), signedShare(0.1)]).toEqual(["above +1,000%", "below −1,000%", "+10%"]);
  expect(interval(-42.1, 0.71, share)).toBe("below −1,000% to 71%");
  expect([written("facilitation", -14.34), writtenRange("pgr", -14.34, 0.04)]).toEqual([
    "below −1,000%",
    "below −1,000 to 4%"
  ]);
});
