import {expect, test} from "vitest";
import {defaultShown} from "../../src/components/settingControl.js";
import type {Study} from "../../src/study.js";
import type {Row} from "../../src/tables.js";

const models = ["weak", "strong"].flatMap((role) =>
  ["small", "large"].map((size, position) => ({role, position, model: `${size} ${role}`, title: size}))
);
const study = {models, methods: [{setting: "lora"}]} as unknown as Study;

const estimates = (of: Record<string, [string, string][]>): Row<"estimates">[] =>
  Object.entries(of).flatMap(([pair, runs]) => {
    const [weak, strong] = pair.split(" to ");
    return runs.map(([task, method]) => ({setting: "lora", quantity: "pgr", variant: "", weak, strong, task, method}));
  }) as Row<"estimates">[];

test("a setting opens on the pair of models with most tasks and methods, among several on the widest", () => {
  const both: [string, string][] = [
    ["cola", "baseline"],
    ["cola", "confidence"]
  ];
  const widest = {"small weak to large strong": [["chess", "baseline"]] as [string, string][]};
  expect(defaultShown(study, estimates({...widest, "large weak to small strong": both}))).toEqual({
    setting: "lora",
    weak: "large weak",
    strong: "small strong"
  });
  const alike = {"large weak to small strong": both, "small weak to large strong": both};
  expect(defaultShown(study, estimates(alike)).weak).toBe("small weak");
});
