import {describe, expect, test} from "vitest";
import {studyPages} from "../../loaders/site/studyPages.js";
import type {Evidence} from "../../src/reproduction/evidence.js";
import {ofPair} from "../../src/reproduction/evidence.js";
import {explanationDebateAlign} from "../../src/reproduction/explanationDebateAlign/index.js";
import {leftOut} from "../../src/reproduction/leftOut.js";
import type {Outcome} from "../../src/reproduction/paper.js";
import {examine, tally, verdicts} from "../../src/reproduction/paper.js";
import {papers} from "../../src/reproduction/papers.js";
import type {Study} from "../../src/study.js";
import type {Row} from "../../src/tables.js";

type Estimate = Row<"estimates">;

const model = (
  name: string,
  role: "weak" | "strong",
  position: number,
  parameters: number
): Study["models"][number] => ({
  model: name,
  title: name,
  role,
  position,
  parameters,
  layers: 4
});

const ownWeights = [
  model("hub:s", "weak", 0, 1e6),
  model("hub:m", "strong", 0, 4e6),
  model("hub:l", "strong", 1, 16e6)
];
const oneNetwork = ["tower#layers=1", "tower#layers=2", "tower#layers=4"].map((name, i) =>
  model(name, i ? "strong" : "weak", i ? i - 1 : 0, 1e6)
);

function evidenceOf(tables: Partial<Omit<Evidence, "study">>, models = ownWeights): Evidence {
  const study = {
    study: "s",
    title: "S",
    tasks: ["sst2", "cola"],
    methods: [],
    models,
    seeds: [0],
    limits: [],
    command: "w2s run s"
  };
  const task = (name: string, domain: string) => ({task: name, title: name, domain}) as Row<"tasks">;
  return {
    study: study as unknown as Study,
    tasks: [task("sst2", "nlp"), task("cola", "nlp"), task("hh-rlhf", "reward"), task("chess", "chess")],
    estimates: [],
    comparisons: [],
    errors: [],
    probes: [],
    verdicts: [],
    compute: [],
    ...tables
  };
}

const estimate = (of: Partial<Estimate> & {quantity: string}): Estimate => ({
  task: "all",
  setting: "lora",
  weak: "hub:s",
  strong: "hub:l",
  method: "baseline",
  variant: "",
  value: 0.5,
  low: null,
  high: null,
  lower_quartile: null,
  upper_quartile: null,
  tasks: 2,
  withheld: 0,
  seeds: 3,
  n: 100,
  refused: null,
  ...of
});

const comparison = (of: Partial<Row<"comparisons">>): Row<"comparisons"> =>
  ({
    domain: "nlp",
    setting: "lora",
    weak: "all",
    strong: "all",
    variant: "",
    against: "baseline",
    unit: "tasks",
    n: 12,
    left_out: 1,
    reasons: "",
    detectable: 0.02,
    wilcoxon_p: 0.05,
    ...of
  }) as Row<"comparisons">;

function outcome(id: string, evidence: Evidence): Outcome {
  const claim = explanationDebateAlign.claims.find((d) => d.id === id)!;
  return claim.test(evidence, claim.published);
}

