import {Plot, d3} from "../components/kit.js";
import type {Mark} from "../components/palette.js";
import {panels} from "../components/panels.js";

export interface CurvePoint {
  /** Panel. */
  title: string;
  /** Line: an arm, or a role. */
  line: string;
  color: string;
  seed: number;
  step: number;
  value: number;
}

export interface Stop extends Omit<CurvePoint, "color"> {
  color: string;
  mark: Mark;
  kind: "kept" | "oracle";
}

export interface CurveOptions {
  width: number;
  label: string;
  percent?: boolean;
  ariaLabel: string;
}

/** A measure by training step, a panel a task: seeds as faint lines, their mean as a strong one, and where each training stopped. */
export function curves(
  points: readonly CurvePoint[],
  stops: readonly Stop[],
  {width, label, percent = false, ariaLabel}: CurveOptions
): SVGSVGElement | HTMLElement {
  const titles = [...new Set(points.map((d) => d.title))];
  const grid = panels(titles, width);
  const facet = {fx: (d: {title: string}) => grid.at(d.title).column, fy: (d: {title: string}) => grid.at(d.title).row};
  const format = percent ? (d: number) => `${(100 * d).toFixed(1)}%` : (d: number) => d.toFixed(3);
  const means = d3
    .flatRollup(
      points,
      (v) => ({value: d3.mean(v, (d) => d.value)!, color: v[0].color, n: v.length}),
      (d) => d.title,
      (d) => d.line,
      (d) => d.step
    )
    .map(([title, line, step, mean]) => ({title, line, step, ...mean}));
  const named = titles.map((title) => ({title}));
  const first = named.filter((d) => grid.at(d.title).column === 0);
  const symbol = (mark: Mark) => (mark === "diamond" ? "diamond2" : mark);
  return Plot.plot({
    width,
    height: 66 + grid.rows * 220,
    marginLeft: 48,
    marginRight: 14,
    marginTop: 52,
    marginBottom: 42,
    ariaLabel,
    style: {fontFamily: "var(--sans-serif)", fontSize: "12px", overflow: "visible"},
    fx: {axis: null, padding: grid.columns > 1 ? 0.14 : 0},
    fy: {axis: null, padding: 0.3},
    x: {label: "Training step", labelAnchor: "center", labelArrow: "none", ticks: 4, nice: true},
    y: {label: null, ticks: 5, nice: true, ...(percent ? {tickFormat: "%"} : {})},
    marks: [
      Plot.gridY({ticks: 5, strokeOpacity: 0.1}),
      Plot.text(first, {
        ...facet,
        text: () => label,
        frameAnchor: "top-left",
        dx: -40,
        dy: -24,
        fill: "var(--theme-foreground-muted)"
      }),
      Plot.text(named, {
        ...facet,
        text: "title",
        frameAnchor: "top-left",
        dy: -44,
        fontWeight: 600,
        fontSize: 13
      }),
      Plot.line(points, {
        ...facet,
        x: "step",
        y: "value",
        z: (d) => `${d.title} ${d.line} ${d.seed}`,
        stroke: "color",
        strokeOpacity: 0.28,
        strokeWidth: 1
      }),
      Plot.line(means, {
        ...facet,
        x: "step",
        y: "value",
        z: (d) => `${d.title} ${d.line}`,
        stroke: "color",
        strokeWidth: 2.25
      }),
      ...(["kept", "oracle"] as const).flatMap((kind) =>
        d3
          .groups(
            stops.filter((d) => d.kind === kind),
            (d) => d.mark
          )
          .map(([mark, some]) =>
            Plot.dot(some, {
              ...facet,
              x: "step",
              y: "value",
              symbol: symbol(mark),
              r: kind === "kept" ? 4 : 5,
              fill: kind === "kept" ? (d) => d.color : "none",
              stroke: kind === "kept" ? () => "var(--theme-background)" : (d) => d.color,
              strokeWidth: kind === "kept" ? 1 : 1.25,
              strokeOpacity: kind === "kept" ? 1 : 0.7
            })
          )
      ),
      Plot.tip(
        means,
        Plot.pointer({
          ...facet,
          x: "step",
          y: "value",
          title: (d) => `${d.line}, step ${d.step}: ${format(d.value)}\nmean of ${d.n} ${d.n === 1 ? "seed" : "seeds"}`
        })
      )
    ]
  });
}
