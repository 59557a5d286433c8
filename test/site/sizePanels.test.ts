import {expect, test} from "vitest";
import {sameAsBaseline, type Comparison} from "../../src/components/comparisons.js";
import {domainPanels} from "../../src/components/sizeSeries.js";

test("a panel of medians counts the tasks that enter or are withheld, not one that evaluates another's models", () => {
  const tasks = ["mnli", "ax", "rte"].map((task) => ({task, domain: "nlp"}));
  const own = [...tasks.map(({task}) => ({task, tasks: null, withheld: null})), {task: "all", tasks: 1, withheld: 1}];
  const [panel] = domainPanels(own, tasks, {task: (d) => d});
  expect(panel.title).toBe("Language (2 tasks), median");
});

test("a method trains the baseline's students where tests leave its places out for that", () => {
  const at = {setting: "head", weak: "middle", strong: "large"};
  const row = (of: Partial<Comparison>) =>
    ({
      ...at,
      method: "bootstrapping",
      variant: "",
      against: "baseline",
      quantity: "accuracy",
      n: 0,
      ...of
    }) as Comparison;
  const isSame = sameAsBaseline([
    row({reasons: "both train the same student: mnli, rte; its models are those of MNLI: ax"}),
    row({weak: "small", n: 2, reasons: ""}),
    row({method: "full", reasons: "not asked of full: mnli, rte"})
  ]);
  const [bootstrapping, full] = ["bootstrapping", "full"].map((method) => ({method, variant: ""}));
  expect(isSame(at, bootstrapping)).toBe(true);
  expect(isSame({...at, weak: "small"}, bootstrapping)).toBe(false);
  expect(isSame(at, full)).toBe(false);
});
