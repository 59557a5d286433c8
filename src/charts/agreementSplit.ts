import {interval, percent} from "../components/format.js";
import {Plot, d3} from "../components/kit.js";
import type {Arm} from "../components/palette.js";
import {plotSymbol} from "../components/palette.js";

export interface AgreementRow {
  title: string;
  arm: Arm;
  /** Where the supervisor is `right`, or `wrong`. */
  where: "right" | "wrong";
  value: number;
  low: number | null;
  high: number | null;
}

/** How often students say what their supervisor says: the method's mark where it is right, a tick where it is wrong, joined by a band. */
export function agreementSplit(rows: readonly AgreementRow[], {width}: {width: number}): SVGSVGElement | HTMLElement {
  const narrow = width < 600;
  const groups = d3.groups(rows, (d) => d.title);
  const marginLeft = narrow ? 4 : Math.max(...groups.map(([title]) => title.length * 7.4)) + 24;
  const step = groups.length > 8 ? 17 : 24;
  let y = 8;
  const heads: {title: string; y: number}[] = [];
  const placed: (AgreementRow & {y: number})[] = [];
  for (const [title, some] of groups) {
    const arms = [...new Set(some.map((d) => d.arm))];
    const top = y + (narrow ? 22 : 0);
    for (const row of some) placed.push({...row, y: top + step * (arms.indexOf(row.arm) + 0.5)});
    heads.push({title, y: narrow ? y + 10 : top + (step * arms.length) / 2});
    y = top + step * arms.length + (groups.length > 8 ? 12 : 16);
  }
  const pairs = d3
    .groups(placed, (d) => `${d.title} ${d.arm.key}`)
    .map(([, some]) => ({
      y: some[0].y,
      arm: some[0].arm,
      low: d3.min(some, (d) => d.value)!,
      high: d3.max(some, (d) => d.value)!
    }));
  return Plot.plot({
    width,
    height: y + 40,
    marginLeft,
    marginRight: 16,
    marginTop: 8,
    marginBottom: 44,
    ariaLabel: "Agreement of students with their supervisor where it is right and where it is wrong",
    style: {fontFamily: "var(--sans-serif)", fontSize: "13px", overflow: "visible"},
    x: {
      domain: [0, 1],
      label: "Share of test rows on which student and supervisor agree",
      labelAnchor: "center",
      labelArrow: "none",
      ticks: narrow ? 4 : 8,
      tickFormat: "%"
    },
    y: {type: "identity", axis: null},
    marks: [
      Plot.gridX({ticks: narrow ? 4 : 8, strokeOpacity: 0.1}),
      Plot.text(heads, {
        text: "title",
        y: "y",
        frameAnchor: "left",
        dx: narrow ? 0 : -marginLeft,
        textAnchor: "start",
        fontWeight: 550
      }),
      Plot.link(pairs, {
        x1: "low",
        x2: "high",
        y: "y",
        stroke: (d) => d.arm.color,
        strokeOpacity: 0.25,
        strokeWidth: 6
      }),
      Plot.link(
        placed.filter((d) => d.low !== null && d.high !== null),
        {x1: "low", x2: "high", y: "y", stroke: (d) => d.arm.color, strokeWidth: 1.5}
      ),
      ...d3
        .groups(
          placed.filter((d) => d.where === "right"),
          (d) => d.arm
        )
        .map(([{mark, fill}, some]) =>
          Plot.dot(some, {
            x: "value",
            y: "y",
            r: 5,
            symbol: plotSymbol(mark),
            fill,
            stroke: (d) => d.arm.color,
            strokeWidth: 1.75
          })
        ),
      Plot.link(
        placed.filter((d) => d.where === "wrong"),
        {x: "value", y1: (d) => d.y - 7, y2: (d) => d.y + 7, stroke: (d) => d.arm.color, strokeWidth: 3}
      ),
      Plot.tip(
        placed,
        Plot.pointer({
          x: "value",
          y: "y",
          title: (d) =>
            `${d.title}: ${d.arm.title}\nsupervisor ${d.where}: ${percent(d.value)}% (${interval(d.low, d.high, percent)})`
        })
      )
    ]
  });
}