describe("table 2", () => {
  const full = {method: "full", variant: "without confidence", quantity: "pgr"};

  test("is reproduced where our interval contains the published PGR, and stands beside the full method and the baseline", () => {
    const estimates = [
      estimate({...full, value: 0.55, low: 0.4, high: 0.7}),
      estimate({...full, variant: "", value: 0.65, low: 0.5, high: 0.8}),
      estimate({quantity: "pgr", value: 0.2, low: 0.1, high: 0.3}),
      // Of another setting, with more tasks: not beside it.
      estimate({quantity: "pgr", setting: "head", tasks: 9, value: 0.9, low: 0.8, high: 1})
    ];
    const found = outcome("table-2-confidence-pgr", evidenceOf({estimates}));
    expect(found.verdict).toBe("reproduced");
    expect(found.ours.map((d) => [d.label, d.value])).toEqual([
      ["without confidence", 0.55],
      ["full method", 0.65],
      ["baseline", 0.2]
    ]);
    expect(found.ours[0].n).toBe("2 tasks, 3 seeds, 100 rows; 1M to 16M parameters, lora");
  });

  test("compares versions on the tasks that all of them have", () => {
    const on = (tasks: readonly string[], value: number, of: Partial<Estimate>) => [
      estimate({quantity: "pgr", value, low: value - 0.1, high: value + 0.1, tasks: tasks.length, ...of}),
      ...tasks.map((task, i) =>
        estimate({quantity: "pgr", value: i / 10, low: i / 10 - 0.1, high: i / 10 + 0.1, task, tasks: null, ...of})
      )
    ];
    const without = {method: "full", variant: "without generative"};
    const names = ["a", "b", "c"];
    const of = (fullTasks: readonly string[]) =>
      outcome(
        "table-2-generative-pgr",
        evidenceOf({
          tasks: names.map((task) => ({task, title: task, domain: "nlp"}) as Row<"tasks">),
          estimates: [
            ...on(names, 0.7, without),
            ...on(fullTasks, 0.8, {method: "full"}),
            ...on(names, 0.2, {method: "baseline"})
          ]
        })
      ).ours.map((d) => [d.label, d.value, d.n]);
    const median = "3 tasks, 3 seeds, 100 rows; 1M to 16M parameters, lora";
    expect(of(names)).toEqual([
      ["without generative", 0.7, median],
      ["full method", 0.8, median],
      ["baseline", 0.2, median]
    ]);
    const mean = "mean over 2 tasks in common, 3 seeds; 1M to 16M parameters, lora";
    expect(of(["b", "c"])).toEqual([
      ["without generative", expect.closeTo(0.15), mean],
      ["full method", expect.closeTo(0.05), mean],
      ["baseline", expect.closeTo(0.15), mean]
    ]);
    const one = "b, 3 seeds, 100 rows; 1M to 16M parameters, lora";
    expect(of(["b"])).toEqual([
      ["without generative", 0.1, one],
      ["full method", 0, one],
      ["baseline", 0.1, one]
    ]);
  });

  test("is not testable where PGR is withheld, nor are accuracies of other models", () => {
    const estimates = [
      estimate({...full, value: null, refused: "the strong ceiling is not clearly above the weak model: -1"}),
      estimate({...full, quantity: "student", value: 0.82, low: 0.8, high: 0.84})
    ];
    const found = outcome("table-2-confidence-pgr", evidenceOf({estimates}));
    expect([found.verdict, found.reason]).toEqual([
      "not testable here",
      "PGR is withheld: the strong ceiling is not clearly above the weak model."
    ]);
    expect(outcome("table-2-confidence-accuracy", evidenceOf({estimates}))).toMatchObject({
      verdict: "not testable here",
      ours: [{label: "without confidence", value: 0.82, low: 0.8, high: 0.84}]
    });
  });

  test("says what to add where the study lacks it", () => {
    expect(outcome("table-2-confidence-pgr", evidenceOf({}))).toMatchObject({
      verdict: "not run here",
      add: `{method: "full", variant: "without confidence", confidence: false}`
    });
    expect(outcome("bootstrapping-chess", evidenceOf({}))).toMatchObject({
      verdict: "not run here",
      add: `{method: "bootstrapping", on: {tasks: ["chess"]}}`
    });
  });

  test("of the loss of a part reads the comparison with the full method", () => {
    const lost = {...full, quantity: "accuracy", against: "full"};
    const loss = (low: number, high: number) =>
      outcome(
        "table-2-confidence-loss",
        evidenceOf({comparisons: [comparison({...lost, mean: (low + high) / 2, low, high})]})
      );
    expect(loss(-0.03, -0.01).verdict).toBe("reproduced");
    expect(loss(0.01, 0.03)).toMatchObject({verdict: "not reproduced", undecided: false});
    expect(loss(-0.01, 0.03)).toMatchObject({verdict: "not reproduced", undecided: true});
  });
});

describe("table 3", () => {
  const row = (method: string, t_p: number, mean = 0.03) =>
    (["accuracy", "pgr"] as const).map((quantity) =>
      comparison({method, quantity, t_p, t_p_holm: 3 * t_p, mean, low: mean - 0.01, high: mean + 0.01})
    );

  test("gives our p values and the number of tasks beside the published one", () => {
    const found = outcome("table-3-confidence-accuracy", evidenceOf({comparisons: row("confidence", 0.01)}));
    expect(found).toMatchObject({
      verdict: "reproduced",
      reason: "Significant: p = 0.030 after Holm’s correction, 12 tasks."
    });
    expect(found.ours.map((d) => d.value)).toEqual([0.01, 0.03, 0.05, 0.03]);
    expect(found.ours[0].side).toBe("better");
    expect(found.ours[0].n).toBe("12 tasks (1 left out); pairs of models averaged, lora");
    const worse = outcome("table-3-confidence-pgr", evidenceOf({comparisons: row("confidence", 0.01, -0.03)}));
    expect(worse).toMatchObject({verdict: "not reproduced", undecided: false});
    // A two-sided p does not say so.
    expect(worse.ours[0]).toMatchObject({value: 0.01, side: "worse"});
  });

  test("is most significant for bootstrapping only if its p is the smallest", () => {
    const of = (bootstrapping: number) =>
      outcome(
        "table-3-caption",
        evidenceOf({
          comparisons: [...row("confidence", 0.01), ...row("bootstrapping", bootstrapping), ...row("generative", 0.012)]
        })
      ).verdict;
    expect([of(0.002), of(0.011)]).toEqual(["reproduced", "not reproduced"]);
    expect(outcome("table-3-caption", evidenceOf({comparisons: row("bootstrapping", 0.002)})).verdict).toBe(
      "not run here"
    );
    // Worse than the baseline: whatever the others are.
    expect(outcome("table-3-caption", evidenceOf({comparisons: row("bootstrapping", 0.002, -0.03)}))).toMatchObject({
      verdict: "not reproduced",
      undecided: false
    });
  });
});

