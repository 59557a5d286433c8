import {overTitle} from "../components/domains.js";
import {interval, percent, share} from "../components/format.js";
import type {GapArm, GapRow, Overall} from "../components/gapRows.js";
import {Plot, d3, html} from "../components/kit.js";
import {ceilingColor, inked, plotSymbol, weakColor} from "../components/palette.js";

/** What a chart of gaps calls its parts. */
export interface GapWords {
  weak: string;
  strong: string;
  /** The share of the gap, as a column's head. */
  share: string;
  ariaLabel: string;
}

const weakToStrong: GapWords = {
  weak: "weak",
  strong: "ceiling",
  share: "PGR",
  ariaLabel: "Test accuracy of weak supervisor, students and ceiling, by task"
};

interface Placed {
  row: GapRow;
  top: number;
  bottom: number;
  label: number;
  arms: (GapArm & {y: number})[];
}

/** The chart, or one below the other where tasks are of several domains: each has an axis of its own and a heading. */
export function gapChart(
  rows: readonly GapRow[],
  overall: readonly Overall[],
  {width, words = weakToStrong}: {width: number; words?: GapWords}
): SVGSVGElement | HTMLElement {
  const titles = rows.map((row) => row.title);
  const domains = d3.groups(rows, (row) => row.domain);
  const room = roomOf(rows);
  if (domains.length < 2) return gapsOf(rows, overall, {width, labels: titles, room, words});
  const labels = [...titles, ...domains.map(([heading]) => heading)];
  return html`<div>
    ${domains.map(([heading, some]) => {
      const own = overall.filter((d) => overTitle(d.task) === heading.toLowerCase());
      return gapsOf(some, own, {width, labels, room, words, heading});
    })}
  </div>`;
}

/** Em of lines of 11.5 pixels that fit beside the frame. */
export const reasonWidth = (margin: number): number => ((margin - 14) / 11.5) * 0.95;

/** Pixels for a share and its interval: one such as “below −1,000% to 71%” needs more than numbers do. */
function roomOf(rows: readonly GapRow[]): number {
  const shares = rows.flatMap((row) => row.arms.flatMap(({share: d}) => (d && d.value !== null ? [d] : [])));
  const longest = d3.max(shares, (d) => interval(d.low, d.high, share).length) ?? 0;
  return 164 + 6.5 * Math.max(0, longest - 13);
}

interface GapOptions {
  width: number;
  /** Labels that need room at the left. */
  labels: readonly string[];
  /** Pixels for numbers at the right, where the chart is not narrow. */
  room: number;
  words: GapWords;
  heading?: string;
}

/**
 * One row a task: the gap from weak to ceiling on one accuracy axis, each method's student on it with its interval and its seeds
 * as faint ticks; the share of the gap with its interval as numbers at the right, or why it is withheld. Below, that over all tasks.
 */
