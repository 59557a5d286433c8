import {Plot, d3} from "../components/kit.js";
import type {Ink} from "../components/palette.js";
import {inked, plotSymbol} from "../components/palette.js";
import {panelFrame} from "./panelFrame.js";

export interface SizePoint {
  /** Panel. */
  panel: string;
  /** Line: an arm, or a role. */
  line: string;
  ink: Ink;
  /** A supervisor or a ceiling, beside which the arms are: without a mark. */
  role: boolean;
  /** Layers or parameters. */
  size: number;
  /** Null where withheld. */
  value: number | null;
  low: number | null;
  high: number | null;
  /** Why it is withheld. */
  refused: string | null;
  /** Over tasks: how many entered, and how many did not since their value is withheld. */
  tasks: number | null;
  withheld: number | null;
  /** What a reader is told on it. */
  about: string;
}

/** A value that all panels have a line at. */
export interface SizeReference {
  at: number;
  color: string;
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
  references: readonly SizeReference[];
  ariaLabel: string;
}

/** What of the quantity is shown: all values; an interval beyond the common ones leaves the frame, so that it does not squeeze the others. */
export function sizeFrame(
  points: readonly Pick<SizePoint, "value" | "low" | "high">[],
  references: readonly SizeReference[]
): {low: number; high: number; cut: boolean} {
  const shown = points.filter((d) => d.value !== null);
  const values = [...shown.map((d) => d.value!), ...references.map((d) => d.at)];
  const ends = shown.flatMap((d) => [d.low ?? d.value!, d.high ?? d.value!]);
  const middle = d3.median(values) ?? 0;
  const reach =
    1.8 *
    (d3.quantile(
      [...values, ...ends].map((d) => Math.abs(d - middle)),
      0.75
    ) ?? 0);
  const low = Math.min(...values, Math.max(middle - reach, d3.min(ends) ?? 0));
  const high = Math.max(...values, Math.min(middle + reach, d3.max(ends) ?? 1));
  const open = shown.some((d) => (d.low === null) !== (d.high === null));
  return {low, high, cut: open || ends.some((d) => d < low || d > high)};
}

/** A quantity by size of a model, a panel a domain and a line a method, with their intervals as bands; bars where a point stands alone. */
export function sizeLines(
  points: readonly SizePoint[],
  {width, titles, empty, label, sizeLabel, log, sizeFormat, references, ariaLabel}: SizeLinesOptions
): SVGSVGElement | HTMLElement {
  const {facet, named, frame, y, heads} = panelFrame(titles, width, {height: 210, label});
  const sizes = [...new Set(points.map((d) => d.size))].sort(d3.ascending);
  const {low, high} = sizeFrame(points, references);
  const clamp = (value: number) => Math.min(high, Math.max(low, value));
  const bounds = {
    y1: (d: SizePoint) => clamp(d.low ?? -Infinity),
    y2: (d: SizePoint) => clamp(d.high ?? Infinity)
  };
  const shown = points.filter((d) => d.value !== null);
  const withheld = points.filter((d) => d.value === null);
  const runs = d3
    .groups(points, (d) => `${d.panel}\n${d.line}`)
    .flatMap(([, some]) => runsOfValues(d3.sort(some, (d) => d.size)));
  const alone = new Set(runs.filter((run) => run.length === 1).flat());
  const aside = besideEachOther([...alone], (d) => `${d.panel}\n${d.size}`);
  const asideWithheld = besideEachOther(withheld, (d) => `${d.panel}\n${d.size}`);
  const without = named.filter((d) => !shown.some(({panel}) => panel === d.panel));
  return Plot.plot({
    ...frame,
    marginRight: 14,
    ariaLabel,
    x: {type: log ? "log" : "linear", insetLeft: 16, insetRight: 16},
    y: {...y, domain: [low, high]},
    marks: [
      ...heads,
      Plot.axisX(sizes, {
        tickFormat: (d: number) => sizeFormat(d),
        label: sizeLabel,
        labelAnchor: "center",
        labelArrow: "none"
      }),
      Plot.ruleY(references, {y: "at", stroke: "color", strokeWidth: 1.5}),
      Plot.text(without, {
        ...facet,
        text: (d) => empty(d.panel),
        frameAnchor: "middle",
        lineWidth: 20,
        fontStyle: "italic",
        fill: "var(--theme-foreground-muted)"
      }),
      ...runs.flatMap((run): Plot.Markish[] => {
        const [first] = run;
        const {ink, role} = first;
        const at = {...facet, x: "size", dx: alone.has(first) ? aside(first) : 0};
        const y = "value";
        return [
          alone.has(first)
            ? Plot.link(run, {...at, ...bounds, stroke: ink.color, strokeWidth: 1.75})
            : Plot.areaY(run, {...at, ...bounds, fill: ink.color, fillOpacity: 0.11}),
          Plot.line(run, {...at, y, stroke: ink.color, strokeWidth: role ? 2.5 : 2, strokeDasharray: ink.dash}),
          role
            ? Plot.dot(run, {...at, y, r: 3, fill: ink.color})
            : Plot.dot(run, {...at, y, r: 4.5, symbol: plotSymbol(ink.mark), ...inked(ink)})
        ];
      }),
      ...withheld.map((d) =>
        Plot.dot([d], {
          ...facet,
          x: "size",
          frameAnchor: "bottom",
          symbol: "times",
          r: 3.5,
          stroke: d.ink.color,
          strokeWidth: 1.75,
          dx: asideWithheld(d),
          dy: -7
        })
      ),
      Plot.tip(points, Plot.pointer({...facet, x: "size", y: (d: SizePoint) => d.value ?? low, title: "about"}))
    ]
  });
}

/** Points of a line that follow each other without one that is withheld. */
function runsOfValues(line: readonly SizePoint[]): SizePoint[][] {
  const runs: SizePoint[][] = [[]];
  for (const point of line)
    if (point.value === null) runs.push([]);
    else runs.at(-1)!.push(point);
  return runs.filter((run) => run.length);
}

/** By how much marks at one place are moved, so that all are seen. */
function besideEachOther<T>(marks: readonly T[], place: (mark: T) => string): (mark: T) => number {
  const groups = d3.group(marks, place);
  return (mark) => {
    const some = groups.get(place(mark)) ?? [mark];
    return 11 * (some.indexOf(mark) - (some.length - 1) / 2);
  };
}
