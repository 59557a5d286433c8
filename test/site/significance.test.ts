import {expect, test} from "vitest";
import {namedReasons, type Comparison} from "../../src/components/comparisons.js";
import {enteredTasks} from "../../src/components/significance.js";
import type {Row} from "../../src/tables.js";

const titles: Record<string, string> = {mnli: "MNLI", ax: "AX", chess: "Chess", small: "Small", large: "Large"};
const title = (key: string) => titles[key] ?? key;

test("reasons name methods, tasks and models as people do", () => {
  const arms: Record<string, string> = {"baseline/to the end": "Baseline, to the end", full: "Full method"};
  const said = (reasons: string) => namedReasons(reasons, {task: title, model: title}, (key) => arms[key]);
  expect(said("not asked of baseline/to the end: mnli (small to large), ax; its models are those of MNLI: ax")).toBe(
    "not run with “baseline, to the end”: MNLI (Small to Large), AX; its models are those of MNLI: AX"
  );
  expect(said("its models are those of MNLI or not asked of full or no seed in common: ax")).toBe(
    "its models are those of MNLI or not run with “full method” or no seed in common: AX"
  );
});

test("a task that is left out beside the one whose models it evaluates is not listed among those that entered", () => {
  const at = {setting: "head", weak: "small", strong: "large", variant: "", quantity: "student", value: 0.6};
  const estimates = ["baseline", "full"].flatMap((method) => ["ax", "mnli"].map((task) => ({...at, method, task})));
  const tasks = [
    {task: "ax", domain: "nlp", evaluates: "mnli"},
    {task: "mnli", domain: "nlp", evaluates: null}
  ];
  const row = {...at, domain: "nlp", method: "full", against: "baseline", quantity: "accuracy"} as Partial<Comparison>;
  const entered = enteredTasks(estimates as Row<"estimates">[], tasks, {task: title});
  expect(entered(row as Comparison)).toBe("MNLI");
  // By itself it stands for its own.
  const alone = enteredTasks(estimates as Row<"estimates">[], tasks.slice(0, 1), {task: title});
  expect(alone(row as Comparison)).toBe("AX");
});
