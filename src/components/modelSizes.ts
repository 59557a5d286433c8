import type {Study} from "../study.js";
import {plural} from "./format.js";

/** How large the models of a study are, as an axis shows it. */
export interface ModelSizes {
  /** All are cut from one network: a ladder of depth, which says nothing of size. */
  depth: boolean;
  /** Parameters; of one network's ladder, layers. */
  of: (model: string) => number;
  unit: "parameters" | "layers";
  format: (size: number) => string;
  /** A size with its unit. */
  inWords: (size: number) => string;
}

/** Parameters where every model has its own weights, and layers where all are cut from one network or parameters are not known. */
export function modelSizes({models}: Pick<Study, "models">): ModelSizes {
  const ladder = models.filter((d) => d.role === "weak" || d.role === "strong");
  const depth = new Set(ladder.map((d) => d.model.replace(/#.*/, ""))).size === 1;
  const unit = depth || ladder.some((d) => d.parameters === undefined) ? "layers" : "parameters";
  const sizes = new Map(ladder.map((d, i) => [d.model, d[unit] ?? i + 1]));
  const layers = unit === "layers";
  return {
    depth,
    unit,
    of: (model) => sizes.get(model) ?? NaN,
    format: layers ? String : parameters,
    inWords: (size) => (layers ? plural(size, "layer") : `${parameters(size)} parameters`)
  };
}

/** A number of parameters as models are named: 135M, 1.5B. */
export function parameters(count: number): string {
  const [value, suffix] = count >= 1e9 ? [count / 1e9, "B"] : count >= 1e6 ? [count / 1e6, "M"] : [count / 1e3, "k"];
  return `${Number(value.toPrecision(value < 10 ? 2 : 3))}${suffix}`;
}
