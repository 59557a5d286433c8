import fc from "fast-check";
import {describe, expect, it} from "vitest";
import type {SplitName, SplitOptions, Splits} from "../../loaders/datasets/split.js";
import {refuseOverlap, split, splitNames} from "../../loaders/datasets/split.js";
import type {Example} from "../../loaders/datasets/task.js";

/** Rows given as their group and label; every row has a text of its own. */
function rowsOf(source: string, rows: readonly {group: number; label: 0 | 1}[], groups = source): Example[] {
  return rows.map(({group, label}, i) => ({
    id: `${source}/${i}`,
    group: `${groups}-${group}`,
    text: `${source} ${i} of ${groups}-${group}`,
    label
  }));
}

/** So many rows of each class, each a group of its own. */
function singles(source: string, negatives: number, positives: number): Example[] {
  const labels = [...Array<0>(negatives).fill(0), ...Array<1>(positives).fill(1)];
  return rowsOf(
    source,
    labels.map((label, group) => ({group, label}))
  );
}

const row = fc.record({group: fc.nat(80), label: fc.constantFrom<0 | 1>(0, 1, 1)});
const pools = fc.array(row, {minLength: 90, maxLength: 160}).map((rows) => rowsOf("pool", rows));
const tests = fc.oneof(
  fc.constant<Example[]>([]),
  fc.array(row, {minLength: 60, maxLength: 90}).map((rows) => rowsOf("test", rows, "pool")),
  fc.array(row, {minLength: 60, maxLength: 90}).map((rows) => rowsOf("test", rows))
);
const sizes = fc.record({
  supervision: fc.option(fc.integer({min: 5, max: 12}), {nil: undefined}),
  transfer: fc.option(fc.integer({min: 5, max: 12}), {nil: undefined}),
  test: fc.option(fc.integer({min: 1, max: 12}), {nil: undefined})
});
const seeds = fc.nat(1000);

/** The splits, or null where the rows run dry: then with the numbers. */
function splitOrDry(
  pool: readonly Example[],
  test: readonly Example[],
  options: Omit<SplitOptions, "task">
): Splits | null {
  try {
    return split(pool, test, {task: "t", ...options});
  } catch (error) {
    expect(String(error)).toMatch(/^Error: task t(, seed \d+)?: expected \d+ .*(only|found) \d+/);
    return null;
  }
}

function forAllSplits(
  check: (splits: Splits, pool: Example[], test: Example[], options: Omit<SplitOptions, "task">) => void
) {
  let drawn = 0;
  fc.assert(
    fc.property(pools, tests, sizes, seeds, (pool, test, sizes, seed) => {
      const splits = splitOrDry(pool, test, {sizes, seed});
      if (splits === null) return;
      drawn++;
      check(splits, pool, test, {sizes, seed});
    }),
    {numRuns: 150}
  );
  expect(drawn).toBeGreaterThan(75);
}

const ids = (rows: readonly Example[]) => rows.map(({id}) => id);
const both = (splits: Splits, part: "supervision" | "transfer") => [...splits[part], ...splits[`${part}_validation`]];
const positives = (rows: readonly Example[]) => rows.filter(({label}) => label === 1).length;

