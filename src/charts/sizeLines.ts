import {Plot, d3} from "../components/kit.js";
import type {Ink} from "../components/palette.js";
import {inked, plotSymbol} from "../components/palette.js";
import {panels} from "../components/panels.js";

export interface SizePoint {
  /** Panel. */
  panel: string;
  /** Line: an arm, or a role. */
  line: string;
  ink: Ink;
  /** A weak model or a ceiling, between which the arms are: without a mark. */
  role: boolean;
  /** Layers or parameters. */
  size: number;
  /** Null where withheld. */
  value: number | null;
  low: number | null;
  high: number | null;
  /** What a reader is told on it. */
  about: string;
}

export interface SizeLinesOptions {
  width: number;
  /** All panels, also those without a value. */
  titles: readonly string[];
  /** What a panel says where it has no value. */
  empty: (title: string) => string;
  label: string;
  sizeLabel: string;
  /** Whether sizes are parameters, on a logarithmic axis, or layers. */
  log: boolean;
  sizeFormat: (size: number) => string;
  format: (value: number) => string;
  references: readonly number[];
  ariaLabel: string;
}

type Drawn = SizePoint & {value: number};

/** A quantity by size of a model, a panel a domain and a line a method, with their intervals as bands; bars where a line has one point. */
export function sizeLines(
  points: readonly SizePoint[],
  {width, titles, empty, label, sizeLabel, log, sizeFormat, format, references, ariaLabel}: SizeLinesOptions
): SVGSVGElement | HTMLElement {
  const grid = panels(titles, width, {least: 230});
  const facet = {fx: (d: {panel: string}) => grid.at(d.panel).column, fy: (d: {panel: string}) => grid.at(d.panel).row};
  const rows = grid.stack(210);
  const sizes = [...new Set(points.map((d) => d.size))].sort(d3.ascending);
  const shown = points.filter((d): d is Drawn => d.value !== null);
  const ends = shown.flatMap((d) => [d.value, d.low ?? d.value, d.high ?? d.value]).concat(references);
  // One wild interval must not squeeze the others: beyond this, it leaves the frame.
  const around = d3.median(shown, (d) => d.value) ?? 0;
  const reach =
    1.8 *
    (d3.quantile(
      ends.map((d) => Math.abs(d - around)),
      0.9
    ) ?? 1);
  const domain = [Math.max(around - reach, d3.min(ends) ?? 0), Math.min(around + reach, d3.max(ends) ?? 1)];
  const clamp = (value: number) => Math.min(domain[1], Math.max(domain[0], value));
  const lines = d3.groups(shown, (d) => `${d.panel} ${d.line}`).map(([, some]) => d3.sort(some, (d) => d.size));
  const named = titles.map((panel) => ({panel}));
  const first = named.filter((d) => grid.at(d.panel).column === 0);
  const without = named.filter((d) => !shown.some(({panel}) => panel === d.panel));
  const bounded = (d: SizePoint) => d.low !== null && d.high !== null;
  return Plot.plot({
    width,
    height: 106 + rows.height,
    marginLeft: 46,
    marginRight: 14,
    marginTop: 58,
    marginBottom: 48,
    ariaLabel,
    style: {fontFamily: "var(--sans-serif)", fontSize: "12px", overflow: "visible"},
    fx: {axis: null, padding: grid.columns > 1 ? 0.16 : 0},
    fy: rows.scale,
    x: {type: log ? "log" : "linear", insetLeft: 16, insetRight: 16},
    y: {label: null, domain, nice: true, tickFormat: "%", ticks: 5},
    marks: [
      Plot.gridY({ticks: 5, strokeOpacity: 0.1}),
      Plot.axisX(sizes, {
        tickFormat: (d: number) => sizeFormat(d),
        label: sizeLabel,
        labelAnchor: "center",
        labelArrow: "none"
      }),
      references.length ? Plot.ruleY(references, {strokeOpacity: 0.45}) : null,
      Plot.text(first, {
        ...facet,
        text: () => label,
        frameAnchor: "top-left",
        dx: -40,
        dy: -30,
        fill: "var(--theme-foreground-muted)"
      }),
      Plot.text(named, {...facet, text: "panel", frameAnchor: "top-left", dy: -50, fontWeight: 600, fontSize: 13}),
      Plot.text(without, {
        ...facet,
        text: (d) => empty(d.panel),
        frameAnchor: "middle",
        lineWidth: 20,
        fontStyle: "italic",
        fill: "var(--theme-foreground-muted)"
      }),
      ...lines.flatMap((some): Plot.Markish[] => {
        const [{ink, role}] = some;
        const {color, hollow} = ink;
        const alone = some.length === 1;
        const bar = {x: "size", y1: (d: Drawn) => clamp(d.low!), y2: (d: Drawn) => clamp(d.high!), ...facet};
        return [
          alone
            ? Plot.link(some.filter(bounded), {...bar, stroke: color, strokeWidth: 1.75})
            : Plot.areaY(some.filter(bounded), {...bar, fill: color, fillOpacity: 0.11}),
          Plot.line(some, {
            ...facet,
            x: "size",
            y: (d: Drawn) => clamp(d.value),
            stroke: color,
            strokeWidth: role ? 2.5 : 2,
            strokeDasharray: hollow ? "5 4" : undefined
          }),
          Plot.dot(some, {
            ...facet,
            x: "size",
            y: (d: Drawn) => clamp(d.value),
            r: role ? 2.5 : 4.5,
            symbol: role ? "circle" : plotSymbol(ink.mark),
            ...inked(ink)
          })
        ];
      }),
      Plot.tip(shown, Plot.pointer({...facet, x: "size", y: (d: Drawn) => clamp(d.value), title: "about"}))
    ]
  });
}
