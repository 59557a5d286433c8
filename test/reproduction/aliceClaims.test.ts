import {describe, expect, test} from "vitest";
import {alice} from "../../src/reproduction/alice/index.js";
import {notAbove} from "../../src/reproduction/alice/inside.js";
import {groupPoints} from "../../src/reproduction/alice/printedDifferences.js";
import {datasets, printed, table1, table2, table3} from "../../src/reproduction/alice/published.js";
import type {Evidence} from "../../src/reproduction/evidence.js";
import {reproducedBy} from "../../src/reproduction/papers.js";
import {paperModels, plantAlicePaper} from "../site/plantedAlicePaper.js";

const evidenceOf = ({study, tables}: ReturnType<typeof plantAlicePaper>): Evidence => ({study, ...tables});
const planted = plantAlicePaper();

function outcome(id: string, evidence: Evidence = evidenceOf(planted)) {
  const claim = alice.claims.find((d) => d.id === id)!;
  return {...claim.test(evidence, claim.published), published: claim.published};
}

/** The planted study with another number of right answers of an arm, and intervals of ± 1 point. */
function withStudent(arm: {method: string; variant: string; weak?: string}, right: number): Evidence {
  const estimates = planted.tables.estimates.map((d) =>
    d.quantity === "student" &&
    d.method === arm.method &&
    d.variant === arm.variant &&
    d.weak === (arm.weak ?? paperModels.weak)
      ? {...d, value: right / 100, low: right / 100 - 0.01, high: right / 100 + 0.01}
      : d
  );
  return {...evidenceOf(planted), estimates};
}

describe("published figures", () => {
  test("are found by task, as shares", () => {
    expect(printed(table2.alice.line, "gsm8k")).toBeCloseTo(0.7916);
    expect(printed(table3.qcota.lines.direct, "arc-challenge")).toBeCloseTo(0.8465);
    expect(printed(table2.alice.line, "world-countries")).toBeUndefined();
    expect(table1[1].lines.alice).toBe(table2.alice.line);
  });

  test("give the abstract's numbers as points over Q-CoT-A", () => {
    const [knowledge, math, reasoning] = (["Knowledge", "Math", "Reasoning"] as const).map((group) =>
      groupPoints(group, "alice", "qcota")
    );
    // (0.77 + 5.93 + 4.54 + 15.13 − 3.47 + 2.15 + 0.44 + 6.53) / 8; (14.56 + 14.77 + 28.88 + 32.27) / 4; (4.58 + 12.83 + 13.13 + 17.84) / 4.
    expect([knowledge, math, reasoning]).toEqual([
      expect.closeTo(4.0025),
      expect.closeTo(22.62),
      expect.closeTo(12.095)
    ]);
  });

  test("do not bear out all that is said of them", () => {
    expect(notAbove("alice", "qcota")).toEqual([
      {pair: "Llama 3.2 1B to 3B", dataset: "HotpotQA", text: "22.09 against 25.56"}
    ]);
    expect(notAbove("strong", "qcota").filter((d) => d.dataset === "HotpotQA")).toHaveLength(4);
    expect(notAbove("qa", "weak").filter((d) => d.dataset === "GSM8K")).toHaveLength(4);
    // Said in the paper, and so in its tables.
    expect([notAbove("qcota", "qa"), notAbove("alice", "strong")]).toEqual([[], []]);
    const text = alice.inside!.map((d) => d.text).join("\n");
    for (const said of [
      "Alice less Q-CoT-A is +4.00 (knowledge), +22.62 (math) and +12.10 (reasoning)",
      "in 1 of 16 cells: HotpotQA for Llama 3.2 1B to 3B (22.09 against 25.56)",
      "It is not on GSM8K (70.66 against 76.78).",
      "Qwen 2.5 1.5B to 3B (12.21 against 48.18)"
    ])
      expect(text).toContain(said);
  });
});

