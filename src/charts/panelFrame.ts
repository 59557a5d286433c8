import {Plot} from "../components/kit.js";
import {panels} from "../components/panels.js";

interface InPanel {
  panel: string;
}

export interface PanelHeads<T> {
  /** Column and row of a panel. */
  facet: {fx: (panel: T) => number; fy: (panel: T) => number};
  title: (panel: T) => string;
  /** Whether a panel is the first of its row. */
  first: (panel: T) => boolean;
  /** What the panels measure. */
  label: string;
}

/** The title of each panel, and above the first of each row what is measured. */
export const panelHeads = <T>(named: readonly T[], {facet, title, first, label}: PanelHeads<T>) => [
  Plot.text(named.filter(first), {
    ...facet,
    text: () => label,
    frameAnchor: "top-left",
    dx: -40,
    dy: -30,
    fill: "var(--theme-foreground-muted)"
  }),
  Plot.text(named, {...facet, text: title, frameAnchor: "top-left", dy: -50, fontWeight: 600, fontSize: 13})
];

/** Room above the panels for titles, and below them for the axis (px). */
const marginTop = 58;
const marginBottom = 48;

/** What charts of small panels share: each panel under its title, and what they measure, a share, above the first of each row. */
export function panelFrame(titles: readonly string[], width: number, {height, label}: {height: number; label: string}) {
  const grid = panels(titles, width, {least: 230});
  const rows = grid.stack(height);
  const facet = {fx: (d: InPanel) => grid.at(d.panel).column, fy: (d: InPanel) => grid.at(d.panel).row};
  const named = titles.map((panel) => ({panel}));
  return {
    facet,
    named,
    frame: {
      width,
      height: marginTop + marginBottom + rows.height,
      marginLeft: 46,
      marginTop,
      marginBottom,
      style: {fontFamily: "var(--sans-serif)", fontSize: "12px", overflow: "visible"},
      fx: {axis: null, padding: grid.columns > 1 ? 0.16 : 0},
      fy: rows.scale
    } as const,
    y: {label: null, nice: true, tickFormat: "%", ticks: 5} as const,
    heads: [
      Plot.gridY({ticks: 5, strokeOpacity: 0.1}),
      ...panelHeads(named, {facet, title: (d) => d.panel, first: (d) => grid.at(d.panel).column === 0, label})
    ]
  };
}
