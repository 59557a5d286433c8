import type {Study} from "../study.js";
import {d3} from "./kit.js";

/**
 * Colours and marks with one meaning on every page and in every study: grey for the weak supervisor, ink for the ceiling, a hue
 * and a mark for each method. The hues (after Okabe and Ito) stay apart for the colour-blind, by lightness or by their marks
 * where they cannot; their values, light and dark, are in style.css.
 */
const methods: Record<string, Mark> = {
  baseline: "circle",
  confidence: "diamond",
  bootstrapping: "triangle",
  generative: "square",
  full: "hexagon",
  facilitate: "wye",
  debate: "plus",
  align: "star",
  alice: "rhombus"
};

const symbols = {
  circle: d3.symbolCircle,
  diamond: d3.symbolDiamond2,
  triangle: d3.symbolTriangle,
  square: d3.symbolSquare,
  star: d3.symbolStar,
  wye: d3.symbolWye,
  plus: d3.symbolCross,
  hexagon: {draw: drawHexagon},
  rhombus: d3.symbolDiamond
} as const;

export type Mark = keyof typeof symbols;

/** How what belongs to a method, or to a role, is drawn. */
export interface Ink {
  color: string;
  /** What fills its mark: its colour; of variants, which share their method's hue and mark, nothing, then tints of it. */
  fill: string;
  mark: Mark;
  /** A variant: its mark has an outline, and its lines are dashed. */
  hollow: boolean;
  dash?: string;
}

/** A method of a study, with one of its variants. */
export interface Arm extends Ink {
  /** `method` or `method/variant`, as a study's `differing` names it. */
  key: string;
  method: string;
  variant: string;
  title: string;
}

export const weakColor = "var(--weak)";
export const ceilingColor = "var(--ceiling)";
export const weakInk: Ink = {color: weakColor, fill: weakColor, mark: "circle", hollow: false};
export const ceilingInk: Ink = {...weakInk, color: ceilingColor, fill: ceilingColor};

export const armKey = (method: string, variant: string): string => (variant ? `${method}/${variant}` : method);

/** The methods of a study, each once though several settings have it; those of one setting where it is named. */
export function armsOf({methods: all}: Pick<Study, "methods">, setting?: string): Arm[] {
  const distinct = new Map(all.map((d) => [armKey(d.method, d.variant), d]));
  const unnamed = [...new Set(all.map((d) => d.method))].filter((method) => !(method in methods));
  const variants = d3.group(
    [...distinct.values()].filter((d) => d.variant),
    (d) => d.method
  );
  const within = new Set(
    all.filter((d) => setting === undefined || d.setting === setting).map((d) => armKey(d.method, d.variant))
  );
  const marks = Object.keys(symbols) as Mark[];
  return [...distinct].flatMap(([key, entry]): Arm[] => {
    const {method, variant, title} = entry;
    const color = `var(--${method in methods ? method : "other"})`;
    const place = variant ? variants.get(method)!.indexOf(entry) : -1;
    const fill = variant ? tint(color, place) : color;
    const dash = variant ? ["5 4", "1.5 3.5", "9 3 2 3"][place % 3] : undefined;
    const mark = methods[method] ?? marks[unnamed.indexOf(method) % marks.length];
    return within.has(key) ? [{key, method, variant, title, color, fill, mark, hollow: variant !== "", dash}] : [];
  });
}

/** The fill of a method's i-th variant: the page's ground, then ever more of the colour. */
function tint(color: string, i: number): string {
  const share = [0, 35, 65][i % 3];
  return share ? `color-mix(in srgb, ${color} ${share}%, var(--theme-background))` : "var(--theme-background)";
}

/** Clusters of one question's responses, the largest first, which share their hues with methods and are none; beyond these, grey. */
const clusterColors = ["baseline", "confidence", "bootstrapping", "generative", "debate", "full"];
export const clusterColor = (place: number): string => `var(--${clusterColors[place] ?? "weak"})`;

/** A mark as Observable Plot takes it. */
export const plotSymbol = (mark: Mark): d3.SymbolType => symbols[mark];

/** Path of a mark of an area in square pixels, around the origin. */
export const markPath = (mark: Mark, area: number): string => d3.symbol(symbols[mark], area)()!;

/** How a mark is filled and outlined, so that it stands out from lines below it. */
export const inked = ({color, fill, hollow}: Pick<Ink, "color" | "fill" | "hollow">) => ({
  fill,
  stroke: hollow ? color : "var(--theme-background)",
  strokeWidth: hollow ? 2 : 1.25
});

function drawHexagon(context: d3.CanvasPath_D3Shape, area: number): void {
  const radius = Math.sqrt((2 * area) / (3 * Math.sqrt(3)));
  for (let i = 0; i < 6; i++) {
    const [x, y] = [radius * Math.sin((i * Math.PI) / 3), -radius * Math.cos((i * Math.PI) / 3)];
    if (i) context.lineTo(x, y);
    else context.moveTo(x, y);
  }
  context.closePath();
}