describe("figure 3", () => {
  const falling = (models: Study["models"]) => {
    const [weak, medium, large] = models.map((d) => d.model);
    const at = (strong: string, task: string, value: number) =>
      estimate({quantity: "agreement", weak, strong, task, value, low: value - 0.03, high: value + 0.03});
    return evidenceOf(
      {
        estimates: [
          at(medium, "all", 0.9),
          at(large, "all", 0.86),
          // Falls by 0.04 on each of two tasks that lie far apart.
          at(medium, "sst2", 0.95),
          at(large, "sst2", 0.91),
          at(medium, "cola", 0.85),
          at(large, "cola", 0.81)
        ]
      },
      models
    );
  };

  test("is tested on models with weights of their own, on the tasks that both sizes have", () => {
    const found = outcome("figure-3-baseline", falling(ownWeights));
    // Four intervals of ± 0.03, each weighed one half: ± 0.03 in all.
    const change = found.ours.at(-1)!;
    expect([change.value, change.low, change.high].map((d) => d!.toFixed(3))).toEqual(["-0.040", "-0.070", "-0.010"]);
    expect(found.verdict).toBe("reproduced");
    expect(found.ours.slice(0, 2).map((d) => d.label)).toEqual(["baseline, small", "baseline, large"]);
  });

  test("is not testable on a ladder of depth, whose numbers are shown", () => {
    const found = outcome("figure-3-baseline", falling(oneNetwork));
    expect(found).toMatchObject({verdict: "not testable here", undecided: false});
    expect(found.reason).toContain("By depth: The interval of the difference lies below 0.");
    expect(found.ours).toHaveLength(3);
  });

  test("is not run where there is one size", () => {
    const one = evidenceOf({estimates: [estimate({quantity: "agreement", low: 0.4, high: 0.6})]});
    expect(outcome("figure-3-baseline", one)).toMatchObject({
      verdict: "not run here",
      reason: "The claim needs 2 sizes of the student, and 1 was run."
    });
  });
});

test("of one task of a domain, a difference in PGR is that in accuracy over the gap", () => {
  const on = {task: "hh-rlhf", method: "generative", tasks: null, withheld: null};
  const evidence = evidenceOf({
    estimates: [
      estimate({...on, quantity: "difference", value: 0.03, low: 0.01, high: 0.05}),
      estimate({...on, quantity: "gap", value: 0.2, low: 0.1, high: 0.3}),
      estimate({...on, quantity: "pgr", value: 0.3, low: 0.1, high: 0.6})
    ]
  });
  const found = outcome("generative-pgr", evidence);
  expect(found.verdict).toBe("reproduced");
  expect([found.ours[0].value, found.ours[0].low, found.ours[0].high].map((d) => d!.toFixed(6))).toEqual([
    "0.150000",
    "0.050000",
    "0.250000"
  ]);
});

describe("a domain in which no model is right anywhere", () => {
  const chess = (ceiling: number) =>
    ["weak", "student", "strong_ceiling", "gain"].map((quantity) =>
      estimate({
        quantity,
        task: "chess",
        tasks: null,
        value: quantity === "strong_ceiling" ? ceiling : 0,
        low: 0,
        high: 0
      })
    );
  const gain = estimate({quantity: "gain", value: 0.03, low: 0.01, high: 0.05});

  test("is not testable, whatever the claim on it", () => {
    const evidence = evidenceOf({estimates: chess(0)});
    for (const id of ["bootstrapping-chess", "figure-1-chess-student", "figure-2-chess-diminishing"])
      expect([id, outcome(id, evidence)]).toMatchObject([
        id,
        {
          verdict: "not testable here",
          reason: "No model, the ceiling included, is right on any row of chess: nothing can be told there."
        }
      ]);
    expect(outcome("bootstrapping-chess", evidenceOf({estimates: chess(0.1)})).verdict).toBe("not run here");
  });

  test("is left out of a claim on all domains, which says so", () => {
    const found = outcome("figure-2-improves", evidenceOf({estimates: [gain, ...chess(0)]}));
    expect(found.verdict).toBe("reproduced");
    expect(found.ours.map((d) => d.label)).toEqual(["language"]);
    expect(found.reason).toContain("Without chess, where no model is right");
    expect(outcome("figure-2-improves", evidenceOf({estimates: [gain, ...chess(0.1)]}))).toMatchObject({
      undecided: true
    });
  });
});

