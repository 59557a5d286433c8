import {expect, test} from "vitest";
import {describeLineage, leakOf, type Lineage, mergeLineage} from "../../loaders/lineage.js";

const strength = (model: string) => ["small", "middle", "large"].indexOf(model);
const taught = (model: string, lineage: Lineage): Lineage => ({gold: [], supervisors: [{model, lineage}]});
const honest: Lineage = {gold: ["supervision", "supervision_validation"], supervisors: []};

test("a student taught by a weaker model that saw its own gold labels is clean", () => {
  expect(leakOf("large", taught("small", honest), strength)).toBeNull();
});

test("a student that peeks at gold labels is caught, also through the rows that decide when to stop", () => {
  const weak = taught("small", honest);
  const peeking = mergeLineage(weak, {gold: ["transfer_validation"], supervisors: []});
  expect(leakOf("large", peeking, strength)).toBe("saw gold labels of transfer_validation");
});

test("a supervisor that saw the transfer half's gold labels is caught", () => {
  expect(leakOf("large", taught("small", {gold: ["transfer"], supervisors: []}), strength)).toMatch(
    /supervisor saw gold labels of transfer/
  );
});

test("a supervisor as strong as the student is caught, also behind another", () => {
  expect(leakOf("middle", taught("large", honest), strength)).toMatch(/labels of large/);
  expect(leakOf("large", taught("middle", taught("large", honest)), strength)).toMatch(/labels of large/);
});

test("lineage in words", () => {
  expect(describeLineage(taught("small", honest))).toBe(
    "labels of small (gold of supervision, supervision_validation)"
  );
});
