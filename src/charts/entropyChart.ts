import {decimals, interval, percent, plural} from "../components/format.js";
import {Plot, d3} from "../components/kit.js";
import {weakColor} from "../components/palette.js";
import type {EntropyBin} from "../statistics/entropyBins.js";

const floor = -0.24;

/** How often the teacher is right by how its chains scatter, with intervals, and below how many questions that is. */
export function entropyChart(
  bins: readonly EntropyBin[],
  {width, most, at}: {width: number; most: number; at: string}
): SVGSVGElement | HTMLElement {
  const largest = d3.max(bins, (d) => d.n) ?? 1;
  const bar = (d: EntropyBin) => floor + 0.2 * (d.n / largest);
  // Those without doubt have no width of their own.
  const beside = most * 0.04;
  const left = (d: EntropyBin) => (d.to === 0 ? -beside : d.from);
  return Plot.plot({
    width,
    height: 320,
    marginLeft: 44,
    marginRight: 14,
    marginTop: 40,
    marginBottom: 42,
    ariaLabel: "Share of right representatives by cluster entropy",
    style: {fontFamily: "var(--sans-serif)", fontSize: "12px", overflow: "visible"},
    x: {
      domain: [-beside, most],
      label: "Entropy of the clusters (nats)",
      labelAnchor: "center",
      labelArrow: "none",
      ticks: d3.ticks(0, most, 6)
    },
    y: {domain: [floor, 1], label: null, ticks: [0, 0.25, 0.5, 0.75, 1], tickFormat: "%"},
    marks: [
      Plot.gridY([0, 0.25, 0.5, 0.75, 1], {strokeOpacity: 0.1}),
      Plot.text(["Representative right"], {
        frameAnchor: "top-left",
        dx: -40,
        dy: -34,
        fill: "var(--theme-foreground-muted)"
      }),
      Plot.text([at], {frameAnchor: "top-right", dy: -34, fontWeight: 600}),
      Plot.rect(bins, {x1: left, x2: "to", y1: floor, y2: bar, fill: weakColor, fillOpacity: 0.35, inset: 0.5}),
      Plot.text(bins, {
        x: (d: EntropyBin) => (left(d) + d.to) / 2,
        y: bar,
        text: (d: EntropyBin) => String(d.n),
        dy: -7,
        fontSize: 11,
        fill: "var(--theme-foreground-muted)"
      }),
      Plot.link(bins, {x: "entropy", y1: "low", y2: "high", stroke: "currentColor", strokeWidth: 1.5}),
      Plot.dot(bins, {
        x: "entropy",
        y: "accuracy",
        r: 4.5,
        fill: weakColor,
        stroke: "var(--theme-background)",
        strokeWidth: 1.2
      }),
      Plot.tip(
        bins,
        Plot.pointer({
          x: "entropy",
          y: "accuracy",
          title: (d: EntropyBin) =>
            `${plural(d.n, "question")} of entropy ${d.to === 0 ? "0" : `${decimals(2)(d.from)} to ${decimals(2)(d.to)}`}\n${percent(d.accuracy)}% right (${interval(d.low, d.high, percent)})`
        })
      )
    ]
  });
}
