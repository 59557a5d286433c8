import {describe, expect, test} from "vitest";
import type {SeedAnswers} from "../../src/statistics/errorTypes.js";
import {errorTypes} from "../../src/statistics/errorTypes.js";

const bits = (text: string) => Uint8Array.from(text, Number);

/** Two classes: what is right decides who says the same. */
function binary(weak: string, student: string, ceiling: string, rightBefore: string | null = null): SeedAnswers {
  const same = (a: string, b: string) => Uint8Array.from(a, (bit, i) => Number(bit === b[i]));
  return {
    student: bits(student),
    weak: bits(weak),
    studentAgrees: same(student, weak),
    ceilingAgrees: same(ceiling, weak),
    answered: null,
    rightBefore: rightBefore === null ? null : bits(rightBefore)
  };
}

const counts = (seeds: SeedAnswers[]) =>
  Object.fromEntries(errorTypes(seeds, {replicates: 200}).map((d) => [d.kind, d.count]));
const one = (seeds: SeedAnswers[], kind: string) => errorTypes(seeds, {replicates: 2000}).find((d) => d.kind === kind)!;

describe("kinds of errors", () => {
  test("of two classes, counted by hand", () => {
    //                 row      12345678
    const seed = binary("11100000", "11010010", "11111100", "00111000");
    // Student wrong on 3 (supervisor right), 5, 6, 8 (supervisor wrong); the ceiling errs with the supervisor on 7 and 8.
    // Of the copied, 5 was right before; 3 and 4 were too, but 3 is no weak label and 4 is right in the end.
    expect(counts([seed])).toEqual({copied: 3, copied_net: 1, novel: 1, overfit: 1, all: 4});
    expect(one([seed], "copied")).toMatchObject({errors: 4, n: 8, expected: 2, share: 0.75});
    expect(one([seed], "copied_net").share).toBe(0.25);
  });

  test("of what is written: no answer, the supervisor's, another one", () => {
    const seed: SeedAnswers = {
      student: bits("100000"),
      weak: bits("110001"),
      studentAgrees: bits("101000"),
      ceilingAgrees: bits("100000"),
      answered: bits("111100"),
      rightBefore: null
    };
    // 2: supervisor right. 3: its wrong answer. 4: another wrong answer. 5 and 6: none, whatever the supervisor says.
    expect(counts([seed])).toEqual({copied: 1, copied_net: 1, novel: 1, other: 1, parse_failure: 2, all: 5});
  });

  test("add up to all errors, over seeds", () => {
    const seeds = [binary("0101100110", "0110101010", "1111101111"), binary("1101100010", "0100101011", "1011111111")];
    const {copied, novel, all} = counts(seeds);
    expect(copied + novel).toBe(all);
    expect(all).toBe(5 + 5);
  });

  test("an imitator of a supervisor whose errors the ceiling shares copies nothing beyond", () => {
    const seeds = Array.from({length: 3}, () => binary("1110", "1110", "1110"));
    expect(one(seeds, "copied").share).toBe(1);
    expect(one(seeds, "copied_net")).toMatchObject({count: 0, share: 0, low: 0, high: 0});
  });

  test("has an interval that covers a planted share about as often as it says", () => {
    // Each row: student wrong with probability 0.4; of its errors, 0.7 are the supervisor's.
    let state = 7;
    const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
    let covered = 0;
    const trials = 120;
    for (let trial = 0; trial < trials; trial++) {
      const rows = Array.from({length: 150}, () => {
        const wrong = uniform() < 0.4;
        const copied = uniform() < 0.7;
        return {student: wrong ? 0 : 1, weak: wrong && copied ? 0 : 1};
      });
      const [student, weak] = [rows.map((d) => d.student).join(""), rows.map((d) => d.weak).join("")];
      const {low, high} = errorTypes([binary(weak, student, "1".repeat(150))], {
        replicates: 300,
        seed: `trial ${trial}`
      })[0];
      covered += Number(low! <= 0.7 && 0.7 <= high!);
    }
    expect(covered / trials).toBeGreaterThan(0.88);
    expect(covered / trials).toBeLessThan(1);
  });

  test("has no share where nothing is wrong", () => {
    expect(one([binary("10", "11", "11")], "copied")).toMatchObject({count: 0, errors: 0, share: null, low: null});
  });
});
