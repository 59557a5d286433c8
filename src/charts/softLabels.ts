import {count} from "../components/format.js";
import {Plot, d3} from "../components/kit.js";
import {panels} from "../components/panels.js";

export interface SoftLabel {
  title: string;
  label: number;
  probability: number;
}

export interface SoftLabelBin {
  title: string;
  from: number;
  to: number;
  label: number;
  n: number;
  right: boolean;
}

/** Counts of soft labels in bins of equal width, by truth. */
export function binSoftLabels(labels: readonly SoftLabel[], bins = 20): SoftLabelBin[] {
  return d3
    .flatRollup(
      labels,
      (v) => v.length,
      (d) => d.title,
      (d) => d.label,
      (d) => Math.min(bins - 1, Math.floor(d.probability * bins))
    )
    .map(([title, label, bin, n]) => ({
      title,
      label,
      n,
      from: bin / bins,
      to: (bin + 1) / bins,
      right: bin / bins >= 0.5 === (label === 1)
    }));
}

/** How sure the weak labels are, mirrored by truth: rows of class 1 above, of class 0 below; what lies on the wrong side is coloured. */
export function softLabels(bins: readonly SoftLabelBin[], {width}: {width: number}): SVGSVGElement | HTMLElement {
  const titles = [...new Set(bins.map((d) => d.title))];
  const grid = panels(titles, width);
  const facet = {fx: (d: {title: string}) => grid.at(d.title).column, fy: (d: {title: string}) => grid.at(d.title).row};
  const rows = grid.stack(160);
  const most = d3.max(bins, (d) => d.n) ?? 1;
  const named = titles.map((title) => ({title}));
  const first = named.filter((d) => grid.at(d.title).column === 0);
  return Plot.plot({
    width,
    height: 100 + rows.height,
    marginLeft: 44,
    marginRight: 12,
    marginTop: 58,
    marginBottom: 42,
    ariaLabel: "Distribution of the weak labels by truth, by task",
    style: {fontFamily: "var(--sans-serif)", fontSize: "12px", overflow: "visible"},
    fx: {axis: null, padding: grid.columns > 1 ? 0.14 : 0},
    fy: rows.scale,
    x: {
      domain: [0, 1],
      label: "Weak label: probability of class 1",
      labelAnchor: "center",
      labelArrow: "none",
      ticks: [0, 0.5, 1],
      tickFormat: "%"
    },
    y: {domain: [-1.15 * most, 1.15 * most], label: null, ticks: 5, tickFormat: (d: number) => count(Math.abs(d))},
    marks: [
      Plot.gridY({ticks: 5, strokeOpacity: 0.1}),
      Plot.text(first, {
        ...facet,
        text: () => "Rows",
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
      Plot.rect(bins, {
        ...facet,
        x1: "from",
        x2: "to",
        y1: 0,
        y2: (d) => (d.label === 1 ? d.n : -d.n),
        fill: (d) => (d.right ? "var(--weak)" : "var(--bad)"),
        inset: 0.5,
        title: (d) => `${count(d.n)} rows of class ${d.label}, labelled ${d.from.toFixed(2)} to ${d.to.toFixed(2)}`,
        tip: true
      }),
      Plot.ruleY([0], {stroke: "currentColor"}),
      Plot.ruleX([0.5], {stroke: "currentColor", strokeOpacity: 0.45, strokeDasharray: "4 3"}),
      Plot.text(named, {
        ...facet,
        text: () => "class 1",
        frameAnchor: "top-left",
        dx: 4,
        dy: 4,
        fill: "var(--theme-foreground-muted)"
      }),
      Plot.text(named, {
        ...facet,
        text: () => "class 0",
        // At the right, where bars of class 0 are low.
        frameAnchor: "bottom-right",
        dx: -4,
        dy: -4,
        fill: "var(--theme-foreground-muted)"
      })
    ]
  });
}
