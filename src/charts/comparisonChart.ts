import {Plot, d3} from "../components/kit.js";
import type {Arm} from "../components/palette.js";
import {groupHeads} from "./groupHeads.js";
import {inked, plotSymbol} from "../components/palette.js";

export interface ComparisonRow {
  /** Group of rows below one heading. */
  group: string;
  label: string;
  /** How its mark looks; without a shape, a tick: a supervisor or a ceiling. */
  look: Pick<Arm, "color" | "fill" | "hollow"> & Partial<Pick<Arm, "mark">>;
  /** Null where there is none. */
  value: number | null;
  low: number | null;
  high: number | null;
  /** Smallest difference, to either side of 0, that the design could have found; none where left out. */
  detectable?: number | null;
  /** What another work has published: a value (twice), or a range. */
  published?: readonly [number, number];
  /** Whether it stands on too little to set the axis: what of it lies beyond is cut, with an arrow. */
  aside?: boolean;
  /** What stands at the right, a text for each column. */
  columns: readonly string[];
}

export interface ComparisonOptions {
  width: number;
  label: string;
  ariaLabel: string;
  tickFormat: (value: number) => string;
  /** Heads of what stands at the right. */
  columns: readonly string[];
  /** A line that means something, with its word. */
  reference?: {at: number; label: string};
  /** Linear where left out. */
  scale?: "linear" | "log";
  /** Room for labels, where charts stand below one another. */
  marginLeft?: number;
}

const columnWidth = 104;

/** What of the axis is shown: all that rows say, but for those that stand on too little to set it, where others do. */
export function comparisonFrame(
  rows: readonly Pick<ComparisonRow, "value" | "low" | "high" | "detectable" | "published" | "aside">[],
  reference?: {at: number}
): [number, number] {
  const some = rows.filter((d) => !d.aside && d.value !== null);
  const ends = [
    ...(reference ? [reference.at] : []),
    ...(some.length ? some : rows).flatMap(({value, low, high}) =>
      value === null ? [] : [value, low ?? value, high ?? value]
    ),
    ...(some.length ? some : rows).flatMap((d) => (d.detectable ? [-d.detectable, d.detectable] : [])),
    ...rows.flatMap((d) => d.published ?? [])
  ];
  const [low = 0, high = 1] = d3.extent(ends);
  return [low, high];
}

