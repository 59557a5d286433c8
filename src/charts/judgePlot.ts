import {Plot, d3} from "../components/kit.js";
import type {Mark} from "../components/palette.js";
import {plotSymbol} from "../components/palette.js";

export interface JudgePlotRow {
  /** Group of rows, such as a task. */
  title: string;
  label: string;
  color: string;
  mark: Mark;
  /** Shares of 1 with their intervals, where they measure something: one, or two that a line joins. */
  shares: readonly {value: number; low: number | null; high: number | null; hollow: boolean}[];
  /** Numbers at the right. */
  text: string;
  subtext: string;
}

export interface JudgePlotOptions {
  width: number;
  label: string;
  ariaLabel: string;
  /** What one half means. */
  half: string;
  /** What the numbers at the right are. */
  heading?: string;
}

/** Shares with their intervals on one axis from 0 to 100 %, a row a judge, grouped; numbers at the right. */
export function judgePlot(
  rows: readonly JudgePlotRow[],
  {width, label, ariaLabel, half, heading = ""}: JudgePlotOptions
): SVGSVGElement | HTMLElement {
  const narrow = width < 600;
  const marginLeft = narrow ? 8 : Math.max(...rows.map((d) => d.label.length * 7.2)) + 28;
  const longest = Math.max(...rows.map((d) => d.subtext.length));
  const marginRight = narrow ? Math.max(92, longest * 5.6) : Math.max(172, 74 + longest * 6.4);
  const offset = narrow ? 22 : 0;
  let y = narrow ? 22 : 12;
  const heads: {title: string; y: number}[] = [];
  const placed: (JudgePlotRow & {y: number})[] = [];
  for (const [title, some] of d3.groups(rows, (d) => d.title)) {
    heads.push({title, y: y + 10});
    y += 26;
    for (const row of some) {
      const step = (row.shares.length > 1 ? 28 : 24) + offset;
      placed.push({...row, y: y + offset + (step - offset) / 2});
      y += step;
    }
    y += 14;
  }
  const shares = placed.flatMap((row) =>
    row.shares.map((share, i) => ({
      ...row,
      ...share,
      // Two intervals on one line could not be told apart.
      at: row.y + (row.shares.length > 1 ? (i ? 5 : -5) : 0)
    }))
  );
  const joined = placed.filter((d) => d.shares.length > 1);
  const muted = "var(--theme-foreground-muted)";
  const frameRight = width - marginRight;
  const between = frameRight - marginLeft < 420 ? [0, 0.25, 0.5, 0.75, 1] : 10;
  const ticks = narrow ? [0, 0.5, 1] : between;
  return Plot.plot({
    width,
    height: y + 62,
    marginLeft,
    marginRight,
    marginTop: 28,
    marginBottom: 44,
    ariaLabel,
    style: {fontFamily: "var(--sans-serif)", fontSize: "13px", overflow: "visible"},
    x: {
      domain: [0, 1],
      label,
      labelAnchor: "center",
      labelArrow: "none",
      ticks,
      tickFormat: "%"
    },
    y: {type: "identity", axis: null},
    marks: [
      Plot.gridX({ticks, strokeOpacity: 0.1}),
      Plot.ruleX([0.5], {stroke: "currentColor", strokeOpacity: 0.6}),
      Plot.text([half], {x: () => 0.5, text: (d) => d, frameAnchor: "top", dy: -18, fill: muted, fontSize: 12}),
      Plot.text([heading], {
        text: (d) => d,
        frameAnchor: "top-left",
        textAnchor: "end",
        dx: width - marginLeft,
        dy: -18,
        fill: muted,
        fontSize: 12
      }),
      Plot.text(heads, {
        text: "title",
        y: "y",
        frameAnchor: "left",
        dx: -marginLeft + (narrow ? 8 : 0),
        textAnchor: "start",
        fontWeight: 600
      }),
      Plot.text(placed, {
        text: "label",
        y: (d) => (narrow ? d.y - 23 : d.y),
        frameAnchor: "left",
        dx: narrow ? 0 : -marginLeft,
        textAnchor: "start"
      }),
      Plot.link(joined, {
        x1: (d) => d.shares[0].value,
        x2: (d) => d.shares[1].value,
        y1: (d) => d.y - 5,
        y2: (d) => d.y + 5,
        stroke: "color",
        strokeWidth: 6,
        strokeOpacity: 0.22
      }),
      Plot.link(
        shares.filter((d) => d.low !== null),
        {x1: "low", x2: "high", y: "at", stroke: "color", strokeWidth: 1.75}
      ),
      Plot.dot(shares, {
        x: "value",
        y: "at",
        r: 5,
        symbol: (d) => plotSymbol(d.mark),
        fill: (d) => (d.hollow ? "var(--theme-background)" : d.color),
        stroke: (d) => (d.hollow ? d.color : "var(--theme-background)"),
        strokeWidth: (d) => (d.hollow ? 2 : 1.25)
      }),
      Plot.text(placed, {
        text: "text",
        y: "y",
        frameAnchor: "left",
        textAnchor: "end",
        dx: narrow ? width - marginLeft - 4 : frameRight - marginLeft + 62,
        dy: narrow ? -8 : 0,
        fontWeight: 600,
        fontVariant: "tabular-nums"
      }),
      Plot.text(placed, {
        text: "subtext",
        y: "y",
        frameAnchor: "left",
        textAnchor: "end",
        dx: width - marginLeft - (narrow ? 4 : 0),
        dy: narrow ? 6 : 0,
        fontSize: narrow ? 11 : 12,
        fontVariant: "tabular-nums",
        fill: muted
      })
    ]
  });
}
