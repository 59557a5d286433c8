import {decimals, interval, percent, plural} from "../components/format.js";
import {Plot} from "../components/kit.js";
import {weakColor} from "../components/palette.js";
import type {RiskPoint} from "../statistics/riskCoverage.js";

/** How often the teacher is wrong where only its surest questions count, from few of them to all. */
export function riskChart(
  points: readonly RiskPoint[],
  {width, at}: {width: number; at: string}
): SVGSVGElement | HTMLElement {
  const all = points.at(-1);
  return Plot.plot({
    width,
    height: 300,
    marginLeft: 44,
    marginRight: 14,
    marginTop: 40,
    marginBottom: 42,
    ariaLabel: "Share of wrong representatives by coverage",
    style: {fontFamily: "var(--sans-serif)", fontSize: "12px", overflow: "visible"},
    x: {
      domain: [0, 1],
      label: "Coverage: questions kept, the surest first",
      labelAnchor: "center",
      labelArrow: "none",
      ticks: [0, 0.25, 0.5, 0.75, 1],
      tickFormat: "%"
    },
    y: {domain: [0, 1], label: null, ticks: [0, 0.25, 0.5, 0.75, 1], tickFormat: "%"},
    marks: [
      Plot.gridY([0, 0.25, 0.5, 0.75, 1], {strokeOpacity: 0.1}),
      Plot.text(["Risk: representative wrong"], {
        frameAnchor: "top-left",
        dx: -40,
        dy: -34,
        fill: "var(--theme-foreground-muted)"
      }),
      Plot.text([at], {frameAnchor: "top-right", dy: -34, fontWeight: 600}),
      Plot.ruleY(all ? [all.risk] : [], {stroke: "currentColor", strokeOpacity: 0.55, strokeDasharray: "4 3"}),
      Plot.areaY(points, {x: "coverage", y1: "low", y2: "high", fill: weakColor, fillOpacity: 0.3}),
      Plot.line(points, {x: "coverage", y: "risk", stroke: weakColor, strokeWidth: 2}),
      Plot.dot(points.length > 60 ? [] : points, {
        x: "coverage",
        y: "risk",
        r: 4,
        fill: weakColor,
        stroke: "var(--theme-background)"
      }),
      Plot.tip(
        points,
        Plot.pointerX({
          x: "coverage",
          y: "risk",
          title: (d: RiskPoint) =>
            `${plural(d.n, "question")}, of entropy up to ${decimals(2)(d.entropy)}\n${percent(d.risk)}% wrong (${interval(d.low, d.high, percent)})`
        })
      )
    ]
  });
}
