import {interval} from "../components/format.js";
import {Plot, d3} from "../components/kit.js";
import type {Ink} from "../components/palette.js";
import {inked, plotSymbol} from "../components/palette.js";
import {panels} from "../components/panels.js";
import {panelHeads} from "./panelFrame.js";

export interface ProbePoint {
  /** Panel: a task and a concept. */
  title: string;
  /** What was probed: the model before, a student, the ceiling. */
  line: string;
  /** How its line looks; without a mark, a plain line. */
  look: Omit<Ink, "mark"> & Partial<Pick<Ink, "mark">>;
  layer: number;
  value: number;
  low: number;
  high: number;
}

export interface ProbeBand {
  title: string;
  layer: number;
  low: number;
  high: number;
}

export interface ProbeChartOptions {
  width: number;
  label: string;
  ariaLabel: string;
  format: (value: number) => string;
  tickFormat: (value: number) => string;
  /** What a probe that learned from permuted labels reaches, by layer. */
  control: readonly ProbeBand[];
  /** What saying the commoner class reaches, with what as many rows make of it by luck; the same for all layers of a panel. */
  chance: readonly ProbeBand[];
  reference: readonly {title: string; at: number}[];
}

/** A measure of linear probes by layer, a panel a task and concept: a line a model with its interval, chance and control behind them. */
export function probeChart(
  points: readonly ProbePoint[],
  {width, label, ariaLabel, format, tickFormat, control, chance, reference}: ProbeChartOptions
): SVGSVGElement | HTMLElement {
  const titles = [...new Set(points.map((d) => d.title))];
  const grid = panels(titles, width, {least: 300, most: 2});
  const facet = {fx: (d: {title: string}) => grid.at(d.title).column, fy: (d: {title: string}) => grid.at(d.title).row};
  const rows = grid.stack(210);
  const named = titles.map((title) => ({title}));
  const layers = [...new Set(points.map((d) => d.layer))].sort(d3.ascending);
  const every = Math.max(1, Math.ceil(layers.length / (grid.width / 36)));
  const lines = d3.groups(points, (d) => d.line);
  return Plot.plot({
    width,
    height: 100 + rows.height,
    marginLeft: 48,
    marginRight: 14,
    marginTop: 58,
    marginBottom: 42,
    ariaLabel,
    style: {fontFamily: "var(--sans-serif)", fontSize: "12px", overflow: "visible"},
    fx: {axis: null, padding: grid.columns > 1 ? 0.14 : 0},
    fy: rows.scale,
    x: {
      label: "Layer",
      labelAnchor: "center",
      labelArrow: "none",
      domain: d3.extent(layers) as [number, number],
      ticks: layers.filter((_, i) => i % every === 0),
      tickFormat: (d: number) => String(d),
      inset: 6
    },
    y: {label: null, ticks: 5, nice: true, tickFormat},
    marks: [
      Plot.areaY(chance, {
        ...facet,
        x: "layer",
        y1: "low",
        y2: "high",
        z: "title",
        fill: "var(--rule)",
        fillOpacity: 0.55
      }),
      Plot.areaY(control, {
        ...facet,
        x: "layer",
        y1: "low",
        y2: "high",
        z: "title",
        fill: "var(--gold)",
        fillOpacity: 0.3
      }),
      Plot.gridY({ticks: 5, strokeOpacity: 0.1}),
      Plot.ruleY(reference, {...facet, y: "at", stroke: "currentColor", strokeOpacity: 0.55, strokeDasharray: "2 3"}),
      ...panelHeads(named, {facet, title: (d) => d.title, first: (d) => grid.at(d.title).column === 0, label}),
      ...lines.map(([, some]) =>
        Plot.areaY(some, {
          ...facet,
          x: "layer",
          y1: "low",
          y2: "high",
          z: "title",
          fill: some[0].look.color,
          fillOpacity: 0.09
        })
      ),
      ...lines.map(([, some]) =>
        Plot.line(some, {
          ...facet,
          x: "layer",
          y: "value",
          z: "title",
          stroke: some[0].look.color,
          strokeWidth: 2,
          strokeDasharray: some[0].look.dash
        })
      ),
      ...lines.flatMap(([, some]) => {
        const {mark, ...look} = some[0].look;
        return mark
          ? [Plot.dot(some, {...facet, x: "layer", y: "value", symbol: plotSymbol(mark), r: 3.5, ...inked(look)})]
          : [];
      }),
      Plot.tip(
        points,
        Plot.pointer({
          ...facet,
          x: "layer",
          y: "value",
          title: (d) =>
            `${d.line}, layer ${d.layer}: ${format(d.value)}\n95% interval ${interval(d.low, d.high, format)}`
        })
      )
    ]
  });
}
