import {count, percent} from "../components/format.js";
import {Plot, d3} from "../components/kit.js";
import {weakColor} from "../components/palette.js";
import {panels} from "../components/panels.js";
import type {ReliabilityBin} from "../statistics/calibration.js";

export interface ReliabilityRow extends ReliabilityBin {
  /** Panel. */
  title: string;
}

/** What the weak labels said against how often they were right, a panel a task: intervals, and below how many said so. */
export function reliabilityDiagram(
  rows: readonly ReliabilityRow[],
  {width}: {width: number}
): SVGSVGElement | HTMLElement {
  const titles = [...new Set(rows.map((d) => d.title))];
  const grid = panels(titles, width);
  const stack = grid.stack(Math.min(220, grid.width - 40));
  const place = (title: string) => grid.at(title);
  const facet = {fx: (d: {title: string}) => place(d.title).column, fy: (d: {title: string}) => place(d.title).row};
  const most = new Map(
    d3.rollup(
      rows,
      (v) => d3.max(v, (d) => d.n)!,
      (d) => d.title
    )
  );
  const bar = (d: ReliabilityRow) => 0.2 * (d.n / most.get(d.title)!);
  const named = titles.map((title) => ({title}));
  const first = named.filter((d) => grid.at(d.title).column === 0);
  return Plot.plot({
    width,
    height: 100 + stack.height,
    marginLeft: 44,
    marginRight: 12,
    marginTop: 58,
    marginBottom: 42,
    ariaLabel: "Reliability of the weak labels, by task",
    style: {fontFamily: "var(--sans-serif)", fontSize: "12px", overflow: "visible"},
    fx: {axis: null, padding: grid.columns > 1 ? 0.14 : 0},
    fy: stack.scale,
    x: {
      domain: [0, 1],
      label: "Weak label: probability of class 1",
      labelAnchor: "center",
      labelArrow: "none",
      ticks: [0, 0.5, 1],
      tickFormat: "%"
    },
    y: {domain: [-0.24, 1], label: null, ticks: [0, 0.25, 0.5, 0.75, 1], tickFormat: "%"},
    marks: [
      Plot.gridY([0, 0.25, 0.5, 0.75, 1], {strokeOpacity: 0.1}),
      Plot.text(first, {
        ...facet,
        text: () => "Share of class 1",
        frameAnchor: "top-left",
        dx: -40,
        dy: -30,
        fill: "var(--theme-foreground-muted)"
      }),
      Plot.text(named, {
        ...facet,
        text: "title",
        frameAnchor: "top-left",
        dy: -50,
        fontWeight: 600,
        fontSize: 13
      }),
      Plot.link(named, {
        ...facet,
        x1: 0,
        y1: 0,
        x2: 1,
        y2: 1,
        stroke: "currentColor",
        strokeOpacity: 0.45,
        strokeDasharray: "4 3"
      }),
      Plot.rect(rows, {
        ...facet,
        x1: "from",
        x2: "to",
        y1: -0.24,
        y2: (d) => -0.24 + bar(d),
        fill: weakColor,
        fillOpacity: 0.35,
        inset: 0.5
      }),
      Plot.link(rows, {...facet, x: "predicted", y1: "low", y2: "high", stroke: "currentColor", strokeWidth: 1.5}),
      Plot.dot(rows, {
        ...facet,
        x: "predicted",
        y: "observed",
        r: 4.5,
        fill: weakColor,
        stroke: "var(--theme-background)",
        strokeWidth: 1.2
      }),
      Plot.tip(
        rows,
        Plot.pointer({
          ...facet,
          x: "predicted",
          y: "observed",
          title: (d) =>
            `${count(d.n)} labels that say ${percent(d.predicted)}% on average\n${percent(d.observed)}% are of class 1 (${percent(d.low)} to ${percent(d.high)})`
        })
      )
    ]
  });
}
