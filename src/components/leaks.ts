import type {Row} from "../tables.js";
import type {Cell} from "./estimates.js";
import {listed} from "./format.js";
import type {Arm} from "./palette.js";

/** Before the models are known, none leaks. */
export const noLeaks: Leak = () => null;

type Tables = {predictors: Row<"predictors">[]; runs: Row<"runs">[]; run_models: Row<"run_models">[]};

/** What the student of a cell and arm saw that a weak-to-strong student must not; null for none. */
export type Leak = (cell: Cell, arm: Pick<Arm, "method" | "variant">) => string | null;

export function leaksOf({predictors, runs, run_models}: Tables): Leak {
  const key = (...of: string[]) => JSON.stringify(of);
  const model = new Map(run_models.filter((d) => d.position === 0).map((d) => [key(d.run, d.role), d.model]));
  const leaks = new Map(predictors.flatMap((d) => (d.leak === null ? [] : [[d.run, d.leak] as const])));
  const found = new Map(
    runs.flatMap(({run, task, setting, method, variant}) => {
      const [weak, strong] = ["weak", "strong"].map((role) => model.get(key(run, role)) ?? "");
      return leaks.has(run) ? [[key(task, setting, weak, strong, method, variant), leaks.get(run)!] as const] : [];
    })
  );
  return ({task, setting, weak, strong}, {method, variant}) =>
    found.get(key(task, setting, weak, strong, method, variant)) ?? null;
}

/** Says of each arm that leaks that its numbers are not those of weak-to-strong supervision; empty where none does. */
export function leakSentence(arms: readonly Arm[], cells: readonly Cell[], leak: Leak): string {
  return arms
    .flatMap((arm) => {
      const leaks = new Set(cells.flatMap((cell) => leak(cell, arm) ?? []));
      const saw = [...leaks].map((d) => (d.startsWith("its ") ? d : `its student ${d}`));
      return saw.length ? [` “${arm.title}” is not weak-to-strong: ${listed(saw)}.`] : [];
    })
    .join("");
}