function gapsOf(
  rows: readonly GapRow[],
  overall: readonly Overall[],
  {width, labels, room, words, heading}: GapOptions
): SVGSVGElement | HTMLElement {
  const narrow = width < 600;
  const arms = [...new Set(rows.flatMap((row) => row.arms.map((d) => d.arm)))];
  const label = (row: GapRow) => row.title;
  const marginLeft = narrow ? 4 : Math.min(220, 24 + (d3.max(labels, (d) => d.length * 7) ?? 0));
  const marginRight = narrow ? 84 : room;
  const dense = rows.length > 8;
  const step = narrow ? 32 : dense ? 16 : 20;
  const between = dense ? 14 : 22;
  // A reason at the right takes several lines.
  const reasonHeight = narrow ? 90 : 46;
  const marginTop = 34;
  let y = marginTop + 6;
  const placed = rows.map((row): Placed => {
    const labelled = narrow ? 20 : 0;
    const top = y + labelled;
    const bottom = top + row.arms.length * step + 8;
    const next = bottom + between;
    y = row.arms.some((d) => d.share === null) ? Math.max(next, top + reasonHeight) : next;
    return {
      row,
      top,
      bottom,
      label: narrow ? top - 10 : (top + bottom) / 2,
      arms: row.arms.map((arm, i) => ({...arm, y: top + 4 + step * (i + 0.5)}))
    };
  });
  const plotBottom = y - 6;
  const all = overall.map((d, i) => ({...d, y: plotBottom + 66 + step * (i + 0.5)}));
  const height = plotBottom + 48 + (all.length ? 26 + all.length * step : 0);
  const ends: (number | null | undefined)[] = rows.flatMap((row) => [
    row.weak.low,
    row.weak.high,
    row.ceiling.low,
    row.ceiling.high,
    ...row.arms.flatMap((d) => [d.low, d.high, ...d.seeds.map((s) => s.value)])
  ]);
  const [low, high] = d3.extent(ends.filter((d) => d !== null && d !== undefined)) as [number, number];
  const right = width - marginRight;
  const number = narrow ? right + 80 : right + 58;
  const end = (role: "weak" | "ceiling", color: string): Plot.Markish[] => [
    Plot.link(placed, {
      x1: (d) => d.row[role].low,
      x2: (d) => d.row[role].high,
      y: (d) => d.bottom + 4,
      stroke: color,
      strokeWidth: 1.75
    }),
    Plot.link(placed, {x: (d) => d.row[role].value, y1: "top", y2: (d) => d.bottom + 7, stroke: color, strokeWidth: 3})
  ];
  const drawn = placed.flatMap(({row, arms}) => arms.map((d) => ({...d, row})));
  const marked = drawn.filter((d) => d.value !== undefined) as (GapArm & {
    y: number;
    row: GapRow;
    value: number;
    low: number;
    high: number;
  })[];
  const seeds = drawn.flatMap((d) => d.seeds.map(({value, seed}) => ({value, seed, y: d.y, color: d.arm.color})));
  const shares = drawn.filter((d) => d.share !== null);
  // The rule that withholds knows the gap only, so a row's methods share their reason.
  const reasons = placed.flatMap(({arms}) =>
    d3
      .groups(
        arms.filter((d) => d.share === null),
        (d) => (d.refused ?? "").replace(/:.*/, "")
      )
      .map(([reason, some]) => ({reason, y: d3.mean(some, (d) => d.y)!}))
  );
  const seedHeight = dense ? 5 : 6;
  const text = {fontVariant: "tabular-nums", textAnchor: "end", frameAnchor: "left"} as const;
  const pixel = (at: number) => at - marginLeft;

  return Plot.plot({
    width,
    height,
    marginLeft,
    marginRight,
    marginTop,
    marginBottom: height - plotBottom,
    ariaLabel: words.ariaLabel,
    style: {fontFamily: "var(--sans-serif)", fontSize: "13px", overflow: "visible"},
    x: {domain: [low, high], nice: true, label: null},
    y: {type: "identity", axis: null},
    marks: [
      Plot.gridX({ticks: narrow ? 4 : 8, strokeOpacity: 0.1}),
      Plot.axisX({
        anchor: "bottom",
        ticks: narrow ? 4 : 8,
        tickFormat: (d: number) => `${Math.round(d * 100)}%`,
        tickSize: 4,
        label: null
      }),
      Plot.text([0], {
        text: () => "Test accuracy",
        frameAnchor: "bottom",
        dy: 38,
        fill: "var(--theme-foreground-muted)"
      }),
      Plot.rect(placed, {
        x1: (d) => d.row.weak.value,
        x2: (d) => d.row.ceiling.value,
        y1: "top",
        y2: "bottom",
        fill: "currentColor",
        fillOpacity: 0.08
      }),
      Plot.text(heading === undefined ? [] : [heading], {
        frameAnchor: "top-left",
        textAnchor: "start",
        dx: narrow ? 0 : -marginLeft,
        dy: -22,
        fontWeight: 650,
        fill: "var(--theme-foreground-muted)"
      }),
      ...end("weak", weakColor),
      ...end("ceiling", ceilingColor),
      Plot.text(placed, {
        text: (d) => label(d.row),
        y: "label",
        frameAnchor: "left",
        dx: narrow ? 0 : -14,
        textAnchor: narrow ? "start" : "end",
        fontWeight: 550,
        lineWidth: narrow ? 40 : (marginLeft - 20) / 7.4,
        lineAnchor: "middle"
      }),
      Plot.link(marked, {x1: "low", x2: "high", y: "y", stroke: (d) => d.arm.color, strokeWidth: 1.75}),
      Plot.link(seeds, {
        x: "value",
        y1: (d) => d.y - seedHeight,
        y2: (d) => d.y + seedHeight,
        stroke: "color",
        strokeWidth: 1.25,
        strokeOpacity: 0.45
      }),
      ...arms.map((arm) => {
        const of = marked.filter((d) => d.arm === arm);
        return Plot.dot(of, {
          x: "value",
          y: "y",
          r: 5,
          symbol: plotSymbol(arm.mark),
          ...inked(arm)
        });
      }),
      Plot.tip(
        marked,
        Plot.pointer({
          x: "value",
          y: "y",
          title: (d) =>
            [
              `${label(d.row)}: ${d.arm.title}`,
              `accuracy ${percent(d.value)}% (${interval(d.low, d.high, percent)})`,
              `${words.weak} ${percent(d.row.weak.value)}%, ${words.strong} ${percent(d.row.ceiling.value)}%`,
              d.share
                ? `${words.share} ${share(d.share.value)} (${interval(d.share.low, d.share.high, share)})`
                : `${words.share} withheld: ${d.refused}`
            ].join("\n")
        })
      ),
      Plot.text([words.share], {...text, frameAnchor: "top-left", dx: pixel(number), dy: -22, fontWeight: 600}),
      narrow
        ? null
        : Plot.text(["95% interval"], {
            ...text,
            frameAnchor: "top-left",
            dx: pixel(width),
            dy: -22,
            fill: "var(--theme-foreground-muted)"
          }),
      Plot.text(shares, {
        ...text,
        text: (d) => share(d.share!.value),
        y: "y",
        dx: pixel(number),
        dy: narrow ? -6 : 0,
        fontWeight: 600,
        fill: (d) => d.arm.color
      }),
      Plot.text(shares, {
        ...text,
        text: (d) => interval(d.share!.low, d.share!.high, share),
        y: "y",
        dx: pixel(narrow ? number : width),
        dy: narrow ? 8 : 0,
        fontSize: narrow ? 11 : 12,
        fill: "var(--theme-foreground-muted)"
      }),
      Plot.text(reasons, {
        text: (d) => `withheld: ${d.reason}`,
        y: "y",
        frameAnchor: "left",
        textAnchor: "start",
        dx: pixel(right + 12),
        lineWidth: reasonWidth(marginRight),
        fontSize: 11.5,
        lineHeight: 1.2,
        fontStyle: "italic",
        fill: "var(--theme-foreground-muted)"
      }),
      all.length
        ? [
            Plot.ruleY([plotBottom + 56], {insetLeft: 0, insetRight: -marginRight, strokeOpacity: 0.2}),
            Plot.text(all.slice(0, 1), {
              text: (d) => (heading === undefined ? "All tasks, median" : `Tasks of ${overTitle(d.task)}, median`),
              frameAnchor: "left",
              y: () => d3.mean(all, (d) => d.y)!,
              textAnchor: "start",
              dx: narrow ? 0 : -marginLeft,
              fontWeight: 550,
              lineWidth: 30
            }),
            Plot.text(all, {
              text: (d) => d.arm.title,
              frameAnchor: "right",
              y: "y",
              textAnchor: "end",
              fill: (d) => d.arm.color,
              dx: -8
            }),
            Plot.text(all, {
              ...text,
              text: (d) => share(d.value),
              y: "y",
              dx: pixel(number),
              dy: narrow ? -6 : 0,
              fontWeight: 600,
              fill: (d) => d.arm.color
            }),
            Plot.text(all, {
              ...text,
              text: (d) => (d.low === null && d.high === null ? "" : interval(d.low, d.high, share)),
              y: "y",
              dx: pixel(narrow ? number : width),
              dy: narrow ? 8 : 0,
              fontSize: narrow ? 11 : 12,
              fill: "var(--theme-foreground-muted)"
            })
          ]
        : null
    ]
  });
}
