import {decimals, percent} from "../components/format.js";
import {Plot, d3, html} from "../components/kit.js";
import {weakColor} from "../components/palette.js";
import type {ThresholdPoint} from "../components/thresholdCurve.js";
import {thresholdRange} from "../components/thresholdCurve.js";

interface Measure {
  title: string;
  unit: string;
  of: (point: ThresholdPoint) => {value: number; low: number; high: number} | null;
  format: (value: number) => string;
  share: boolean;
}

const share = {unit: "% of questions", format: percent, share: true};

export const measures: readonly Measure[] = [
  {
    title: "Clusters a question",
    unit: "median and quartiles",
    of: ({clusters: {median, lower, upper}}) => ({value: median, low: lower, high: upper}),
    format: (value) => decimals(Number.isInteger(value) ? 0 : 1)(value),
    share: false
  },
  {...share, title: "Coverage", of: (d) => d.coverage},
  {...share, title: "Representative right", of: (d) => d.accuracy},
  {...share, title: "Largest cluster right", unit: "% of its chains, mean", of: (d) => d.agreement}
];

/** Charts of what clusters say by the threshold, with a cursor that moves without drawing them again. */
export interface ThresholdCharts {
  node: HTMLElement;
  move: (point: ThresholdPoint) => void;
}

export function thresholdCharts(
  points: readonly ThresholdPoint[],
  declared: number,
  {width}: {width: number}
): ThresholdCharts {
  const columns = width >= 860 ? 4 : 2;
  const gap = 20;
  const each = Math.floor((width - (columns - 1) * gap) / columns);
  const charts = measures.map((measure) => thresholdChart(points, declared, measure, each));
  return {
    node: html`<div style=${`display:grid;grid-template-columns:repeat(${columns},${each}px);gap:12px ${gap}px`}>
      ${charts.map((d) => d.node)}
    </div>`,
    move: (point) => {
      for (const chart of charts) chart.move(point);
    }
  };
}

const heading = 46;

function thresholdChart(
  points: readonly ThresholdPoint[],
  declared: number,
  {title, unit, of, format, share}: Measure,
  width: number
): {node: Element; move: (point: ThresholdPoint) => void} {
  const rows = points.flatMap((d) => {
    const shown = of(d);
    return shown ? [{T: d.threshold / 100, ...shown}] : [];
  });
  const plot = Plot.plot({
    width,
    height: 250,
    marginLeft: 40,
    marginRight: 14,
    marginTop: heading,
    marginBottom: 40,
    ariaLabel: `${title} by threshold`,
    style: {fontFamily: "var(--sans-serif)", fontSize: "12px", overflow: "visible"},
    x: {
      domain: thresholdRange(declared).map((d) => d / 100),
      label: "Threshold T",
      labelAnchor: "center",
      labelArrow: "none",
      ticks: [0, 0.5, 1]
    },
    y: {
      label: null,
      domain: share ? [0, 1] : [0, d3.max(rows, (d) => d.high) ?? 1],
      ticks: 4,
      tickFormat: share ? "%" : "~s"
    },
    marks: [
      Plot.gridY({ticks: 4, strokeOpacity: 0.1}),
      Plot.text([title], {frameAnchor: "top-left", dx: -38, dy: -heading + 2, fontWeight: 600, fontSize: 13}),
      Plot.text([unit], {
        frameAnchor: "top-left",
        dx: -38,
        dy: -heading + 20,
        fill: "var(--theme-foreground-muted)"
      }),
      Plot.ruleX([declared / 100], {stroke: "currentColor", strokeOpacity: 0.6, strokeDasharray: "4 3"}),
      Plot.areaY(rows, {x: "T", y1: "low", y2: "high", fill: weakColor, fillOpacity: 0.3, curve: "step-before"}),
      Plot.line(rows, {x: "T", y: "value", stroke: weakColor, strokeWidth: 2, curve: "step-before"})
    ]
  });
  const [x, y] = (["x", "y"] as const).map((name) => plot.scale(name)!);
  const root = d3.select(plot as SVGSVGElement);
  const cursor = root.append("g").attr("class", "threshold-cursor");
  const line = cursor
    .append("line")
    .attr("y1", heading)
    .attr("y2", 210)
    .attr("stroke", "var(--theme-foreground-focus)");
  line.attr("stroke-width", 1.5);
  const dot = cursor.append("circle").attr("r", 4.5).attr("fill", "var(--theme-foreground-focus)");
  dot.attr("stroke", "var(--theme-background)").attr("stroke-width", 1.25);
  const label = cursor.append("text").attr("font-weight", 600).attr("fill", "var(--theme-foreground-focus)");
  label.attr("paint-order", "stroke").attr("stroke", "var(--theme-background)").attr("stroke-width", 3);
  return {
    node: plot,
    move: (point) => {
      const at: number = x.apply(point.threshold / 100);
      line.attr("x1", at).attr("x2", at);
      const shown = of(point);
      for (const mark of [dot, label]) mark.attr("visibility", shown ? "visible" : "hidden");
      if (!shown) return;
      const height: number = y.apply(Math.min(shown.value, (y.domain as number[])[1]));
      const left = point.threshold > 50;
      dot.attr("cx", at).attr("cy", height);
      label
        .attr("x", at + (left ? -8 : 8))
        .attr("y", height + (height < heading + 16 ? 16 : -7))
        .attr("text-anchor", left ? "end" : "start")
        .text(format(shown.value));
    }
  };
}
