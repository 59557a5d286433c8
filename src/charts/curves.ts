import {Plot, d3} from "../components/kit.js";
import type {Ink} from "../components/palette.js";
import {inked, plotSymbol} from "../components/palette.js";
import {panels} from "../components/panels.js";
import {panelHeads} from "./panelFrame.js";

export interface CurvePoint {
  /** Panel. */
  title: string;
  /** Line: an arm, or a role. */
  line: string;
  ink: Ink;
  seed: number;
  step: number;
  value: number;
}

export interface Stop extends CurvePoint {
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
  const rows = grid.stack(150);
  const format = percent ? (d: number) => `${(100 * d).toFixed(1)}%` : (d: number) => d.toFixed(3);
  const means = d3
    .flatRollup(
      points,
      (v) => ({value: d3.mean(v, (d) => d.value)!, ink: v[0].ink, n: v.length}),
      (d) => d.title,
      (d) => d.line,
      (d) => d.step
    )
    .map(([title, line, step, mean]) => ({title, line, step, ...mean}));
  const named = titles.map((title) => ({title}));
  const dashes = [...new Set(points.map((d) => d.ink.dash))];
  return Plot.plot({
    width,
    height: 100 + rows.height,
    marginLeft: 48,
    marginRight: 14,
    marginTop: 58,
    marginBottom: 42,
    ariaLabel,
    style: {fontFamily: "var(--sans-serif)", fontSize: "12px", overflow: "visible"},
    fx: {axis: null, padding: grid.columns > 1 ? 0.14 : 0},
    fy: rows.scale,
    x: {label: "Training step", labelAnchor: "center", labelArrow: "none", ticks: 4, nice: true},
    y: {label: null, ticks: 5, nice: true, ...(percent ? {tickFormat: "%"} : {})},
    marks: [
      Plot.gridY({ticks: 5, strokeOpacity: 0.1}),
      ...panelHeads(named, {facet, title: (d) => d.title, first: (d) => grid.at(d.title).column === 0, label}),
      ...dashes.flatMap((dash) => [
        Plot.line(
          points.filter((d) => d.ink.dash === dash),
          {
            ...facet,
            x: "step",
            y: "value",
            z: (d) => `${d.title} ${d.line} ${d.seed}`,
            stroke: (d) => d.ink.color,
            strokeOpacity: 0.28,
            strokeWidth: 1,
            strokeDasharray: dash
          }
        ),
        Plot.line(
          means.filter((d) => d.ink.dash === dash),
          {
            ...facet,
            x: "step",
            y: "value",
            z: (d) => `${d.title} ${d.line}`,
            stroke: (d) => d.ink.color,
            strokeWidth: 2.25,
            strokeDasharray: dash
          }
        )
      ]),
      ...d3
        .groups(
          stops.filter((d) => d.kind === "kept"),
          (d) => d.line
        )
        .map(([, some]) => {
          const {ink} = some[0];
          const {strokeWidth, ...colors} = inked(ink);
          const at = {...facet, x: "step", y: "value", symbol: plotSymbol(ink.mark), r: 4};
          return Plot.dot(some, {...at, ...colors, strokeWidth: strokeWidth - 0.25});
        }),
      Plot.dot(
        stops.filter((d) => d.kind === "oracle"),
        {
          ...facet,
          x: "step",
          y: "value",
          symbol: "times",
          r: 4.5,
          stroke: (d: Stop) => d.ink.color,
          strokeWidth: 1.75
        }
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