describe("split", () => {
  it("has no group, text or row on two sides", () => {
    forAllSplits((splits) => {
      for (const field of ["group", "text", "id"] as const) {
        const seen = new Map<string, SplitName>();
        for (const name of splitNames)
          for (const example of splits[name]) {
            expect(seen.get(example[field]) ?? name).toBe(name);
            seen.set(example[field], name);
          }
      }
      for (const name of splitNames) expect(new Set(ids(splits[name])).size).toBe(splits[name].length);
    });
  });

  it("has the sizes asked for, validation rows included", () => {
    forAllSplits((splits, _pool, _test, {sizes}) => {
      if (sizes?.supervision) expect(both(splits, "supervision")).toHaveLength(sizes.supervision);
      if (sizes?.transfer) expect(both(splits, "transfer")).toHaveLength(sizes.transfer);
      if (sizes?.test) expect(splits.test).toHaveLength(sizes.test);
      for (const part of ["supervision", "transfer"] as const) {
        const all = both(splits, part).length;
        expect(splits[`${part}_validation`].length).toBeGreaterThan(0);
        expect(splits[`${part}_validation`].length).toBeLessThanOrEqual(Math.max(1, Math.round(0.2 * all)));
      }
    });
  });

  it("balances test rows, and supervision rows beyond 55 %", () => {
    forAllSplits((splits) => {
      expect(Math.abs(2 * positives(splits.test) - splits.test.length)).toBeLessThanOrEqual(1);
      const supervision = both(splits, "supervision");
      const majority = Math.max(positives(supervision), supervision.length - positives(supervision));
      if (majority > 0.55 * supervision.length) expect(2 * majority - supervision.length).toBe(1);
    });
  });

  it("takes test rows from their own source where there is one, the others from the pool", () => {
    forAllSplits((splits, _pool, test) => {
      for (const {id} of splits.test) expect(id.startsWith(test.length > 0 ? "test/" : "pool/")).toBe(true);
      for (const {id} of [...both(splits, "supervision"), ...both(splits, "transfer")]) expect(id).toMatch(/^pool\//);
    });
  });

  it("does not depend on the order of its input", () => {
    fc.assert(
      fc.property(pools, tests, sizes, seeds, fc.infiniteStream(fc.nat()), (pool, test, sizes, seed, order) => {
        const reordered = (rows: Example[]) =>
          rows
            .map((row) => ({row, at: order.next().value as number}))
            .sort((a, b) => a.at - b.at)
            .map(({row}) => row);
        expect(splitOrDry(reordered(pool), reordered(test), {sizes, seed})).toEqual(
          splitOrDry(pool, test, {sizes, seed})
        );
      })
    );
  });

  it("draws transfer rows without a look at the pool's labels", () => {
    const test = singles("test", 30, 30);
    fc.assert(
      fc.property(
        pools,
        fc.array(fc.constantFrom<0 | 1>(0, 1), {minLength: 160, maxLength: 160}),
        seeds,
        (pool, labels, seed) => {
          const options = {task: "t", seed, sizes: {supervision: 8, transfer: 30}};
          const relabelled = pool.map((example, i) => ({...example, label: labels[i]}));
          let [splits, others]: Splits[] = [];
          try {
            [splits, others] = [split(pool, test, options), split(relabelled, test, options)];
          } catch {
            fc.pre(false);
          }
          expect(ids(others.transfer)).toEqual(ids(splits.transfer));
          expect(ids(others.transfer_validation)).toEqual(ids(splits.transfer_validation));
        }
      )
    );
  });

  it("keeps the test rows over seeds and redraws the rest", () => {
    const pool = singles("pool", 100, 100);
    const draws = [1, 2, 3].map((seed) =>
      split(pool, [], {task: "t", seed, sizes: {supervision: 40, transfer: 40, test: 40}})
    );
    expect(new Set(draws.map(({test}) => ids(test).join())).size).toBe(1);
    for (const name of ["supervision", "supervision_validation", "transfer", "transfer_validation"] as const)
      expect(new Set(draws.map((splits) => ids(splits[name]).join())).size).toBe(3);
    const other = split(pool, [], {task: "t", seed: 1, testSeed: 1, sizes: {supervision: 40, transfer: 40, test: 40}});
    expect(ids(other.test)).not.toEqual(ids(draws[0].test));
  });

  it("leaves the transfer rows as imbalanced as the pool, also where test rows come from it", () => {
    const pool = singles("pool", 900, 2100);
    const shares = Array.from({length: 20}, (_, seed) => {
      const splits = split(pool, [], {
        task: "t",
        seed,
        testSeed: seed,
        sizes: {supervision: 100, transfer: 1000, test: 600}
      });
      return positives(both(splits, "transfer")) / 1000;
    });
    // The standard error of this mean is below 0.003; giving unused rows of the majority back would make it 0.75.
    expect(Math.abs(shares.reduce((a, b) => a + b) / 20 - 0.7)).toBeLessThan(0.01);
  });

  it("divides into halves where no sizes are asked for", () => {
    const withTest = split(singles("pool", 200, 200), singles("test", 30, 20), {task: "t", seed: 1});
    expect(withTest.test).toHaveLength(40);
    expect(both(withTest, "transfer")).toHaveLength(200);
    expect(withTest.transfer_validation).toHaveLength(40);
    const supervision = both(withTest, "supervision").length;
    expect(supervision).toBeLessThanOrEqual(200);
    expect(supervision).toBeGreaterThan(170);

    // A fifth of the one half, and all of the other.
    const fifth = split(singles("pool", 200, 200), singles("test", 30, 20), {
      task: "t",
      kind: "generation",
      seed: 1,
      validation: 0,
      sizes: {transferShare: 0.2}
    });
    expect([fifth.transfer.length, fifth.supervision.length]).toEqual([40, 200]);

    const alone = split(singles("pool", 150, 150), [], {task: "t", seed: 1});
    expect(both(alone, "transfer")).toHaveLength(100);
    expect(alone.test.length).toBeLessThanOrEqual(100);
    expect(alone.test.length).toBeGreaterThan(80);
  });

  it("leaves out rows of the pool that share a group with a test row", () => {
    const pool = [...singles("pool", 20, 20), {id: "pool/x", group: "test-0", text: "copy", label: 0 as const}];
    const splits = split(pool, singles("test", 5, 5), {task: "t", seed: 1});
    expect(splitNames.flatMap((name) => ids(splits[name]))).not.toContain("pool/x");
  });

  it("says with the numbers that rows run dry", () => {
    const [pool, test] = [singles("pool", 60, 60), singles("test", 10, 20)];
    const attempt = (sizes: SplitOptions["sizes"]) => () => split(pool, test, {task: "cola", seed: 3, sizes});
    expect(attempt({test: 22})).toThrow("task cola: expected 11 test rows of class 0, only 10 there");
    expect(attempt({test: 20, transfer: 121})).toThrow(
      "task cola, seed 3: expected 121 transfer rows, only 120 left after 20 test rows"
    );
    expect(attempt({test: 20, transfer: 100, supervision: 30})).toThrow(
      "task cola, seed 3: expected 30 supervision rows, only 20 left after 20 test rows and 100 transfer rows"
    );
    expect(() => split(singles("pool", 10, 110), test, {task: "cola", seed: 3, sizes: {supervision: 60}})).toThrow(
      /^task cola, seed 3: expected 30 supervision rows of class 0, only [0-9] left after 20 test rows and 60 transfer rows$/
    );
    expect(attempt({transfer: 1})).toThrow(
      "task cola, seed 3: expected 1 transfer_validation rows apart from the others, only 1 rows in 1 groups there"
    );
    expect(attempt({transfer: 2.5})).toThrow("task cola: expected a whole number of transfer rows above 0: 2.5");
    expect(() => split(pool, test, {task: "cola", seed: 3, validation: 1})).toThrow(
      "task cola: expected a share of validation rows from 0 to below 1: 1"
    );
  });

  it("refuses splits that overlap, and ids that are not unique", () => {
    const pool = singles("pool", 60, 60);
    const sameText = pool.map((example) => ({...example, text: "the same"}));
    expect(() => split(sameText, [], {task: "t", seed: 1})).toThrow(
      /^task t, seed 1: splits overlap, \d+ rows share a text with a row of another split, first pool\/\d+ in supervision and pool\/\d+ in supervision_validation$/
    );
    const splits = split(pool, [], {task: "t", seed: 1});
    splits.test.push({...splits.transfer[0], id: "other"});
    expect(() => refuseOverlap(splits, "task t")).toThrow(
      `task t: splits overlap, 1 rows share a group with a row of another split, first ${splits.transfer[0].id} in transfer and other in test`
    );
    expect(() => split([...pool, pool[7]], [], {task: "t", seed: 1})).toThrow(
      "task t: expected ids to be unique: pool/7"
    );
  });

  it.each(["comparison", "generation"] as const)("draws no rows of a %s by their labels", (kind) => {
    const relabel = (rows: Example[], label: 0 | 1) => rows.map((example) => ({...example, label}));
    fc.assert(
      fc.property(pools, tests, sizes, seeds, (pool, test, sizes, seed) => {
        const options = {kind, sizes, seed};
        const drawn = splitOrDry(pool, test, options);
        const ones = splitOrDry(relabel(pool, 1), relabel(test, 1), options);
        for (const name of splitNames) expect(ones && ids(ones[name])).toEqual(drawn && ids(drawn[name]));
      })
    );
    const splits = split(relabel(singles("pool", 60, 60), 1), [], {task: "t", kind, seed: 1});
    expect([both(splits, "supervision"), both(splits, "transfer"), splits.test].map((rows) => rows.length)).toEqual([
      40, 40, 40
    ]);
    const attempt = (rows: number, test: Example[]) => () =>
      split(singles("pool", 60, 60), test, {task: "t", kind, seed: 1, sizes: {test: rows}});
    expect(attempt(121, [])).toThrow("task t: expected 121 test rows, only 120 there");
    expect(attempt(13, singles("test", 12, 0))).toThrow("task t: expected 13 test rows, only 12 there");
    expect(attempt(12, singles("test", 12, 0))().test).toHaveLength(12);
  });

  it("refuses comparisons that share a text, whichever of the two it is", () => {
    const pool = singles("pool", 60, 60).map((example) => ({...example, other: `other of ${example.id}`}));
    const splits = split(pool, [], {task: "t", kind: "comparison", seed: 1});
    const {id, other = ""} = splits.transfer[0];
    for (const texts of [{text: other}, {text: "new", other}]) {
      const copied = {...splits.test[0], ...texts, id: "copied"};
      expect(() => refuseOverlap({...splits, test: [copied]}, "task t")).toThrow(
        `task t: splits overlap, 1 rows share a text with a row of another split, first ${id} in transfer and copied in test`
      );
    }
  });

  it("draws from a pool that is made smaller, the same one for every seed", () => {
    const drawnFrom = (test: Example[], options: Partial<SplitOptions>) => {
      const pool = rowsOf(
        "pool",
        Array.from({length: 900}, (_, i) => ({group: Math.floor(i / 3), label: (i % 2) as 0 | 1}))
      );
      const seen = new Set<string>();
      for (const seed of Array(60).keys()) {
        const splits = split(pool, test, {
          task: "t",
          seed,
          sizes: {pool: 100, supervision: 20, transfer: 30, test: 20},
          ...options
        });
        for (const name of splitNames) for (const {id} of splits[name]) if (id.startsWith("pool")) seen.add(id);
      }
      return [...seen].sort();
    };
    // Whole groups of three: the 34th is the first to bring them to 100 rows.
    const apart = drawnFrom(singles("test", 20, 20), {});
    expect(apart).toHaveLength(102);
    expect(new Set(apart.map((id) => Math.floor(Number(id.slice(5)) / 3))).size).toBe(34);
    expect(apart).not.toEqual(drawnFrom(singles("test", 20, 20), {testSeed: 1}));
    const within = drawnFrom([], {});
    expect(within.length).toBeLessThanOrEqual(102);
    expect(within.filter((id) => !apart.includes(id))).toEqual([]);
    const whole = (pool?: number) => split(singles("pool", 20, 20), [], {task: "t", seed: 1, sizes: {pool}});
    expect(whole(41)).toEqual(whole());
  });

  it("draws the same rows on every machine", () => {
    const splits = split(singles("pool", 10, 10), [], {
      task: "t",
      seed: 5,
      sizes: {supervision: 4, transfer: 4, test: 2}
    });
    expect(Object.fromEntries(splitNames.map((name) => [name, ids(splits[name])]))).toMatchInlineSnapshot(`
      {
        "supervision": [
          "pool/17",
          "pool/2",
          "pool/7",
        ],
        "supervision_validation": [
          "pool/18",
        ],
        "test": [
          "pool/14",
          "pool/6",
        ],
        "transfer": [
          "pool/0",
          "pool/11",
          "pool/16",
        ],
        "transfer_validation": [
          "pool/5",
        ],
      }
    `);
  });
});