test("accuracies of domains with different chance levels are not compared", () => {
  const student = (task: string, value: number) =>
    estimate({quantity: "student", task, value, low: value - 0.02, high: value + 0.02});
  const {tasks} = evidenceOf({});
  const of = (reward: number) =>
    outcome(
      "figure-2-nlp-highest",
      evidenceOf({
        tasks: tasks.map((d) => ({...d, metric: d.task === "chess" ? "exact_match" : "accuracy"})),
        estimates: [student("all", 0.7), student("hh-rlhf", reward), student("chess", 0.2)]
      })
    );
  const found = of(0.5);
  expect(found.verdict).toBe("not testable here");
  expect(found.reason).toContain("Accuracies of language (50.0%) and chess (0.0%) are not compared");
  expect(found.ours.map((d) => d.label)).toEqual(["language", "reward modelling", "language − reward modelling"]);
  // What can be compared may still speak against it.
  expect(of(0.9)).toMatchObject({verdict: "not reproduced", undecided: false});
});

test("of a task in several settings, the one with most tasks of the study counts, then the one with most seeds", () => {
  const weak = (setting: string, task: string, seeds: number) =>
    estimate({quantity: "weak", setting, task, seeds, tasks: null});
  const few = [weak("full", "sst2", 1), weak("lora", "sst2", 3)];
  const many = [weak("head", "sst2", 3), weak("head", "cola", 3)];
  const of = (estimates: Estimate[]) => ofPair(evidenceOf({estimates}), {quantity: "weak", task: "sst2"})?.setting;
  expect(of([...few, ...many])).toBe("head");
  expect(of(few)).toBe("lora");
});

test("shares of errors are pooled over tasks by their errors", () => {
  const error = (task: string, errors: number, share: number): Row<"errors"> => ({
    ...estimate({quantity: "", task}),
    kind: "overfit",
    count: errors * share,
    errors,
    n: 300,
    expected: null,
    share,
    low: share - 0.04,
    high: share + 0.04
  });
  const evidence = evidenceOf({
    estimates: [estimate({quantity: "student"})],
    errors: [error("sst2", 30, 0.1), error("cola", 90, 0.22)]
  });
  const {verdict, ours} = outcome("figure-5-overfitting", evidence);
  // 30 of 120 errors at 10 %, 90 at 22 %: 19 %.
  expect([verdict, ours[0].value.toFixed(6), ours[0].n]).toEqual([
    "reproduced",
    "0.190000",
    "120 errors, 2 tasks, lora"
  ]);
});

test("the list of tasks is whole only with all of them", () => {
  const names = explanationDebateAlign.tasks!.rows.map((d) => d.task);
  expect(names).toHaveLength(22);
  const of = (some: readonly string[]) =>
    outcome("table-1", evidenceOf({estimates: some.map((task) => estimate({quantity: "student", task}))}));
  expect(of(names).verdict).toBe("reproduced");
  expect(of(names.filter((d) => d !== "cb"))).toMatchObject({verdict: "not run here", add: `tasks: ["cb"]`});
});

test("a study of most of the paper's tasks says which it leaves out", () => {
  const names = explanationDebateAlign.tasks!.rows.map((d) => d.task);
  expect(leftOut(names.filter((d) => d !== "cb" && d !== "record"))).toBe(
    "Of the 22 tasks of the paper’s table 1, CB and ReCoRD are left out."
  );
  expect([leftOut(names), leftOut(["sst2"])]).toEqual([null, null]);
});

test("without a result, every claim of every paper is not testable or not run", async () => {
  for (const {load, earlier} of papers) {
    for (const one of [await load(), ...(await earlier())]) {
      const examined = examine(one, evidenceOf({}));
      expect(new Set(one.claims.map((d) => d.id)).size).toBe(one.claims.length);
      const counts = tally(examined);
      expect(counts.claims).toBe(one.claims.length);
      expect(counts["not testable here"] + counts["not run here"]).toBe(counts.claims);
      for (const {outcome} of examined) {
        expect(verdicts).toContain(outcome.verdict);
        expect(outcome.reason).toMatch(/\.$/);
      }
    }
  }
});

test("every claim leads to a page that there is", async () => {
  const paths = studyPages.map((d) => d.path);
  for (const {load, earlier} of papers)
    for (const {claims} of [await load(), ...(await earlier())])
      for (const {page} of claims) expect(paths).toContain(page.path);
});
