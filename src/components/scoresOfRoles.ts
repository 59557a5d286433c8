import type {Scores} from "../statistics/pairedDifference.js";
import {pairedDifference} from "../statistics/pairedDifference.js";
import type {Estimated} from "../statistics/combined.js";
import type {Row} from "../tables.js";
import type {Cell} from "./estimates.js";

/** A model of the runs of a cell and arm, by its role. */
export interface RoleAt extends Cell {
  method: string;
  variant: string;
  role: string;
}

/** The difference between two models on the test rows, where the predictions of both are published of so many seeds. */
export type Paired = (a: RoleAt, b: RoleAt, seeds: number) => Estimated | null;

interface Tables {
  runs: readonly Row<"runs">[];
  run_models: readonly Row<"run_models">[];
  predictors: readonly Row<"predictors">[];
  predictions: readonly Row<"predictions">[];
  examples: readonly Row<"examples">[];
}

const keyOf = ({task, setting, weak, strong, method, variant}: Omit<RoleAt, "role">): string =>
  JSON.stringify([task, setting, weak, strong, method, variant]);

/** The runs of a study by cell and arm. */
export function runsByCell({runs, run_models}: Pick<Tables, "runs" | "run_models">) {
  const models = new Map(run_models.filter((d) => d.position === 0).map((d) => [`${d.run} ${d.role}`, d.model]));
  const found = new Map<string, Row<"runs">[]>();
  for (const d of runs) {
    const [weak, strong] = ["weak", "strong"].map((role) => models.get(`${d.run} ${role}`) ?? "");
    const key = keyOf({...d, weak, strong});
    found.set(key, [...(found.get(key) ?? []), d]);
  }
  return (at: Omit<RoleAt, "role">): readonly Row<"runs">[] => found.get(keyOf(at)) ?? [];
}

/** Paired differences from published predictions. */
export function pairedRoles({predictors, predictions, examples, ...tables}: Tables): Paired {
  const runsOf = runsByCell(tables);
  const predictorOf = new Map(
    predictors.filter((d) => d.position === 0).map((d) => [`${d.run} ${d.role}`, d.predictor])
  );
  const scores = new Map<string, Map<string, number>>();
  for (const {predictor, split, example, score} of predictions) {
    if (split !== "test") continue;
    if (!scores.has(predictor)) scores.set(predictor, new Map());
    scores.get(predictor)!.set(example, score);
  }
  const groups = new Map(examples.map((d) => [`${d.task} ${d.example}`, d.group]));
  const scoresOf = (at: RoleAt): Scores =>
    new Map(
      runsOf(at).flatMap(({run, seed}) => {
        const own = scores.get(predictorOf.get(`${run} ${at.role}`) ?? "");
        return own ? [[seed, own] as const] : [];
      })
    );
  return (a, b, seeds) => {
    const [x, y] = [scoresOf(a), scoresOf(b)];
    if ([...x.keys()].filter((seed) => y.has(seed)).length < seeds) return null;
    return pairedDifference(x, y, (row) => groups.get(`${a.task} ${row}`) ?? row);
  };
}
