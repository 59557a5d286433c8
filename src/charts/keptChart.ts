import {count, interval, share} from "../components/format.js";
import {Plot} from "../components/kit.js";
import type {KeptBin} from "../statistics/keptByDoubt.js";

export interface KeptSeries {
  /** Whether the teacher says what the student says by itself. */
  same: boolean;
  label: string;
  color: string;
  bins: readonly KeptBin[];
}

export interface KeptChartOptions {
  width: number;
  label: string;
  ariaLabel: string;
}

/** How often a student keeps its own answer, by how much its teacher doubts; where the teacher says the same, and where another. */
export function keptChart(
  series: readonly KeptSeries[],
  {width, label, ariaLabel}: KeptChartOptions
): SVGSVGElement | HTMLElement {
  const titles = [...new Set(series.flatMap((d) => d.bins.map((bin) => bin.title)))];
  const order = new Map(series.flatMap((d) => d.bins.map((bin) => [bin.title, bin.place] as const)));
  titles.sort((a, b) => order.get(a)! - order.get(b)!);
  const narrow = width < 560;
  const marks = series.map((d, i) => {
    const dx = (i - (series.length - 1) / 2) * (narrow ? 10 : 16);
    const of = {x: "title", stroke: d.color, dx} as const;
    return [
      Plot.ruleX(d.bins, {...of, y1: "low", y2: "high", strokeWidth: 1.75}),
      Plot.dot(d.bins, {
        ...of,
        y: "value",
        r: 5,
        fill: d.same ? "var(--theme-background)" : d.color,
        strokeWidth: 2
      }),
      Plot.text(d.bins, {
        x: "title",
        dx,
        y: 0,
        dy: 16 + 14 * i + 18,
        text: (bin: KeptBin) => count(bin.n),
        fill: d.color,
        fontSize: 11
      })
    ];
  });
  const all = series.flatMap((d) => d.bins.map((bin) => ({...bin, label: d.label})));
  return Plot.plot({
    width,
    height: narrow ? 300 : 340,
    marginLeft: 48,
    marginRight: 8,
    marginTop: 34,
    marginBottom: 66 + 14 * series.length,
    ariaLabel,
    style: {fontFamily: "var(--sans-serif)", fontSize: "13px", overflow: "visible"},
    x: {type: "point", domain: titles, padding: 0.5, label, labelAnchor: "center", labelArrow: "none", tickSize: 0},
    y: {
      domain: [0, 1],
      label: "Keeps its own answer",
      labelAnchor: "top",
      labelArrow: "none",
      tickFormat: "%",
      ticks: 5
    },
    marks: [
      Plot.gridY({ticks: 5, strokeOpacity: 0.1}),
      ...marks,
      Plot.tip(
        all,
        Plot.pointerX({
          x: "title",
          y: "value",
          title: (d: (typeof all)[number]) =>
            `${d.title}, ${d.label}\n${share(d.value)} (${interval(d.low, d.high, share)}) of ${count(d.n)}`
        })
      )
    ]
  });
}
