import {plural} from "../components/format.js";
import {Plot, d3} from "../components/kit.js";

/** Whose decision was right; `alike` where both decided alike. */
export const truths = ["strong", "weak", "alike"] as const;
export type Truth = (typeof truths)[number];

export const truthTitles: Readonly<Record<Truth, string>> = {
  strong: "The strong side is right",
  weak: "The weak side is right",
  alike: "Both decide alike"
};

export interface DebateValue {
  /** Log-odds (nats) that the strong side is the better one, averaged over both orders. */
  value: number;
  truth: Truth;
}

export interface DebateValueBin {
  truth: Truth;
  from: number;
  to: number;
  n: number;
}

/** Counts in bins of one width, alike for all, none of them across 0. */
export function binDebateValues(values: readonly DebateValue[]): DebateValueBin[] {
  const most = d3.max(values, (d) => Math.abs(d.value)) || 1;
  const width = d3.tickStep(-most, most, 20);
  return d3
    .flatRollup(
      values,
      (v) => v.length,
      (d) => d.truth,
      (d) => Math.floor(d.value / width)
    )
    .map(([truth, bin, n]) => ({truth, from: bin * width, to: (bin + 1) * width, n}))
    .sort((a, b) => truths.indexOf(a.truth) - truths.indexOf(b.truth) || a.from - b.from);
}

/** How far the judge leans to either side, by whose decision was right: a judge that knows leans right above and left below. */
export function debateValueChart(
  bins: readonly DebateValueBin[],
  {width}: {width: number}
): SVGSVGElement | HTMLElement {
  const end = d3.max(bins, (d) => Math.max(-d.from, d.to)) ?? 1;
  const fill = ({truth, from, to}: DebateValueBin) =>
    truth === "alike" ? "var(--weak)" : from + to > 0 === (truth === "strong") ? "var(--good)" : "var(--bad)";
  const rows = truths.filter((truth) => bins.some((d) => d.truth === truth));
  const ends = [
    {text: "← weak side", anchor: "top-left"},
    {text: "strong side →", anchor: "top-right"}
  ] as const;
  return Plot.plot({
    width,
    height: 80 + 104 * rows.length,
    marginLeft: 40,
    marginRight: 12,
    marginTop: 26,
    marginBottom: 44,
    ariaLabel: "Distribution of the debate function D by whose decision was right",
    style: {fontFamily: "var(--sans-serif)", fontSize: "12px", overflow: "visible"},
    fy: {domain: rows, axis: null, padding: 0.32},
    x: {
      domain: [-end, end],
      label: "D: log-odds for the strong side (nats)",
      labelAnchor: "center",
      labelArrow: "none"
    },
    y: {label: null, ticks: 3, tickFormat: (d: number) => (Number.isInteger(d) ? String(d) : "")},
    marks: [
      Plot.gridY({ticks: 3, strokeOpacity: 0.1}),
      Plot.rectY(bins, {
        fy: "truth",
        x1: "from",
        x2: "to",
        y: "n",
        fill,
        inset: 0.5,
        title: (d: DebateValueBin) =>
          `${truthTitles[d.truth]}: ${plural(d.n, "question")} with D from ${d3.format(".3~g")(d.from)} to ${d3.format(".3~g")(d.to)}`,
        tip: true
      }),
      Plot.ruleX([0], {stroke: "currentColor", strokeOpacity: 0.6}),
      Plot.ruleY([0], {stroke: "currentColor"}),
      Plot.text(rows, {
        fy: (d) => d,
        text: (d: Truth) => truthTitles[d],
        frameAnchor: "top-left",
        dy: -20,
        fontWeight: 600,
        fontSize: 13
      }),
      ...ends.map(({text, anchor}) =>
        Plot.text(rows.slice(0, 1), {
          fy: (d) => d,
          text: () => text,
          frameAnchor: anchor,
          dx: anchor === "top-right" ? -2 : 2,
          dy: 2,
          fill: "var(--theme-foreground-muted)"
        })
      )
    ]
  });
}
