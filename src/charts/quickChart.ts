import {Plot, d3} from "../components/kit.js";

export type QuickMark = "dot" | "bar" | "line";

export interface QuickOptions {
  width: number;
  x: string;
  y: string;
  color: string | null;
  mark: QuickMark;
}

type Value = string | number | boolean | null | Date | bigint;

/** A chart of whatever a query returned; categories beyond ten share the colours again. */
export function quickChart(
  rows: readonly Record<string, Value>[],
  {width, x, y, color, mark}: QuickOptions
): SVGSVGElement | HTMLElement {
  const numeric = (name: string) => rows.every((d) => d[name] === null || typeof d[name] === "number");
  const text = (name: string) => (d: Record<string, Value>) => (d[name] === null ? "null" : String(d[name]));
  const [xValue, yValue] = [x, y].map((name) => (numeric(name) ? name : text(name)));
  const hues = [
    "var(--baseline)",
    "var(--confidence)",
    "var(--bootstrapping)",
    "var(--generative)",
    "var(--alice)",
    "var(--other)",
    "var(--weak)"
  ];
  const domain = color ? [...new Set(rows.map(text(color)))].sort(d3.ascending) : [];
  const fill = color ? text(color) : "var(--baseline)";
  const longest = numeric(y) ? 0 : (d3.max(rows, (d) => text(y)(d).length) ?? 0);
  const tip = {tip: true} as const;
  const horizontal = !numeric(y) && numeric(x);
  const bars = mark === "bar" && (numeric(x) || numeric(y));
  // Named, since Plot warns of text that looks like numbers or dates.
  const xType = bars && !horizontal ? "band" : numeric(x) ? undefined : "point";
  const yType = numeric(y) ? undefined : bars ? "band" : "point";
  const dots = () => [Plot.dot(rows, {x: xValue, y: yValue, fill, fillOpacity: 0.75, r: 4, ...tip})];
  const marks: Plot.Markish[] = {
    dot: dots,
    line: () => [
      Plot.lineY(rows, {
        x: xValue,
        y: yValue,
        stroke: fill,
        z: color ? text(color) : null,
        sort: numeric(x) ? x : undefined,
        strokeWidth: 2,
        ...tip
      }),
      Plot.dot(rows, {x: xValue, y: yValue, fill, r: 2.5})
    ],
    bar: () =>
      !bars
        ? dots()
        : horizontal
          ? [Plot.barX(rows, {x: xValue, y: yValue, fill, ...tip}), Plot.ruleX([0])]
          : [Plot.barY(rows, {x: numeric(x) ? text(x) : xValue, y: yValue, fill, ...tip}), Plot.ruleY([0])]
  }[mark]();
  return Plot.plot({
    width,
    height: numeric(y)
      ? Math.min(460, Math.max(260, width * 0.5))
      : Math.min(900, 90 + 32 * new Set(rows.map(text(y))).size),
    marginLeft: Math.min(200, Math.max(56, longest * 7 + 16)),
    marginBottom: 44,
    ariaLabel: `${y} by ${x}`,
    style: {fontFamily: "var(--sans-serif)", fontSize: "12px", overflow: "visible"},
    x: {type: xType, label: x, labelAnchor: "center", labelArrow: "none", grid: !xType && !bars, nice: !xType},
    y: {type: yType, label: numeric(y) ? y : null, labelArrow: "none", grid: true, nice: numeric(y)},
    ...(color
      ? {color: {type: "ordinal", domain, range: domain.map((_, i) => hues[i % hues.length]), legend: true}}
      : {}),
    marks
  });
}