/** A value with its interval for each row, on one axis for all groups; behind it what could not have been found; numbers at the right. */
export function comparisonChart(
  rows: readonly ComparisonRow[],
  {width, label, ariaLabel, tickFormat, columns, reference, scale = "linear", marginLeft: room}: ComparisonOptions
): SVGSVGElement | HTMLElement {
  const narrow = width < 640;
  const step = narrow ? 44 : 24;
  const labels = Math.min(width * 0.34, Math.max(...rows.map((d) => d.label.length * 7.2)) + 20);
  const marginLeft = narrow ? 4 : (room ?? labels);
  const marginRight = narrow ? 4 : columnWidth * columns.length + 12;
  const ticks = narrow ? 4 : Math.min(8, Math.floor((width - marginLeft - marginRight) / 56));
  let y = reference ? 30 : 14;
  const heads: {group: string; y: number}[] = [];
  const placed: (ComparisonRow & {y: number})[] = [];
  for (const [group, some] of d3.groups(rows, (d) => d.group)) {
    heads.push({group, y: y + 8});
    y += 24;
    for (const row of some) {
      placed.push({...row, y: y + (narrow ? 30 : step / 2)});
      y += step;
    }
    y += 14;
  }
  const shown = placed.filter((d): d is ComparisonRow & {y: number; value: number} => d.value !== null);
  const bands = placed.filter((d) => d.detectable);
  const [low, high] = comparisonFrame(rows, reference);
  const cutting = rows.some((d) => d.aside);
  const whole: [number, number] = low === high ? [low - 0.01, high + 0.01] : [low, high];
  const domain = cutting ? (d3.scaleLinear(whole, [0, 1]).nice(ticks).domain() as [number, number]) : whole;
  const within = (value: number) => (cutting ? Math.min(domain[1], Math.max(domain[0], value)) : value);
  const inside = (value: number) => within(value) === value;
  const arrows = shown.flatMap((d) => [
    ...((d.low ?? d.value) < within(d.low ?? d.value) ? [{...d, at: domain[0], turn: -90}] : []),
    ...((d.high ?? d.value) > within(d.high ?? d.value) ? [{...d, at: domain[1], turn: 90}] : [])
  ]);
  const place = reference && high > low ? (reference.at - low) / (high - low) : 0.5;
  const texts = narrow
    ? []
    : columns.flatMap((head, i) => {
        const dx = width - marginLeft - marginRight + 12 + columnWidth * (i + 1);
        const at = {frameAnchor: "left", textAnchor: "end", dx} as const;
        return [
          Plot.text([head], {
            ...at,
            frameAnchor: "top-left",
            dy: -12,
            fontSize: 12,
            fill: "var(--theme-foreground-muted)"
          }),
          Plot.text(placed, {
            ...at,
            y: "y",
            text: (d) => d.columns[i],
            fontVariant: "tabular-nums",
            fontWeight: i === 0 ? 600 : 400
          })
        ];
      });
  return Plot.plot({
    width,
    height: y + 66,
    marginLeft,
    marginRight,
    marginTop: 24,
    marginBottom: 44,
    ariaLabel,
    style: {fontFamily: "var(--sans-serif)", fontSize: "13px", overflow: "visible"},
    x: {
      type: scale,
      domain,
      nice: !cutting,
      label,
      labelAnchor: "center",
      labelArrow: "none",
      ticks,
      tickFormat
    },
    y: {type: "identity", axis: null},
    marks: [
      Plot.gridX({ticks, strokeOpacity: 0.1}),
      Plot.rect(bands, {
        x1: (d) => within(-d.detectable!),
        x2: (d) => within(d.detectable!),
        y1: (d) => d.y - 8,
        y2: (d) => d.y + 8,
        fill: "currentColor",
        fillOpacity: 0.1
      }),
      Plot.link(
        placed.filter((d) => d.published && d.published[0] < d.published[1]),
        {
          x1: (d) => d.published![0],
          x2: (d) => d.published![1],
          y: "y",
          stroke: "currentColor",
          strokeOpacity: 0.22,
          strokeWidth: 10
        }
      ),
      reference ? Plot.ruleX([reference.at], {stroke: "currentColor", strokeOpacity: 0.6}) : null,
      reference
        ? Plot.text([reference], {
            x: "at",
            text: "label",
            frameAnchor: "top",
            dy: -12,
            // Near an end of the axis, the word would leave the frame.
            textAnchor: place < 0.25 ? "start" : place > 0.75 ? "end" : "middle",
            fontSize: 12,
            fill: "var(--theme-foreground-muted)"
          })
        : null,
      groupHeads(heads, marginLeft),
      Plot.text(placed, {
        text: "label",
        y: (d) => d.y - (narrow ? 18 : 0),
        frameAnchor: "left",
        dx: narrow ? 0 : -12,
        textAnchor: narrow ? "start" : "end",
        fill: "var(--theme-foreground-muted)",
        fontSize: narrow ? 12 : 13
      }),
      narrow
        ? Plot.text(placed, {
            text: (d) => d.columns.filter(Boolean).slice(0, 2).join("; "),
            y: (d) => d.y - 18,
            frameAnchor: "right",
            textAnchor: "end",
            fontSize: 11.5,
            fontVariant: "tabular-nums"
          })
        : null,
      Plot.link(
        shown.filter((d) => d.low !== null && d.high !== null),
        {
          x1: (d) => within(d.low!),
          x2: (d) => within(d.high!),
          y: "y",
          stroke: (d) => d.look.color,
          strokeWidth: 1.75
        }
      ),
      Plot.dot(arrows, {
        x: "at",
        y: "y",
        r: 4,
        symbol: "triangle",
        rotate: "turn",
        fill: (d) => d.look.color,
        className: "cut-end"
      }),
      Plot.link(
        shown.filter((d) => !d.look.mark),
        {x: "value", y1: (d) => d.y - 8, y2: (d) => d.y + 8, stroke: (d) => d.look.color, strokeWidth: 3}
      ),
      ...d3
        .groups(
          shown.filter((d) => d.look.mark && inside(d.value)),
          (d) => d.look
        )
        .map(([look, some]) =>
          Plot.dot(some, {x: "value", y: "y", r: 5, symbol: plotSymbol(look.mark!), ...inked(look)})
        ),
      Plot.dot(
        placed.filter((d) => d.published && d.published[0] === d.published[1]),
        {x: (d) => d.published![0], y: "y", r: 5, symbol: "times", stroke: "currentColor", strokeWidth: 2}
      ),
      ...texts
    ]
  });
}
