import {percent} from "../components/format.js";
import {Plot, d3} from "../components/kit.js";
import type {Arm} from "../components/palette.js";
import {ceilingColor, plotSymbol, weakColor} from "../components/palette.js";

export interface LivePoint {
  name: string;
  value: number;
  low: number;
  high: number;
}

/** The recorded student, and below it the one just trained, between their supervisor and their ceiling. */
export function liveGap(
  {
    weak,
    ceiling,
    points: given,
    arm,
    domain
  }: {weak: number; ceiling: number; points: readonly LivePoint[]; arm: Arm; domain: [number, number]},
  {width}: {width: number}
): SVGSVGElement | HTMLElement {
  const narrow = width < 600;
  const points = given.map((d, i) => ({...d, y: 58 + 40 * i, hollow: i === 0}));
  const ends = [
    {x: weak, color: weakColor, label: `supervisor ${percent(weak)}`},
    {x: ceiling, color: ceilingColor, label: `ceiling ${percent(ceiling)}`}
  ];
  return Plot.plot({
    width,
    height: 172,
    marginTop: 34,
    marginBottom: 44,
    marginLeft: narrow ? 66 : 86,
    marginRight: narrow ? 44 : 60,
    ariaLabel: "Accuracy of the recorded and of the retrained student between supervisor and ceiling",
    style: {fontFamily: "var(--sans-serif)", fontSize: "13px", overflow: "visible"},
    x: {
      domain,
      label: "Test accuracy",
      labelAnchor: "center",
      labelArrow: "none",
      ticks: narrow ? 4 : 8,
      tickFormat: (d: number) => `${Math.round(d * 100)}%`
    },
    y: {type: "identity", axis: null},
    marks: [
      Plot.gridX({ticks: narrow ? 4 : 8, strokeOpacity: 0.1}),
      Plot.rect([0], {x1: weak, x2: ceiling, y1: 36, y2: 120, fill: "currentColor", fillOpacity: 0.07}),
      Plot.link(ends, {x: "x", y1: 36, y2: 120, stroke: "color", strokeWidth: 3}),
      Plot.text(ends, {
        x: "x",
        y: 22,
        text: "label",
        textAnchor: (d3.max(ends, (d) => d.x) ?? 0) - (d3.min(ends, (d) => d.x) ?? 0) < 0.08 ? "start" : "middle",
        fill: "var(--theme-foreground-muted)"
      }),
      Plot.text(points, {text: "name", y: "y", frameAnchor: "left", textAnchor: "end", dx: -12, fontWeight: 550}),
      Plot.link(points, {x1: "low", x2: "high", y: "y", stroke: arm.color, strokeWidth: 1.75}),
      Plot.dot(points, {
        x: "value",
        y: "y",
        r: 6,
        symbol: plotSymbol(arm.mark),
        fill: (d) => (d.hollow ? "var(--theme-background)" : arm.color),
        stroke: arm.color,
        strokeWidth: 2
      }),
      Plot.text(points, {
        text: (d) => percent(d.value),
        y: "y",
        frameAnchor: "right",
        textAnchor: "end",
        dx: 44,
        fontWeight: 600,
        fontVariant: "tabular-nums"
      })
    ]
  });
}
