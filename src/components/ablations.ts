import {comparisonChart} from "../charts/comparisonChart.js";
import type {ComparisonRow} from "../charts/comparisonChart.js";
import type {Row} from "../tables.js";
import type {Comparison} from "./comparisons.js";
import {domains, isAll, pValue} from "./comparisons.js";
import {dataTable} from "./dataTable.js";
import {enteredTasks} from "./enteredTasks.js";
import {estimateCell, intervalCell} from "./estimateCell.js";
import {isOverTasks, lookup} from "./estimates.js";
import {figure} from "./figure.js";
import {inSentence, interval, listed, percent, plural, points, range, share, signedShare} from "./format.js";
import {Inputs, d3, html} from "./kit.js";
import {linked} from "./linked.js";
import {missing} from "./missing.js";
import type {Names} from "./names.js";
import {namesOf} from "./names.js";
import type {Arm} from "./palette.js";
import {armKey, armsOf, ceilingColor, weakColor} from "./palette.js";
import type {Shown} from "./settingControl.js";
import {isShown, settingControl} from "./settingControl.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";

type Estimate = Row<"estimates">;
type Find = ReturnType<typeof lookup>;
const empty = () => html`<div></div>`;

/** A setting with one pair of models, and a method there of which parts were removed. */
interface View extends Shown {
  whole: string;
}

const isWithout = ({task, variant}: Estimate): boolean => variant.startsWith("without ") && !isOverTasks(task);

/** The whole method, the baseline, and the method without each of its parts: over tasks, and on one task. */
export async function ablations(study: OpenStudy) {
  const {estimates, comparisons, tasks} = await study.tables("estimates", "comparisons", "tasks");
  if (!estimates.some(isWithout)) {
    const none = missing("No method of this study has been run without one of its parts.", study.command);
    const headline = "Nothing was removed from any method yet.";
    return {headline, controls: empty(), overall: none, table: empty(), task: empty()};
  }
  const names = namesOf(study, tasks);
  const arms = armsOf(study);
  const titles = new Map(arms.map((arm) => [arm.key, arm.title]));
  const find = lookup(estimates);
  const shown = await settingControl(study, isWithout);
  const wholePlace = html`<div class="controls"></div>`;
  const taskPlace = html`<div class="controls"></div>`;
  const taskFigurePlace = html`<div></div>`;
  const places = {headline: html`<span></span>`, overall: html`<div></div>`, table: html`<div></div>`};

  function choose(): void {
    const wholes = new Set(estimates.filter((d) => isWithout(d) && isShown(d, shown.value)).map((d) => d.method));
    const whole = linked(
      "method",
      Inputs.select([...wholes], {label: "Method", format: (method) => titles.get(method) ?? method})
    );
    wholePlace.replaceChildren(...(wholes.size > 1 ? [whole] : []));
    wholePlace.hidden = wholes.size < 2;
    const draw = () => show({...shown.value, whole: whole.value});
    whole.addEventListener("input", draw);
    draw();
  }

  function show(at: View): void {
    const versions = versionsOf(at, estimates, arms);
    const rows = overallRows(at, versions, comparisons);
    const title = `${titles.get(at.whole) ?? at.whole}, ${at.setting}, ${names.model(at.weak)} to ${names.model(at.strong)}`;
    const whole = titles.get(at.whole) ?? at.whole;
    places.headline.replaceChildren(`${headline(rows, whole)}${againstBaseline(rows, at, estimates, names)}`);
    places.overall.replaceChildren(
      rows.some((d) => d.comparison)
        ? overallFigure(study, at, rows, title)
        : missing("The versions have not been compared over tasks.", study.command)
    );
    places.table.replaceChildren(rows.length ? overallTable(study, at, rows, find) : empty());
    const done = study.tasks.filter((task) =>
      versions.some((arm) => find({...at, task}, arm, "student")?.value != null)
    );
    const gap = (task: string) =>
      d3.max(versions, (arm) => find({...at, task}, arm, "gap")?.value ?? undefined) ?? -Infinity;
    const task = linked(
      "task",
      Inputs.select(done, {label: "Task", format: names.task, value: d3.greatest(done, gap)})
    );
    const draw = () => taskFigurePlace.replaceChildren(taskFigure(study, at, task.value, versions, find, names));
    task.addEventListener("input", draw);
    draw();
    taskPlace.replaceChildren(task);
  }

  shown.addEventListener("input", choose);
  choose();
  return {
    ...places,
    controls: html`<div>${shown}${wholePlace}</div>`,
    task: html`<div>${taskPlace}${taskFigurePlace}</div>`
  };
}

