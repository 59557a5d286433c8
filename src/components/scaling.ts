import {gapScatter} from "../charts/gapScatter.js";
import type {GapDot} from "../charts/gapScatter.js";
import {gridWidth, pairGrid} from "../charts/pairGrid.js";
import type {PairCell} from "../charts/pairGrid.js";
import {sizeLines} from "../charts/sizeLines.js";
import {lookup} from "./estimates.js";
import type {KeyItem} from "./figure.js";
import {figure} from "./figure.js";
import {inSentence, interval, listed, percent, plural, points, range, share} from "./format.js";
import {d3, html} from "./kit.js";
import {missing} from "./missing.js";
import {modelSizes} from "./modelSizes.js";
import type {Arm} from "./palette.js";
import {armsOf, ceilingColor, weakColor} from "./palette.js";
import {roleKey} from "./roleKey.js";
import {pageUrl} from "./site.js";
import type {SizeControls, SizeView} from "./sizeControls.js";
import {sizeControls} from "./sizeControls.js";
import type {SizeLine, SizePanel} from "./sizeSeries.js";
import {ladderSentence, panelInSentence, sizeSeries} from "./sizeSeries.js";
import type {OpenStudy} from "./study.js";

const quantities = {pgr: "gap recovered (PGR)", student: "accuracy"};

/** Controls of the page on scaling; what they choose is drawn by `scaling`. */
export async function scalingControls(study: OpenStudy): Promise<SizeControls> {
  const {estimates, tasks} = await study.tables("estimates", "tasks");
  return sizeControls(study, estimates, tasks, {quantities});
}

export const armInk = (arm: Arm): KeyItem => ({
  label: arm.title,
  color: arm.color,
  fill: arm.fill,
  shape: arm.mark,
  hollow: arm.hollow
});

/** PGR and accuracy by size of student or supervisor, by pair of models, and by gap. */
export async function scaling(study: OpenStudy, view: SizeView) {
  const tables = await study.tables("estimates", "tasks");
  const series = sizeSeries(study, tables, view);
  const {names, sizes, arms, panels, models, cell, find} = series;
  if (!models.length) {
    const none = missing("No estimate of a weak-to-strong student is published for this study.", study.command);
    return {headline: "Nothing was evaluated yet.", lines: none, grid: html`<div></div>`, gap: html`<div></div>`};
  }
  const accuracy = view.quantity === "student";
  const format = accuracy ? (d: number) => `${percent(d)}%` : share;
  const first = (cell: Parameters<typeof find>[0], quantity: string) =>
    armsOf(study, view.setting)
      .map((arm) => find(cell, arm, quantity))
      .find((d) => d && d.value !== null);
  const role = (line: string, quantity: string, color: string): SizeLine => ({
    line,
    ink: {color, fill: color, mark: "circle", hollow: false},
    role: true,
    find: (cell) => first(cell, quantity)
  });
  const lines: SizeLine[] = [
    ...(accuracy
      ? [role("Weak supervisor", "weak", weakColor), role("Strong ceiling", "strong_ceiling", ceilingColor)]
      : []),
    ...arms.map((arm): SizeLine => ({
      line: arm.title,
      ink: arm,
      role: false,
      find: (at) => find(at, arm, view.quantity)
    }))
  ];
  const drawn = series.points(lines, panels, format);
  const entered = panels.flatMap((panel) =>
    models.flatMap((model) => arms.flatMap((arm) => find(cell(panel, model), arm, view.quantity) ?? []))
  );
  const note = `${range(
    entered.map((d) => d.seeds),
    "seed"
  )}, ${range(
    entered.map((d) => d.n),
    "test row"
  )} a task. Bands are 95% intervals by resampling ${panels.some(({task}) => /^all/.test(task)) ? "tasks, seeds and rows" : "seeds and rows"}.`;
  const [moving, still] = view.axis === "strong" ? ["student", "supervisor"] : ["supervisor", "student"];
  const provenance = pageUrl(study.study, "provenance");

  return {
    headline: headline(study, view, series) + ladderSentence(sizes),
    lines: figure({
      id: "scaling",
      title: `${accuracy ? "Accuracy" : "Share of the gap recovered"} by ${sizes.depth ? "depth" : "size"} of the ${moving}`,
      subtitle: `The ${still} is ${names.model(view.other)}.${sizes.depth ? " All models are cut from one network: this is depth, not size." : ""}`,
      key: accuracy
        ? roleKey(arms).map((d) => (d.shape === "tick" ? {...d, shape: "line" as const} : d))
        : arms.map(armInk),
      note,
      data: drawn.map(({ink: _, role: __, about: ___, ...d}) => d),
      provenance,
      draw: (width) =>
        sizeLines(drawn, {
          width,
          titles: panels.map((d) => d.title),
          empty: (title) => reasonOf(drawn.filter((d) => d.panel === title).map((d) => d.about)),
          label: accuracy ? "Test accuracy" : "Performance gap recovered",
          sizeLabel: series.sizeLabel,
          log: sizes.unit === "parameters",
          sizeFormat: sizes.format,
          format,
          references: accuracy ? [] : [0, 1],
          ariaLabel: `${accuracy ? "Accuracy" : "PGR"} by size of the ${moving}, by method`
        })
    }),
    grid: gridFigure(study, view, tables, panels[0]),
    gap: gapFigure(study, view, series, tables.estimates)
  };
}

