import {reasonWidth} from "./gapChart.js";
import {interval} from "../components/format.js";
import {Plot, d3} from "../components/kit.js";
import type {Arm} from "../components/palette.js";
import {inked, plotSymbol} from "../components/palette.js";

export interface ForestRow {
  title: string;
  /** The domain of its task, which has a heading where there are several. */
  domain?: string;
  /** Over all tasks. */
  overall: boolean;
  arm: Arm;
  /** Null where withheld. */
  value: number | null;
  low: number | null;
  high: number | null;
  refused: string | null;
}

export interface ForestOptions {
  width: number;
  label: string;
  ariaLabel: string;
  format: (value: number) => string;
  tickFormat: (value: number) => string;
  /** Lines that mean something, such as 0 for no difference, with their words. */
  references: readonly {at: number; label: string}[];
}

/** An estimate with its interval, a row a task with each method on it, and below a line one for all; numbers at the right. */
export function forestPlot(
  rows: readonly ForestRow[],
  {width, label, ariaLabel, format, tickFormat, references}: ForestOptions
): SVGSVGElement | HTMLElement {
  const narrow = width < 600;
  const groups = d3.groups(rows, (d) => d.title);
  const dense = groups.length > 8;
  const step = narrow ? 30 : dense ? 17 : 22;
  const several = new Set(rows.filter((d) => !d.overall).map((d) => d.domain)).size > 1;
  const marginLeft = narrow
    ? 4
    : Math.max(
        ...[...groups.map(([title]) => title), ...(several ? rows.map((d) => d.domain ?? "") : [])].map(
          (d) => d.length * 7.4
        )
      ) + 24;
  const marginRight = narrow ? 88 : 164;
  const right = width - marginRight;
  let y = 30;
  let rule: number | null = null;
  const heads: {title: string; y: number}[] = [];
  const headings: {title: string; y: number}[] = [];
  const placed: (ForestRow & {y: number})[] = [];
  let heading: string | undefined;
  for (const [title, some] of groups) {
    if (some[0].overall) {
      rule ??= y;
      y += y === rule ? 16 : 0;
    } else if (several && some[0].domain !== heading) {
      heading = some[0].domain;
      headings.push({title: heading ?? "", y: y + 6});
      y += 28;
    }
    const top = y + (narrow ? 22 : 0);
    some.forEach((row, i) => placed.push({...row, y: top + step * (i + 0.5)}));
    heads.push({title, y: narrow ? y + 10 : top + (step * some.length) / 2});
    const next = top + step * some.length + (dense ? 12 : 16);
    // A reason at the right takes several lines.
    y = some.some((d) => d.value === null) ? Math.max(next, top + (narrow ? 90 : 46)) : next;
  }
  const shown = placed.filter((d) => d.value !== null) as (ForestRow & {y: number; value: number})[];
  const ends = shown.flatMap((d) => [d.value, d.low ?? d.value, d.high ?? d.value]).concat(references.map((d) => d.at));
  // One wild interval must not squeeze the others: beyond this, it leaves the frame.
  const spread = (d3.quantile(ends.map(Math.abs).toSorted(d3.ascending), 0.9) ?? 1) * 1.6;
  const domain: [number, number] = [Math.max(-spread, d3.min(ends) ?? -1), Math.min(spread, d3.max(ends) ?? 1)];
  const clamp = (value: number | null, end: 0 | 1) =>
    value === null ? domain[end] : Math.min(domain[1], Math.max(domain[0], value));
  const reasons = d3
    .groups(
      placed.filter((d) => d.value === null),
      (d) => d.title,
      (d) => (d.refused ?? "not computed").replace(/:.*/, "")
    )
    .flatMap(([, some]) => some.map(([reason, v]) => ({reason, y: d3.mean(v, (d) => d.y)!})));
  return Plot.plot({
    width,
    height: y + 40,
    marginLeft,
    marginRight,
    marginTop: 26,
    marginBottom: 44,
    ariaLabel,
    style: {fontFamily: "var(--sans-serif)", fontSize: "13px", overflow: "visible"},
    x: {domain, nice: true, label, labelAnchor: "center", labelArrow: "none", ticks: narrow ? 4 : 8, tickFormat},
    y: {type: "identity", axis: null},
    r: {type: "identity"},
    marks: [
      Plot.gridX({ticks: narrow ? 4 : 8, strokeOpacity: 0.1}),
      Plot.ruleX(references, {x: "at", stroke: "currentColor", strokeOpacity: 0.6}),
      Plot.text(references, {
        x: "at",
        text: "label",
        frameAnchor: "top",
        dy: -18,
        fill: "var(--theme-foreground-muted)",
        fontSize: 12
      }),
      rule === null ? null : Plot.ruleY([rule], {insetLeft: -marginLeft, insetRight: -marginRight, strokeOpacity: 0.2}),
      Plot.text(headings, {
        text: "title",
        y: "y",
        frameAnchor: "left",
        dx: narrow ? 0 : -marginLeft,
        textAnchor: "start",
        fontWeight: 650,
        fill: "var(--theme-foreground-muted)"
      }),
      Plot.text(heads, {
        text: "title",
        y: "y",
        frameAnchor: "left",
        dx: narrow ? 0 : -marginLeft,
        textAnchor: "start",
        fontWeight: 550
      }),
      Plot.link(shown, {
        x1: (d) => clamp(d.low, 0),
        x2: (d) => clamp(d.high, 1),
        y: "y",
        stroke: (d) => d.arm.color,
        strokeWidth: (d) => (d.overall ? 2.5 : 1.75)
      }),
      ...d3
        .groups(shown, (d) => d.arm)
        .map(([arm, some]) =>
          Plot.dot(some, {
            x: (d) => clamp(d.value, 0),
            y: "y",
            r: (d) => (d.overall ? 6 : 5),
            symbol: plotSymbol(arm.mark),
            ...inked(arm)
          })
        ),
      Plot.text(shown, {
        text: (d) => format(d.value),
        y: "y",
        frameAnchor: "left",
        textAnchor: "end",
        dx: right - marginLeft + (narrow ? 84 : 58),
        dy: narrow ? -6 : 0,
        fontWeight: 600,
        fontVariant: "tabular-nums",
        fill: (d) => d.arm.color
      }),
      Plot.text(shown, {
        text: (d) => (d.low === null && d.high === null ? "" : interval(d.low, d.high, format)),
        y: "y",
        frameAnchor: "left",
        textAnchor: "end",
        dx: narrow ? right - marginLeft + 84 : width - marginLeft,
        dy: narrow ? 8 : 0,
        fontSize: narrow ? 11 : 12,
        fontVariant: "tabular-nums",
        fill: "var(--theme-foreground-muted)"
      }),
      Plot.text(reasons, {
        text: (d) => `withheld: ${d.reason}`,
        y: "y",
        frameAnchor: "left",
        textAnchor: "start",
        dx: right - marginLeft + 12,
        lineWidth: reasonWidth(marginRight),
        lineHeight: 1.2,
        fontSize: 11.5,
        fontStyle: "italic",
        fill: "var(--theme-foreground-muted)"
      })
    ]
  });
}