/** The baseline, the whole method, and it without each part, in the study's order. */
function versionsOf(at: View, estimates: readonly Estimate[], arms: readonly Arm[]): Arm[] {
  const {whole} = at;
  const there = new Set(estimates.filter((d) => isShown(d, at)).map((d) => armKey(d.method, d.variant)));
  const wanted = arms.filter(
    (arm) =>
      there.has(arm.key) &&
      (arm.key === "baseline" || arm.key === whole || (arm.method === whole && arm.variant.startsWith("without ")))
  );
  return d3.sort(wanted, (arm) => (arm.key === "baseline" ? 0 : arm.key === whole ? 1 : 2));
}

/** A version's difference from the whole method in one domain; none for the whole itself, and where it was not compared. */
interface OverallRow {
  domain: string;
  arm: Arm;
  comparison: Comparison | null;
  pgr: Comparison | null;
}

function overallRows(at: View, versions: readonly Arm[], comparisons: readonly Comparison[]): OverallRow[] {
  const inSetting = comparisons.filter((d) => d.setting === at.setting && d.unit === "tasks");
  const inView = inSetting.filter((d) => isShown(d, at));
  const shown = inView.length ? inView : inSetting.filter(isAll);
  const present = Object.keys(domains).filter((domain) =>
    shown.some((d) => d.domain === domain && d.method === at.whole)
  );
  return present.flatMap((domain) =>
    versions.map((arm): OverallRow => {
      const find = (quantity: string): Comparison | null => {
        const of = shown.filter((d) => d.domain === domain && d.quantity === quantity);
        if (arm.key === at.whole) return null;
        if (arm.key !== "baseline")
          return of.find((d) => armKey(d.method, d.variant) === arm.key && d.against === at.whole) ?? null;
        const other = of.find((d) => armKey(d.method, d.variant) === at.whole && d.against === "baseline");
        return other ? reversed(other, at.whole) : null;
      };
      return {domain, arm, comparison: find("accuracy"), pgr: find("pgr")};
    })
  );
}

/** The baseline against the whole, from the whole against the baseline. */
function reversed(d: Comparison, against: string): Comparison {
  const minus = (value: number | null) => (value === null ? null : -value);
  const ends = {mean: minus(d.mean), low: minus(d.high), high: minus(d.low), t: minus(d.t)};
  return {...d, method: "baseline", variant: "", against, ...ends};
}

function headline(rows: readonly OverallRow[], whole: string): string {
  const domain = rows[0]?.domain;
  const parts = rows.filter((d) => d.domain === domain && d.arm.variant && d.comparison?.mean != null);
  if (!parts.length) return "The versions have not been compared over tasks.";
  const least = d3.least(parts, (d) => d.comparison!.mean!)!;
  const lost = parts.filter((d) => d.comparison!.high !== null && d.comparison!.high < 0);
  const better = parts.filter((d) => d.comparison!.low !== null && d.comparison!.low > 0);
  const part = (d: OverallRow) => d.arm.variant.replace(/^without /, "");
  const quoted = (some: readonly OverallRow[]) => listed(some.map((d) => `“${part(d)}”`));
  const verdicts = [
    lost.length
      ? `without ${quoted(lost)} it is clearly worse (most without “${part(least)}”, by ${points(Math.abs(least.comparison!.mean!)).replace("+", "")} points)`
      : "no part’s removal makes it clearly worse",
    ...(better.length ? [`without ${quoted(better)} it is clearly better`] : [])
  ];
  return `Over ${range(
    parts.map((d) => d.comparison!.n),
    "task"
  )} and ${plural(parts.length, "part")} removed one at a time from “${inSentence(whole)}”: ${listed(verdicts)}.`;
}

