import type {SizePoint, SizeReference} from "../charts/sizeLines.js";
import {sizeFrame, sizeLines} from "../charts/sizeLines.js";
import {enteredTasks} from "./enteredTasks.js";
import type {KeyItem} from "./figure.js";
import {figure} from "./figure.js";
import {pageUrl} from "./site.js";
import type {SizeSeries} from "./sizeSeries.js";
import type {OpenStudy} from "./study.js";

export interface SizeFigureOptions {
  id: string;
  title: string;
  subtitle?: string;
  key: readonly KeyItem[];
  /** Panels, also those without a value. */
  titles: readonly string[];
  label: string;
  ariaLabel: string;
  references?: readonly SizeReference[];
}

/** Lines by size with all that a figure owes its reader. */
export function sizeFigure(
  study: OpenStudy,
  {sizes, sizeLabel, subtitle: about, note}: SizeSeries,
  points: readonly SizePoint[],
  {subtitle = "", key, references = [], titles, label, ariaLabel, ...named}: SizeFigureOptions
): HTMLElement {
  const {cut} = sizeFrame(points, references);
  const withheld = points.some((d) => d.value === null);
  const entered = enteredTasks(points);
  return figure({
    ...named,
    subtitle: `${about} ${subtitle}`.trim(),
    key: [
      ...key,
      ...(withheld ? [{label: "withheld", color: "var(--theme-foreground-muted)", shape: "cross" as const}] : [])
    ],
    note: `${note}${entered ? ` Medians are over the tasks whose value is not withheld, ${entered}, not always the same.` : ""}${cut ? " Intervals that leave the frame are cut." : ""}`,
    data: points.map(({ink: _, role: __, about: ___, ...d}) => d),
    provenance: pageUrl(study.study, "provenance"),
    draw: (width) =>
      sizeLines(points, {
        width,
        titles,
        empty: (title) => emptyBecause(points.filter((d) => d.panel === title)),
        label,
        sizeLabel,
        log: sizes.unit === "parameters",
        sizeFormat: sizes.format,
        references,
        ariaLabel
      })
  });
}

/** Why a panel has no value, in short: what a refusal says before its details. */
function emptyBecause(points: readonly SizePoint[]): string {
  const reasons = points.map((d) => d.refused!.replace(/^withheld on every task: /, "").replace(/:.*/, ""));
  return reasons.length ? `withheld: ${[...new Set(reasons)].join("; ")}` : "no estimate";
}
