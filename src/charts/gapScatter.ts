import {Plot, d3} from "../components/kit.js";
import {points} from "../components/format.js";
import type {Arm} from "../components/palette.js";
import {inked, plotSymbol} from "../components/palette.js";

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
  about: string;
}

/** Gain by gap, both in points of accuracy, a mark a task and method: the diagonal is all of the gap, the line at 0 the supervisor. */
export function gapScatter(dots: readonly GapDot[], {width}: {width: number}): SVGSVGElement | HTMLElement {
  const narrow = width < 600;
  const gaps = dots.map((d) => d.gap);
  const top = Math.max(0.01, d3.max(gaps)!);
  const low = Math.min(0, d3.min(gaps)!);
  const tickFormat = (d: number) => points(d).replace(".0", "");
  return Plot.plot({
    width,
    height: Math.min(420, Math.max(300, width * 0.5)),
    marginLeft: 52,
    marginRight: 62,
    marginTop: 34,
    marginBottom: 46,
    ariaLabel: "Gain of students by the gap between supervisor and ceiling, by task and method",
    style: {fontFamily: "var(--sans-serif)", fontSize: "12px", overflow: "visible"},
    x: {
      domain: [low, top],
      nice: true,
      insetLeft: 8,
      insetRight: 8,
      ticks: narrow ? 4 : 8,
      tickFormat,
      label: "Gap: ceiling − supervisor, in points",
      labelAnchor: "center",
      labelArrow: "none"
    },
    y: {nice: true, ticks: 6, tickFormat, label: "Gain: student − supervisor, in points", labelArrow: "none"},
    marks: [
      Plot.gridY({ticks: 6, strokeOpacity: 0.1}),
      Plot.ruleY([0], {strokeOpacity: 0.5}),
      Plot.link([0], {x1: low, y1: low, x2: top, y2: top, stroke: "currentColor", strokeOpacity: 0.5}),
      Plot.text(
        [
          {x: top, y: top, text: "ceiling"},
          {x: top, y: 0, text: "supervisor"}
        ],
        {
          x: "x",
          y: "y",
          text: "text",
          textAnchor: "start",
          dx: 12,
          fill: "var(--theme-foreground-muted)"
        }
      ),
      Plot.link(
        dots.filter((d) => d.low !== null && d.high !== null),
        {
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
            x: "gap",
            y: "value",
            r: 4.5,
            symbol: plotSymbol(arm.mark),
            opacity: (d: GapDot) => (d.withheld ? 0.4 : 1),
            ...inked(arm)
          })
        ),
      Plot.tip(dots, Plot.pointer({x: "gap", y: "value", title: "about"}))
    ]
  });
}