/** How the whole method stands to the baseline: over tasks, and on which of them clearly. */
export function againstBaseline(
  rows: readonly Pick<OverallRow, "domain" | "arm" | "comparison">[],
  at: View,
  estimates: readonly Estimate[],
  names: Pick<Names, "task">
): string {
  const found = rows.find((d) => d.domain === rows[0].domain && d.arm.key === "baseline")?.comparison;
  if (!found || found.mean === null) return "";
  const {mean, low, high, n} = found;
  const side = (above: boolean) => (above ? "above" : "below");
  const clear = (low !== null && low > 0) || (high !== null && high < 0);
  const range = low === null && high === null ? "" : ` (${interval(low, high, points)})`;
  const own = estimates.filter(
    (d) =>
      isShown(d, at) && !isOverTasks(d.task) && d.quantity === "difference" && armKey(d.method, d.variant) === at.whole
  );
  // What is here the method less the baseline is there the baseline less the method.
  const on = [true, false].flatMap((above) => {
    const some = own.filter((d) => (above ? d.high !== null && d.high < 0 : d.low !== null && d.low > 0));
    return some.length ? [`clearly ${side(above)} it on ${listed(some.map((d) => names.task(d.task)))}`] : [];
  });
  const size = points(Math.abs(mean)).replace("+", "");
  const over = `The baseline is ${size} points ${side(mean > 0)} the whole over ${plural(n, "task")}${range}, ${clear ? "which is clear" : "which is not clear"}`;
  return ` ${over}${on.length ? `; it is ${listed(on)}` : ""}.`;
}

/** A median with the tasks that it stands on: versions need not share theirs. */
function medianCell(d: Estimate | undefined, format: (value: number) => string): Node | null {
  if (!d || d.value === null || d.tasks === null) return estimateCell(d, format);
  return intervalCell(d, format, enteredTasks([d]) ?? plural(d.tasks, "task"));
}

const nameOf = (arm: Arm): string => (arm.variant ? `Without ${arm.variant.replace(/^without /, "")}` : arm.title);

function overallFigure(study: OpenStudy, at: View, rows: readonly OverallRow[], title: string): HTMLElement {
  const compared = rows.flatMap((d) => d.comparison ?? []);
  const shown = rows.map(({domain, arm, comparison, pgr}): ComparisonRow => {
    const whole = arm.key === at.whole;
    return {
      group: domains[domain],
      label: nameOf(arm),
      look: arm,
      value: whole ? 0 : (comparison?.mean ?? null),
      low: comparison?.low ?? null,
      high: comparison?.high ?? null,
      columns: [
        whole ? "0" : comparison?.mean == null ? "not compared" : points(comparison.mean),
        comparison && comparison.low !== null ? interval(comparison.low, comparison.high, points) : "",
        whole ? "" : pgr?.mean == null ? "" : `PGR ${signedShare(pgr.mean)}`
      ]
    };
  });
  return figure({
    id: "ablations",
    title: "What each part adds: the method, the baseline, and the method without each part",
    subtitle: `${title}.${isAll(compared[0]) ? " Pairs of models are averaged within each task." : ""}`,
    note: `Mean difference from the whole method over ${range(
      compared.map((d) => d.n),
      "task"
    )}. 95% intervals by resampling tasks, then seeds, then rows; those that reach 0 show no clear difference.`,
    data: compared,
    provenance: pageUrl(study.study, "provenance"),
    draw: (width) =>
      comparisonChart(shown, {
        width,
        label: "Points of test accuracy above the whole method",
        ariaLabel: "Difference in accuracy from the whole method, for the baseline and without each part",
        tickFormat: (d) => points(d).replace(".0", ""),
        columns: ["Difference", "95% interval", "In PGR"],
        reference: {at: 0, label: "whole method"}
      })
  });
}

