import type {GapDot} from "../charts/gapScatter.js";
import {gapScatter} from "../charts/gapScatter.js";
import {lookup} from "./estimates.js";
import {figure} from "./figure.js";
import {interval, plural, points, range, share} from "./format.js";
import {html} from "./kit.js";
import {ceilingColor, weakColor} from "./palette.js";
import {armItem} from "./roleKey.js";
import {pageUrl} from "./site.js";
import type {SizeView} from "./sizeControls.js";
import type {SizeSeries, SizeTables} from "./sizeSeries.js";
import type {OpenStudy} from "./study.js";

/** What was gained on each task against the gap that there was, for the pair at the wider end of the axis. */
export function scalingGaps(
  study: OpenStudy,
  {estimates, tasks}: SizeTables,
  view: SizeView,
  {names, models, sizes, arms}: SizeSeries
): HTMLElement {
  const moving = view.axis === "strong" ? models.at(-1)! : models[0];
  const pair = {weak: view.other, strong: view.other, [view.axis]: moving};
  const find = lookup(estimates);
  const language = new Set(tasks.filter((d) => d.domain === "nlp").map((d) => d.task));
  const shown = study.tasks.filter((task) => !view.task || task === view.task);
  const dots = arms.flatMap((arm) =>
    shown.flatMap((task): (GapDot & {seeds: number; n: number})[] => {
      const at = {task, setting: view.setting, ...pair};
      const [gap, gain, pgr] = ["gap", "gain", "pgr"].map((quantity) => find(at, arm, quantity));
      if (gap?.value == null || gain?.value == null) return [];
      const said = pgr?.value != null ? `PGR ${share(pgr.value)}` : `PGR withheld: ${pgr?.refused ?? "not computed"}`;
      return [
        {
          task,
          arm,
          gap: gap.value,
          value: gain.value,
          low: gain.low,
          high: gain.high,
          withheld: pgr?.value == null,
          label: language.has(task) ? "" : names.task(task),
          about: `${names.task(task)}: ${arm.title}\ngap ${points(gap.value)}, gain ${points(gain.value)} (${interval(gain.low, gain.high, points)})\n${said}`,
          seeds: gain.seeds,
          n: gain.n
        }
      ];
    })
  );
  if (!dots.length) return html`<p>This choice has no gap of the pair at the wider end, so none is drawn.</p>`;
  const withheld = new Set(dots.filter((d) => d.withheld).map((d) => d.task)).size;
  return figure({
    id: "gains",
    title: "What is gained on each task, against the gap that there was to gain",
    subtitle: `${names.model(pair.weak)} teaches ${names.model(pair.strong)}${sizes.depth ? ", one network at two depths" : ""}. A mark a task.`,
    key: [
      ...arms.filter((arm) => dots.some((d) => d.arm === arm)).map(armItem),
      {label: "ceiling: all of the gap", color: ceilingColor, shape: "line"},
      {label: "supervisor: none of it", color: weakColor, shape: "line"}
    ],
    note: `${plural(new Set(dots.map((d) => d.task)).size, "task")}, ${range(
      dots.map((d) => d.seeds),
      "seed"
    )}, ${range(
      dots.map((d) => d.n),
      "test row"
    )} a task. Bars are 95% intervals of the gain.${withheld ? ` Faint: ${plural(withheld, "task")} whose PGR is withheld.` : ""}`,
    data: dots.map(({arm, about: _, label: __, ...d}) => ({...d, method: arm.method, variant: arm.variant})),
    provenance: pageUrl(study.study, "provenance"),
    draw: (width) => gapScatter(dots, {width})
  });
}
