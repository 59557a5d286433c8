import type {Row} from "../../src/tables.js";
import type {Results} from "./results.js";

export function runs({runs}: Results): Row<"runs">[] {
  return runs.map(({run, status, error}) => {
    const {key, study, task, setting, method, variant, seed} = run;
    return {run: key, study, task, setting, method, variant, seed, status, error};
  });
}

/** Models of each run; those in between and the judge where a method used them. */
export function runModels({runs}: Results): Row<"run_models">[] {
  return runs.flatMap(({run, evaluation}) => {
    const rungs = evaluation?.models.filter(({role}) => role === "rung") ?? [];
    const judges = new Set(evaluation?.outcome.debates?.flatMap(({verdicts}) => verdicts.map(({judge}) => judge)));
    return [
      {run: run.key, role: "weak", position: 0, model: run.weak},
      {run: run.key, role: "strong", position: 0, model: run.strong},
      ...rungs.map(({model, position}) => ({run: run.key, role: "intermediate", position, model})),
      ...[...judges].map((model, position) => ({run: run.key, role: "judge", position, model}))
    ];
  });
}