describe("claims", () => {
  test("a gain over a group is the mean over its datasets, between the paper's rows", () => {
    // The cascade's 76 less 50 on HotpotQA, 66 less 40 on GSM8K; TriviaQA is not there.
    const knowledge = outcome("gain-knowledge");
    expect(knowledge.verdict).toBe("reproduced");
    expect(knowledge.ours[0]).toMatchObject({label: knowledge.published[0].label, value: expect.closeTo(0.26)});
    expect(outcome("gain-math").ours[0].value).toBeCloseTo(0.26);
    expect(outcome("gain-reasoning")).toMatchObject({
      verdict: "not run here",
      reason: "No result of “Alice” and “Q-CoT-A” beside each other on ARC-Challenge."
    });
  });

  test("intervals are those of both numbers where nothing pairs them, and of the pairs where something does", () => {
    const apart = outcome("gain-knowledge").ours[0];
    // ± 4 points each: ± 5.66 in all.
    expect([apart.low, apart.high]).toEqual([expect.closeTo(0.26 - 0.0566, 3), expect.closeTo(0.26 + 0.0566, 3)]);
    expect(apart.n).toContain("from the two intervals");
    const paired = outcome("gain-knowledge", {
      ...evidenceOf(planted),
      paired: () => ({value: 0.25, low: 0.2, high: 0.3})
    }).ours[0];
    expect(paired).toMatchObject({value: 0.25, low: 0.2, high: 0.3});
    expect(paired.n).not.toContain("intervals");
  });

  test("what is said of all datasets must hold on every task and with every pair of models", () => {
    const across = outcome("alice-across");
    // 26 points on both tasks of the widest pair, 17 of that from 3B, nothing on World countries.
    expect(across).toMatchObject({verdict: "not reproduced", undecided: true});
    expect(across.ours.map((d) => [d.label, Math.round(100 * d.value)])).toEqual([
      ["Alice − Q-CoT-A, HotpotQA", 26],
      ["Alice − Q-CoT-A, GSM8K", 26],
      ["Alice − Q-CoT-A, World countries", 0],
      ["Alice − Q-CoT-A, HotpotQA, Qwen2.5-3B to Qwen2.5-7B", 17],
      ["Alice − Q-CoT-A, GSM8K, Qwen2.5-3B to Qwen2.5-7B", 17],
      ["Alice − Q-CoT-A, World countries, Qwen2.5-3B to Qwen2.5-7B", 0]
    ]);
    expect(outcome("alice-across", withStudent({method: "alice", variant: "cascade"}, 10))).toMatchObject({
      verdict: "not reproduced",
      undecided: false
    });
  });

  test("rows of tables 2 and 3 are compared as the paper does", () => {
    const of = (id: string) => outcome(id).ours.map((d) => Math.round(100 * d.value));
    expect({
      cascade: of("cascade-helps"),
      uncertainty: of("uncertainty-helps").slice(0, 3),
      teachers: of("multi-teacher-helps"),
      below: of("cascade-beats-multi-teacher"),
      cross: of("cross-model-helps"),
      crossCascade: of("cross-model-cascade-helps"),
      mix: of("mix-teacher-comparable"),
      direct: of("cascade-beats-direct"),
      original: of("original-cascade-worse")
    }).toEqual({
      cascade: [6, 6, 0],
      uncertainty: [12, 12, 0],
      teachers: [1, 1, 0],
      below: [5, 5, 0],
      cross: [-2, -2, 0],
      crossCascade: [1, 1, 0],
      mix: [-2, -2, 0],
      direct: [4, 4, 0],
      original: [7, 7, 0]
    });
    expect(outcome("mix-teacher-comparable").verdict).toBe("not testable here");
  });

  test("without a cascade, uncertainty is tested on direct arms, and what cascades need is named", () => {
    const without = {
      ...planted,
      study: {...planted.study, methods: planted.study.methods.filter((d) => !d.options.cascade)}
    };
    const evidence = evidenceOf(without);
    const found = outcome("uncertainty-helps", evidence);
    expect(found.ours[0]).toMatchObject({label: "direct − without uncertainty, HotpotQA", value: expect.closeTo(0.1)});
    expect(outcome("cascade-helps", evidence)).toMatchObject({
      verdict: "not run here",
      add: `{method: "alice", variant: "cascade", cascade: {through: ["…"]}}, {method: "alice"}`
    });
  });

  test("the original method does not exceed the strong model where it is clearly below it anywhere", () => {
    expect(outcome("original-below-gold").verdict).toBe("reproduced");
    const high = withStudent({method: "qcota", variant: ""}, 95);
    const all = {...high, estimates: high.estimates.filter((d) => d.weak === paperModels.weak)};
    expect(outcome("original-below-gold", all)).toMatchObject({verdict: "not reproduced", undecided: false});
  });
});

test("a study shows the papers that it is about", () => {
  const of = (...names: string[]) =>
    reproducedBy({methods: names.map((method) => ({...planted.study.methods[0], method}))}).map((d) => d.id);
  expect(of("baseline", "qcota")).toEqual(["alice"]);
  expect(of("baseline", "confidence")).toEqual(["explanation-debate-align"]);
  expect(of("alice", "baseline", "align")).toEqual(["explanation-debate-align", "alice"]);
  // A baseline is both's, and the first's alone where nothing else tells.
  expect(of("baseline")).toEqual(["explanation-debate-align"]);
});

test("published numbers stand under the labels of ours", () => {
  for (const id of [
    "chains-consistently",
    "exceeds-gold",
    "cascade-helps",
    "cross-model-helps",
    "cascade-beats-direct"
  ]) {
    const {published, ours} = outcome(id);
    expect(published).toHaveLength(datasets.length);
    const labels = ours.map((d) => d.label);
    expect(
      published.filter((d) => labels.includes(d.label)),
      id
    ).toHaveLength(2);
  }
});
