import {Plot, d3} from "../components/kit.js";
import {points} from "../components/format.js";
import type {Arm} from "../components/palette.js";
import {ceilingColor, inked, plotSymbol, weakColor} from "../components/palette.js";
import {panels} from "../components/panels.js";

/** A task and a method: the gap there was, and what was gained of it. */
export interface GapDot {
  task: string;
  arm: Arm;
  gap: number;
  value: number;
  low: number | null;
  high: number | null;
  /** Whether the gap is too small to state what share of it was recovered. */
  withheld: boolean;
  /** Beside the mark, of a task that a reader should not mistake for the others. */
  label: string;
  about: string;
}

/** Gain by gap, both in points of accuracy, a panel a method and a mark a task: the diagonal is the ceiling, all of the gap; 0 the supervisor. */
export function gapScatter(dots: readonly GapDot[], {width}: {width: number}): SVGSVGElement | HTMLElement {
  const arms = [...new Set(dots.map((d) => d.arm))];
  const grid = panels(arms, width, {least: 250});
  const facet = {fx: (d: {arm: Arm}) => grid.at(d.arm).column, fy: (d: {arm: Arm}) => grid.at(d.arm).row};
  const rows = grid.stack(230);
  const named = arms.map((arm) => ({arm}));
  const gaps = dots.map((d) => d.gap);
  const [low, high] = d3
    .scaleLinear([Math.min(0, d3.min(gaps)!), Math.max(0.01, d3.max(gaps)!)], [0, 1])
    .nice(5)
    .domain();
  const tickFormat = (d: number) => points(d).replace(".0", "");
  return Plot.plot({
    width,
    height: 106 + rows.height,
    marginLeft: 46,
    marginRight: 14,
    marginTop: 58,
    marginBottom: 48,
    ariaLabel: "Gain of students by the gap between supervisor and ceiling, by task and method",
    style: {fontFamily: "var(--sans-serif)", fontSize: "12px", overflow: "visible"},
    fx: {axis: null, padding: grid.columns > 1 ? 0.16 : 0},
    fy: rows.scale,
    x: {
      domain: [low, high],
      insetLeft: 8,
      insetRight: 8,
      ticks: 4,
      tickFormat,
      label: "Gap: ceiling − supervisor, in points",
      labelAnchor: "center",
      labelArrow: "none"
    },
    y: {nice: true, ticks: 6, tickFormat, label: null},
    marks: [
      Plot.gridY({ticks: 6, strokeOpacity: 0.1}),
      Plot.text(
        named.filter((d) => grid.at(d.arm).column === 0),
        {
          ...facet,
          text: () => "Gain: student − supervisor, in points",
          frameAnchor: "top-left",
          dx: -40,
          dy: -30,
          fill: "var(--theme-foreground-muted)"
        }
      ),
      Plot.text(named, {
        ...facet,
        text: (d) => d.arm.title,
        frameAnchor: "top-left",
        dy: -50,
        fontWeight: 600,
        fontSize: 13
      }),
      Plot.ruleY([0], {stroke: weakColor, strokeWidth: 2}),
      Plot.link([0], {x1: low, y1: low, x2: high, y2: high, stroke: ceilingColor, strokeWidth: 1.5}),
      Plot.link(
        dots.filter((d) => d.low !== null && d.high !== null),
        {
          ...facet,
          x: "gap",
          y1: "low",
          y2: "high",
          stroke: (d: GapDot) => d.arm.color,
          strokeWidth: 1.25,
          strokeOpacity: (d: GapDot) => (d.withheld ? 0.25 : 0.5)
        }
      ),
      ...d3
        .groups(dots, (d) => d.arm)
        .map(([arm, some]) =>
          Plot.dot(some, {
            ...facet,
            x: "gap",
            y: "value",
            r: 4.5,
            symbol: plotSymbol(arm.mark),
            opacity: (d: GapDot) => (d.withheld ? 0.4 : 1),
            ...inked(arm)
          })
        ),
      Plot.text(
        dots.filter((d) => d.label),
        {
          ...facet,
          x: "gap",
          y: "value",
          text: "label",
          textAnchor: "end",
          dx: -8,
          dy: -8,
          fontSize: 11,
          fill: "currentColor",
          stroke: "var(--theme-background)",
          strokeWidth: 3
        }
      ),
      Plot.tip(dots, Plot.pointer({...facet, x: "gap", y: "value", title: "about"}))
    ]
  });
}
