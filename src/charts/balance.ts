import {count, percent} from "../components/format.js";
import {Plot, d3} from "../components/kit.js";
import {panels} from "../components/panels.js";

export interface BalanceRow {
  title: string;
  split: string;
  seed: number;
  n: number;
  /** Rows of class 1; null while labels are not there yet. */
  positives: number | null;
}

/** Share of class 1 in each split, a dot a seed, with how many rows a split has. */
export function balance(rows: readonly BalanceRow[], {width}: {width: number}): SVGSVGElement | HTMLElement {
  const titles = [...new Set(rows.map((d) => d.title))];
  const splits = [...new Set(rows.map((d) => d.split))];
  const grid = panels(titles, width, {least: 270});
  const facet = {fx: (d: {title: string}) => grid.at(d.title).column, fy: (d: {title: string}) => grid.at(d.title).row};
  const named = titles.map((title) => ({title}));
  const counts = d3
    .rollups(
      rows,
      (v) => d3.extent(v, (d) => d.n) as [number, number],
      (d) => d.title,
      (d) => d.split
    )
    .flatMap(([title, some]) =>
      some.map(([split, [low, high]]) => ({
        title,
        split,
        text: low === high ? count(low) : `${count(low)}–${count(high)}`
      }))
    );
  const known = rows.filter((d) => d.positives !== null) as (BalanceRow & {positives: number})[];
  const reach = Math.max(0.13, d3.max(known, (d) => Math.abs(d.positives / d.n - 0.5)) ?? 0) + 0.02;
  const stack = grid.stack(26 * splits.length);
  const marginLeft = Math.max(...splits.map((d) => d.length * 6.8)) + 10;
  return Plot.plot({
    width,
    height: 86 + stack.height,
    marginLeft,
    marginRight: 56,
    marginTop: 44,
    marginBottom: 42,
    ariaLabel: "Share of class 1 by task and split",
    style: {fontFamily: "var(--sans-serif)", fontSize: "12px", overflow: "visible"},
    fx: {axis: null, padding: grid.columns > 1 ? 0.3 : 0},
    fy: stack.scale,
    x: {
      domain: [0.5 - reach, 0.5 + reach],
      label: "Share of class 1",
      labelAnchor: "center",
      labelArrow: "none",
      ticks: 3,
      tickFormat: "%"
    },
    y: {domain: splits, label: null, tickSize: 0, padding: 0.2},
    marks: [
      Plot.text(named, {...facet, text: "title", frameAnchor: "top-left", dy: -34, fontWeight: 600, fontSize: 13}),
      Plot.text(named, {
        ...facet,
        text: () => "rows",
        frameAnchor: "top-right",
        textAnchor: "end",
        dx: 50,
        dy: -14,
        fill: "var(--theme-foreground-muted)"
      }),
      Plot.ruleX([0.5], {strokeOpacity: 0.4}),
      Plot.ruleY(splits, {strokeOpacity: 0.1}),
      Plot.dot(known, {
        ...facet,
        x: (d) => d.positives / d.n,
        y: "split",
        r: 3.5,
        fill: "var(--weak)",
        fillOpacity: 0.75,
        title: (d) => `seed ${d.seed}: ${count(d.positives)} of ${count(d.n)} rows, ${percent(d.positives / d.n)}%`,
        tip: true
      }),
      Plot.text(counts, {
        ...facet,
        y: "split",
        text: "text",
        frameAnchor: "right",
        textAnchor: "end",
        dx: 50,
        fontVariant: "tabular-nums"
      })
    ]
  });
}
