import type {Row} from "../../src/tables.js";
import type {Results} from "./results.js";

export function runs({runs}: Results): Row<"runs">[] {
  return runs.map(({run, status, error}) => {
    const {key, study, task, method, variant, seed} = run;
    return {run: key, study, task, method, variant, seed, status, error};
  });
}

export function runModels({runs}: Results): Row<"run_models">[] {
  return runs.flatMap(({run}) => [
    {run: run.key, role: "weak", position: 0, model: run.weak},
    {run: run.key, role: "strong", position: 0, model: run.strong}
  ]);
}
