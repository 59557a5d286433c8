import fc from "fast-check";
import {expect, test} from "vitest";
import {wordDiff} from "../../src/statistics/wordDiff.js";

const shown = (before: string, after: string) =>
  wordDiff(before, after).map(({kind, text}) => `${{same: "=", removed: "-", added: "+"}[kind]}${text.trim()}`);

test("by hand: what was left out, what is new, what stayed", () => {
  expect(shown("the answer is 12 apples", "so the answer is 14")).toEqual([
    "+so",
    "=the answer is",
    "-12 apples",
    "+14"
  ]);
  expect(shown("a b c", "a b c")).toEqual(["=a b c"]);
  expect(shown("", "new words")).toEqual(["+new words"]);
  expect(shown("old words", " ")).toEqual(["-old words"]);
  expect(wordDiff("", "")).toEqual([]);
});

test("space between words is no difference, and shown as the later text has it", () => {
  expect(wordDiff("one two", "one\n\ntwo")).toEqual([{kind: "same", text: "one\n\ntwo "}]);
  // A word that is left out does not run into the one in its place.
  expect(wordDiff("one", "two").map((d) => d.text)).toEqual(["one ", "two "]);
});

test("holds both texts, and no fewer common words than the longest common subsequence", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", "d"), {maxLength: 12});
  fc.assert(
    fc.property(text, text, (a, b) => {
      const parts = wordDiff(a.join(" "), b.join(" "));
      const words = (...kinds: string[]) =>
        parts.filter((d) => kinds.includes(d.kind)).flatMap((d) => d.text.trim().split(/\s+/));
      expect(words("same", "removed")).toEqual(a);
      expect(words("same", "added")).toEqual(b);
      expect(words("same")).toHaveLength(longest(a, b));
    })
  );
});

/** Length of a longest common subsequence, by its definition. */
function longest(a: readonly string[], b: readonly string[]): number {
  if (!a.length || !b.length) return 0;
  return a[0] === b[0] ? 1 + longest(a.slice(1), b.slice(1)) : Math.max(longest(a.slice(1), b), longest(a, b.slice(1)));
}