const reasonOf = (abouts: readonly string[]): string =>
  [...new Set(abouts.map((d) => d.split("\n")[1].replace(/(withheld: [^:]*):.*/, "$1")))].join("; ") || "not run";

type Tables = Parameters<typeof sizeSeries>[1];
type Series = ReturnType<typeof sizeSeries>;

/** PGR of each pair of models, a grid a method. */
function gridFigure(study: OpenStudy, view: SizeView, {estimates}: Tables, panel: SizePanel): HTMLElement {
  const sizes = modelSizes(study);
  const own = estimates.filter((d) => d.setting === view.setting && d.task === panel.task && d.quantity === "pgr");
  const find = lookup(own);
  const ladder = (role: "weak" | "strong") =>
    d3.sort(new Set(own.map((d) => d[role])), sizes.of).map((model) => ({model, label: sizes.format(sizes.of(model))}));
  const [weak, strong] = [ladder("weak"), ladder("strong")];
  const arms = armsOf(study, view.setting).filter((arm) => !view.method || arm.key === view.method);
  const grids = arms
    .map((arm) => ({
      arm,
      cells: weak.flatMap((w) =>
        strong.flatMap((s): PairCell[] => {
          const found = find({task: panel.task, setting: view.setting, weak: w.model, strong: s.model}, arm, "pgr");
          if (!found) return [];
          const {value, low, high, refused} = found;
          const about = value === null ? `withheld: ${refused}` : `${share(value)} (${interval(low, high, share)})`;
          return [{weak: w.model, strong: s.model, value, about}];
        })
      )
    }))
    .filter(({cells}) => cells.length > 1);
  if (!grids.length)
    return html`<p>
      With the setting “${view.setting}”, one pair of models was run for these methods, so there is no grid of pairs.
    </p>`;
  return figure({
    id: "pairs",
    title: `Share of the gap recovered by each pair of models: ${panelInSentence(panel)}`,
    subtitle: "Point at a cell, or tab to it, for its interval or for why it is withheld.",
    note: `Models by their ${sizes.unit}. ${range(
      own.map((d) => d.seeds),
      "seed"
    )}. Cells share supervisors, ceilings and test rows: they are not independent.`,
    data: grids.flatMap(({arm, cells}) =>
      cells.map(({about: _, ...d}) => {
        const {low, high, refused} = find({task: panel.task, setting: view.setting, ...d}, arm, "pgr")!;
        return {method: arm.method, variant: arm.variant, ...d, low, high, refused};
      })
    ),
    provenance: pageUrl(study.study, "provenance"),
    draw: (width) =>
      html`<div class="figure-panels">
        ${grids.map(({arm, cells}) =>
          pairGrid(cells, {
            width: gridWidth(width, strong.length),
            title: arm.title,
            color: arm.color,
            weak,
            strong,
            weakLabel: `supervisor, ${sizes.unit}`,
            strongLabel: `student, ${sizes.unit}`
          })
        )}
      </div>`
  });
}

