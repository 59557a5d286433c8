import {Plot, d3} from "../components/kit.js";
import type {Arm} from "../components/palette.js";
import {groupHeads} from "./groupHeads.js";
import {inked, plotSymbol, weakColor} from "../components/palette.js";
import {lineageColors} from "./stepGraph.js";

/** Who teaches whom in the runs of an arm with the same models. */
export interface TeachingChain {
  /** From the first teacher to the student. */
  models: readonly string[];
  judges: readonly string[];
}

export interface TeachingRow {
  arm: Arm;
  label: string;
  group: string;
  chains: readonly TeachingChain[];
  /** What stands at the right, and whether that is an alarm. */
  said: string;
  alarm: boolean;
}

export interface TeachingLadderOptions {
  width: number;
  /** Models from the weakest to the strongest, with what the axis says of each. */
  ladder: readonly {model: string; label: string}[];
  axisLabel: string;
}

/** Models from weak to strong along the axis; for each arm, an arrow from every teacher to whoever learns from it: those that point left go down. */
export function teachingLadder(
  rows: readonly TeachingRow[],
  {width, ladder, axisLabel}: TeachingLadderOptions
): SVGSVGElement | HTMLElement {
  const narrow = width < 640;
  const marginLeft = narrow ? 8 : Math.min(width * 0.34, (d3.max(rows, (d) => d.label.length * 6.9) ?? 0) + 20);
  const marginRight = narrow ? 16 : 190;
  let y = 6;
  const heads: {group: string; y: number}[] = [];
  const placed: {row: TeachingRow; y: number; at: number}[] = [];
  const arrows: {from: string; to: string; y: number; down: boolean}[] = [];
  const models: {model: string; y: number; role: "weak" | "between" | "student"; arm: Arm}[] = [];
  const judges: {model: string; y: number}[] = [];
  const place = new Map(ladder.map((d, i) => [d.model, i]));
  for (const [group, some] of d3.groups(rows, (d) => d.group)) {
    heads.push({group, y: y + 8});
    y += 26;
    for (const row of some) {
      const judged = row.chains.some((d) => d.judges.some((judge) => place.has(judge)));
      const lane = judged ? 20 : 9;
      const height = Math.max(24, row.chains.length * lane + 10);
      const top = y + (narrow ? 20 : 0);
      placed.push({row, y: narrow ? y + 10 : top + height / 2, at: top + height / 2});
      row.chains.forEach((chain, i) => {
        const at = top + height / 2 + (i - (row.chains.length - 1) / 2) * lane;
        for (const [from, to] of d3.pairs(chain.models))
          arrows.push({from, to, y: at, down: place.get(to)! <= place.get(from)!});
        chain.models.forEach((model, j) =>
          models.push({
            model,
            y: at,
            role: j === 0 ? "weak" : j === chain.models.length - 1 ? "student" : "between",
            arm: row.arm
          })
        );
        for (const judge of chain.judges) if (place.has(judge)) judges.push({model: judge, y: at - 10});
      });
      y = top + height;
    }
    y += 12;
  }
  const named = new Map(ladder.map((d) => [d.model, d.label]));
  return Plot.plot({
    width,
    height: y + 48,
    marginLeft,
    marginRight,
    marginTop: 6,
    marginBottom: 46,
    ariaLabel: "Who teaches whom, from the weakest to the strongest model, by arm",
    style: {fontFamily: "var(--sans-serif)", fontSize: "13px", overflow: "visible"},
    x: {
      type: "point",
      domain: ladder.map((d) => d.model),
      padding: 0.3,
      tickFormat: (model: string) => named.get(model)!,
      tickSize: 0,
      label: axisLabel,
      labelAnchor: "center",
      labelArrow: "none"
    },
    y: {type: "identity", axis: null},
    marks: [
      Plot.gridX({strokeOpacity: 0.1}),
      groupHeads(heads, marginLeft),
      Plot.text(placed, {
        text: (d) => d.row.label,
        y: "y",
        frameAnchor: "left",
        dx: narrow ? -8 : -12,
        textAnchor: narrow ? "start" : "end",
        fill: "var(--theme-foreground-muted)"
      }),
      Plot.arrow(arrows, {
        x1: "from",
        x2: "to",
        y: "y",
        stroke: (d) => (d.down ? lineageColors.stronger : lineageColors.weak),
        strokeWidth: 1.75,
        headLength: 8,
        insetEnd: 7
      }),
      Plot.dot(
        models.filter((d) => d.role !== "student"),
        {
          x: "model",
          y: "y",
          r: 3.5,
          fill: (d) => (d.role === "weak" ? weakColor : "var(--theme-background)"),
          stroke: weakColor
        }
      ),
      ...d3
        .groups(
          models.filter((d) => d.role === "student"),
          (d) => d.arm
        )
        .map(([arm, some]) =>
          Plot.dot(some, {x: "model", y: "y", r: 4.5, symbol: plotSymbol(arm.mark), ...inked(arm)})
        ),
      Plot.text(judges, {x: "model", y: "y", text: () => "judge", fontSize: 11, fill: "var(--theme-foreground-muted)"}),
      ...[false, true].map((alarm) =>
        Plot.text(
          placed.filter((d) => d.row.alarm === alarm),
          {
            text: (d) => d.row.said,
            y: "y",
            frameAnchor: "right",
            dx: narrow ? 16 : 14,
            textAnchor: narrow ? "end" : "start",
            lineWidth: narrow ? 20 : 14,
            fontSize: 12,
            fontWeight: alarm ? 600 : 400,
            fill: alarm ? "var(--bad)" : "var(--theme-foreground-muted)"
          }
        )
      )
    ]
  });
}
