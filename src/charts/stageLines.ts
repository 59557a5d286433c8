import {Plot, d3} from "../components/kit.js";
import type {Ink} from "../components/palette.js";
import {ceilingColor, inked, plotSymbol, weakInk} from "../components/palette.js";
import {panelFrame} from "./panelFrame.js";

export interface StagePoint {
  /** Panel: a task. */
  panel: string;
  /** Line: an arm. */
  line: string;
  ink: Ink;
  /** Place among the stages, from 0, the weak teacher. */
  stage: number;
  value: number;
  low: number | null;
  high: number | null;
  /** What a reader is told on it. */
  about: string;
}

/** What students fall short of, in a panel. */
export interface StageCeiling {
  panel: string;
  value: number;
  low: number | null;
  high: number | null;
}

export interface StageLinesOptions {
  width: number;
  /** Names of the stages, the weak teacher first and the student last. */
  stages: readonly string[];
  ariaLabel: string;
}

/** Accuracy from the weak teacher to the student, a panel a task and a line an arm; the ceiling as a line across, with its band. */
export function stageLines(
  points: readonly StagePoint[],
  ceilings: readonly StageCeiling[],
  {width, stages, ariaLabel}: StageLinesOptions
): SVGSVGElement | HTMLElement {
  const titles = [...new Set(points.map((d) => d.panel))];
  const {facet, frame, y, heads} = panelFrame(titles, width, {height: 220, label: "Test accuracy"});
  const lines = [...new Set(points.map((d) => d.line))];
  const last = stages.length - 1;
  // At the last stage arms stand beside each other.
  const aside = (d: StagePoint) => (d.stage === last ? 9 * (lines.indexOf(d.line) - (lines.length - 1) / 2) : 0);
  const ends = [...points, ...ceilings].flatMap((d) => [d.low ?? d.value, d.high ?? d.value]);
  return Plot.plot({
    ...frame,
    marginRight: 18,
    ariaLabel,
    x: {domain: [0, last], insetLeft: 22, insetRight: 22 + 5 * lines.length},
    y: {...y, domain: d3.extent(ends) as [number, number]},
    marks: [
      ...heads,
      Plot.axisX(d3.range(stages.length), {tickFormat: (d: number) => stages[d], label: null, tickSize: 0}),
      Plot.rect(ceilings, {
        ...facet,
        y1: (d) => d.low ?? d.value,
        y2: (d) => d.high ?? d.value,
        fill: ceilingColor,
        fillOpacity: 0.08
      }),
      Plot.ruleY(ceilings, {...facet, y: "value", stroke: ceilingColor, strokeWidth: 1.75}),
      ...d3
        .groups(points, (d) => `${d.panel}\n${d.line}`)
        .flatMap(([, some]): Plot.Markish[] => {
          const line = d3.sort(some, (d) => d.stage);
          const {ink} = line[0];
          const student = line.filter((d) => d.stage > 0);
          const at = {...facet, x: "stage"};
          return [
            Plot.line(line, {...at, y: "value", stroke: ink.color, strokeWidth: 2, strokeDasharray: ink.dash}),
            ...line.map((d) =>
              Plot.link([d], {
                ...at,
                dx: aside(d),
                y1: d.low ?? d.value,
                y2: d.high ?? d.value,
                stroke: d.stage === 0 ? weakInk.color : ink.color,
                strokeWidth: 1.75
              })
            ),
            ...student.map((d) =>
              Plot.dot([d], {...at, dx: aside(d), y: "value", r: 4.5, symbol: plotSymbol(ink.mark), ...inked(ink)})
            ),
            Plot.dot(
              line.filter((d) => d.stage === 0),
              {...at, y: "value", r: 4.5, ...inked(weakInk)}
            )
          ];
        }),
      Plot.tip(points, Plot.pointer({...facet, x: "stage", y: "value", title: "about"}))
    ]
  });
}