function overallTable(study: OpenStudy, at: View, rows: readonly OverallRow[], find: Find): HTMLElement {
  const over = ({domain}: OverallRow) => (domain === "nlp" ? "all" : `all ${domain}`);
  const difference = (d: Comparison | null, format: (value: number) => string) =>
    d && intervalCell({...d, value: d.mean}, format);
  return dataTable(rows, {
    caption: "The method, the baseline, and the method without each part",
    grouped: true,
    columns: [
      {label: "Tasks", value: (d) => domains[d.domain]},
      {label: "Version", value: (d) => nameOf(d.arm)},
      {
        label: "Median accuracy",
        numeric: true,
        value: (d) => medianCell(find({...at, task: over(d)}, d.arm, "student"), percent)
      },
      {
        label: "Median PGR",
        numeric: true,
        value: (d) => medianCell(find({...at, task: over(d)}, d.arm, "pgr"), share)
      },
      {label: "Difference from the whole", numeric: true, value: (d) => difference(d.comparison, points)},
      {label: "p, Holm", numeric: true, value: (d) => (d.comparison && pValue(d.comparison.t_p_holm)) || null},
      {label: "Difference in PGR", numeric: true, value: (d) => difference(d.pgr, signedShare)},
      {label: "Tasks compared", numeric: true, value: (d) => (d.comparison ? String(d.comparison.n) : null)}
    ],
    csv: {
      name: `${study.study}-ablations.csv`,
      rows: rows.flatMap(({comparison, pgr}) => [comparison, pgr].filter((d) => d !== null))
    }
  });
}

function taskFigure(
  study: OpenStudy,
  at: View,
  task: string,
  versions: readonly Arm[],
  find: Find,
  names: Names
): HTMLElement {
  const cell = {...at, task};
  const row = (label: string, look: ComparisonRow["look"], some: readonly Arm[], quantity: string): ComparisonRow[] => {
    const found = some.map((arm) => find(cell, arm, quantity)).find((d) => d?.value != null);
    if (!found || found.value === null) return [];
    const pgr = quantity === "student" ? find(cell, some[0], "pgr") : undefined;
    const {value, low, high} = found;
    return [
      {
        group: names.task(task),
        label,
        look,
        value,
        low,
        high,
        columns: [
          percent(value),
          low === null && high === null ? "" : interval(low, high, percent),
          pgr ? (pgr.value === null ? "PGR withheld" : `PGR ${share(pgr.value)}`) : ""
        ]
      }
    ];
  };
  const plain = (color: string) => ({color, fill: color, hollow: false});
  const rows = [
    ...row("Weak supervisor", plain(weakColor), versions, "weak"),
    ...versions.flatMap((arm) => row(nameOf(arm), arm, [arm], "student")),
    ...row("Strong ceiling", plain(ceilingColor), versions, "strong_ceiling")
  ];
  const sizes = versions.flatMap((arm) => find(cell, arm, "student") ?? []);
  return figure({
    id: "ablations-task",
    title: `On one task: ${names.task(task)}`,
    note: `${range(
      sizes.map((d) => d.seeds),
      "seed"
    )}, ${range(
      sizes.map((d) => d.n),
      "test row"
    )} each. 95% intervals by resampling seeds and rows.`,
    data: rows.map(({label, value, low, high}) => ({task, version: label, accuracy: value, low, high})),
    provenance: pageUrl(study.study, "provenance"),
    draw: (width) =>
      comparisonChart(rows, {
        width,
        label: "Test accuracy",
        ariaLabel: `Accuracy of each version on ${names.task(task)}`,
        tickFormat: (d) => `${Math.round(d * 100)}%`,
        columns: ["Accuracy", "95% interval", "PGR"]
      })
  });
}
