import {interval, percent} from "../components/format.js";
import {Plot, d3} from "../components/kit.js";
import type {Mark} from "../components/palette.js";
import {plotSymbol} from "../components/palette.js";

export interface AccuracyRow {
  /** Panel: a task, with its models where there are several. */
  title: string;
  /** Role or arm. */
  line: string;
  color: string;
  shape: Mark | "tick";
  hollow: boolean;
  fill: string;
  value: number;
  low: number | null;
  high: number | null;
}

/** Accuracy of every role with its interval, a group of rows a task. */
export function accuracyChart(rows: readonly AccuracyRow[], {width}: {width: number}): SVGSVGElement | HTMLElement {
  const narrow = width < 600;
  const lines = [...new Set(rows.map((d) => d.line))];
  const titles = [...new Set(rows.map((d) => d.title))];
  const step = 24;
  const marginLeft = narrow ? 4 : Math.max(...lines.map((line) => line.length * 7.2)) + 16;
  let y = 8;
  const placed: (AccuracyRow & {y: number})[] = [];
  const heads: {title: string; y: number}[] = [];
  for (const title of titles) {
    heads.push({title, y: y + 10});
    y += 28;
    for (const row of rows.filter((d) => d.title === title)) {
      placed.push({...row, y: y + (narrow ? 22 : 10)});
      y += narrow ? 36 : step;
    }
    y += 18;
  }
  const [low, high] = d3.extent(placed.flatMap((d) => [d.low ?? d.value, d.high ?? d.value])) as [number, number];
  return Plot.plot({
    width,
    height: y + 34,
    marginLeft,
    marginRight: narrow ? 50 : 130,
    marginTop: 8,
    marginBottom: 44,
    ariaLabel: "Accuracy on test rows by task and role",
    style: {fontFamily: "var(--sans-serif)", fontSize: "13px", overflow: "visible"},
    x: {
      domain: [low, high],
      nice: true,
      label: "Test accuracy",
      labelAnchor: "center",
      labelArrow: "none",
      ticks: narrow ? 4 : 8,
      tickFormat: (d: number) => `${Math.round(d * 100)}%`
    },
    y: {type: "identity", axis: null},
    marks: [
      Plot.gridX({ticks: narrow ? 4 : 8, strokeOpacity: 0.1}),
      Plot.text(heads, {
        text: "title",
        y: "y",
        frameAnchor: "left",
        dx: -marginLeft,
        textAnchor: "start",
        fontWeight: 600
      }),
      Plot.text(placed, {
        text: "line",
        y: (d) => d.y - (narrow ? 16 : 0),
        frameAnchor: "left",
        dx: narrow ? 0 : -12,
        textAnchor: narrow ? "start" : "end",
        fill: "var(--theme-foreground-muted)",
        fontSize: narrow ? 12 : 13
      }),
      Plot.link(
        placed.filter((d) => d.low !== null && d.high !== null),
        {x1: "low", x2: "high", y: "y", stroke: "color", strokeWidth: 1.75}
      ),
      Plot.link(
        placed.filter((d) => d.shape === "tick"),
        {x: "value", y1: (d) => d.y - 8, y2: (d) => d.y + 8, stroke: "color", strokeWidth: 3}
      ),
      ...d3
        .groups(
          placed.filter((d) => d.shape !== "tick"),
          (d) => d.shape as Mark
        )
        .map(([mark, some]) =>
          Plot.dot(some, {
            x: "value",
            y: "y",
            symbol: plotSymbol(mark),
            r: 5,
            fill: "fill",
            stroke: (d) => (d.hollow ? d.color : "var(--theme-background)"),
            strokeWidth: 1.5
          })
        ),
      Plot.text(placed, {
        text: (d) => percent(d.value),
        y: "y",
        frameAnchor: "right",
        textAnchor: "end",
        dx: narrow ? 46 : 38,
        fontWeight: 600,
        fontVariant: "tabular-nums"
      }),
      narrow
        ? null
        : Plot.text(placed, {
            text: (d) => (d.low === null && d.high === null ? "" : interval(d.low, d.high, percent)),
            y: "y",
            frameAnchor: "right",
            textAnchor: "end",
            dx: 128,
            fontSize: 12,
            fontVariant: "tabular-nums",
            fill: "var(--theme-foreground-muted)"
          })
    ]
  });
}
