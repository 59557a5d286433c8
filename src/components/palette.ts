import type {Study} from "../study.js";
import {d3} from "./kit.js";

/**
 * Colours and marks with one meaning on every page: grey for the weak supervisor, ink for the ceiling, a hue and a mark for each
 * method. The hues (after Okabe and Ito) stay apart for the colour-blind; their values, light and dark, are in style.css.
 */
const methods: Record<string, string> = {
  baseline: "baseline",
  confidence: "confidence",
  bootstrapping: "bootstrapping",
  generative: "generative",
  alice: "alice"
};
const symbols = ["circle", "diamond", "triangle", "square", "star", "wye"] as const;
const spare = ["bootstrapping", "generative", "alice", "other"];

export type Mark = (typeof symbols)[number];

/** A method of a study, with one of its variants. */
export interface Arm {
  /** `method` or `method/variant`, as in a study's `differing`. */
  key: string;
  method: string;
  variant: string;
  title: string;
  color: string;
  mark: Mark;
  /** Variants share their method's hue and are drawn hollow. */
  hollow: boolean;
}

export const weakColor = "var(--weak)";
export const ceilingColor = "var(--ceiling)";

export const armKey = (method: string, variant: string): string => (variant ? `${method}/${variant}` : method);

export function armsOf(study: Pick<Study, "methods">): Arm[] {
  const names = d3.sort(new Set(study.methods.map((d) => d.method)), (name) => (name === "baseline" ? -1 : 0));
  const unnamed = names.filter((name) => !(name in methods));
  return study.methods.map(({method, variant, title}) => ({
    key: armKey(method, variant),
    method,
    variant,
    title,
    color: `var(--${methods[method] ?? spare[unnamed.indexOf(method) % spare.length]})`,
    mark: symbols[names.indexOf(method) % symbols.length],
    hollow: variant !== ""
  }));
}

/** Path of a mark of an area in square pixels, around the origin. */
export function markPath(mark: Mark, area: number): string {
  const shapes = {
    circle: d3.symbolCircle,
    diamond: d3.symbolDiamond2,
    triangle: d3.symbolTriangle,
    square: d3.symbolSquare,
    star: d3.symbolStar,
    wye: d3.symbolWye
  };
  return d3.symbol(shapes[mark], area)()!;
}