/** What was gained on each task against the gap that there was. */
function gapFigure(study: OpenStudy, view: SizeView, series: Series, estimates: Tables["estimates"]): HTMLElement {
  const {names, models, sizes, arms} = series;
  const moving = view.axis === "strong" ? models.at(-1)! : models[0];
  const pair = {weak: view.other, strong: view.other, [view.axis]: moving};
  const find = lookup(estimates);
  const tasks = study.tasks.filter((task) => !view.task || task === view.task);
  const dots = arms.flatMap((arm) =>
    tasks.flatMap((task): GapDot[] => {
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
          about: `${names.task(task)}: ${arm.title}\ngap ${points(gap.value)}, gain ${points(gain.value)} (${interval(gain.low, gain.high, points)})\n${said}`
        }
      ];
    })
  );
  if (!dots.length) return html`<p class="missing">No gap of this pair of models is published.</p>`;
  const withheld = new Set(dots.filter((d) => d.withheld).map((d) => d.task)).size;
  return figure({
    id: "by-gap",
    title: "What is gained on each task, against the gap that there was to gain",
    subtitle: `${names.model(pair.weak)} teaches ${names.model(pair.strong)}. On the diagonal, all of the gap is recovered; on the line at 0, none.`,
    key: arms.map(armInk),
    note: `${plural(new Set(dots.map((d) => d.task)).size, "task")}, ${sizes.depth ? "one network at two depths" : "one pair of models"}. Bars are 95% intervals of the gain.${withheld ? ` Faint: ${plural(withheld, "task")} whose PGR is withheld.` : ""}`,
    data: dots.map(({arm, about: _, ...d}) => ({...d, method: arm.method, variant: arm.variant})),
    provenance: pageUrl(study.study, "provenance"),
    draw: (width) => gapScatter(dots, {width})
  });
}

/** From the smallest to the largest, what each method recovers. */
function headline(study: OpenStudy, view: SizeView, {names, panels, models, arms, cell, find, sizes}: Series): string {
  const [panel] = panels;
  if (!panel) return "Nothing was evaluated with this choice.";
  const format = view.quantity === "student" ? (d: number) => `${percent(d)}%` : share;
  const [small, large] = [models[0], models.at(-1)!];
  const measure = view.quantity === "student" ? "accuracy" : "PGR";
  if (models.length < 2)
    return `With the setting “${view.setting}”, one ${view.axis === "strong" ? "student" : "supervisor"} was run, ${names.model(small)}, so nothing is said of ${sizes.depth ? "depth" : "size"}.`;
  const parts = arms.flatMap((arm) => {
    const [from, to] = [small, large].map((model) => find(cell(panel, model), arm, view.quantity));
    if (from?.value == null || to?.value == null) return [];
    const apart =
      from.low !== null &&
      from.high !== null &&
      to.low !== null &&
      to.high !== null &&
      (from.high < to.low || to.high < from.low);
    return [{text: `from ${format(from.value)} to ${format(to.value)} (${inSentence(arm.title)})`, apart}];
  });
  if (!parts.length)
    return `For ${panelInSentence(panel)}, ${measure} is withheld at one end of the ladder for every method.`;
  const apart = parts.filter((d) => d.apart).length;
  return (
    `From ${names.model(small)} to ${names.model(large)} as the ${view.axis === "strong" ? "student" : "supervisor"}, ${measure} of ${panelInSentence(panel)} goes ${listed(parts.map((d) => d.text))}; ` +
    `the intervals of the two ends ${apart === 0 ? "overlap" : apart === parts.length ? "lie apart" : `lie apart for ${apart} of ${plural(parts.length, "method")}`}.`
  );
}
