import {comparisonChart} from "../charts/comparisonChart.js";
import type {ComparisonRow} from "../charts/comparisonChart.js";
import type {Row} from "../tables.js";
import type {Comparison} from "./comparisons.js";
import {domains, isAll, namedReasons, pValue} from "./comparisons.js";
import {dataTable} from "./dataTable.js";
import {intervalCell} from "./estimateCell.js";
import {isOverTasks} from "./estimates.js";
import {figure} from "./figure.js";
import {count, decimals, inSentence, listed, plural, points, range, signedShare} from "./format.js";
import {Inputs, d3, html} from "./kit.js";
import {linked} from "./linked.js";
import {missing} from "./missing.js";
import type {Names} from "./names.js";
import {namesOf} from "./names.js";
import type {Arm} from "./palette.js";
import {armKey, armsOf} from "./palette.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";
import {referenceOf} from "../statistics/reference.js";

const quantities: Record<string, {title: string; label: string; format: (value: number) => string}> = {
  accuracy: {title: "accuracy", label: "Points of test accuracy above the other", format: points},
  pgr: {title: "PGR", label: "PGR above the other’s", format: signedShare}
};
const units: Record<string, string> = {tasks: "tasks", cells: "cells (task and models), not independent"};
const level = 0.05;
/** Pairs that a comparison needs to set the axis: over fewer, intervals and what could be found are far wider than all others. */
const enough = 3;
const empty = () => html`<div></div>`;

/** Whether methods differ: paired tests over tasks, what they could have found, and which pairs entered. */
export async function significance(study: OpenStudy) {
  const {comparisons, estimates, tasks} = await study.tables("comparisons", "estimates", "tasks");
  if (!comparisons.length) {
    const none = missing("No two methods of this study have been compared yet.", study.command);
    return {
      headline: "Nothing has been compared yet.",
      controls: empty(),
      figure: none,
      table: empty(),
      entered: empty()
    };
  }
  const names = namesOf(study, tasks);
  const arms = new Map(armsOf(study).map((arm) => [arm.key, arm]));
  const settings = [...new Set(comparisons.map((d) => d.setting))];
  const mostTasks = (setting: string) => d3.max(comparisons, (d) => (d.setting === setting ? d.n : 0))!;
  const pairs = [...new Set(comparisons.filter((d) => !isAll(d)).map(pairKey))];
  const setting = linked(
    "setting",
    Inputs.select(settings, {label: "Setting", value: d3.greatest(settings, mostTasks)})
  );
  const models = linked(
    "models",
    Inputs.select(["all", ...pairs], {label: "Models", format: (d) => pairTitle(d, names)})
  );
  const quantity = linked(
    "quantity",
    Inputs.select(Object.keys(quantities), {label: "Quantity", format: (d) => quantities[d].title})
  );
  const unit = linked(
    "unit",
    Inputs.select(Object.keys(units), {label: "Pairs of the test are", format: (d) => units[d]})
  );

  const places = {
    headline: html`<span></span>`,
    figure: html`<div></div>`,
    table: html`<div></div>`,
    entered: html`<div></div>`
  };
  const entered = enteredTasks(estimates, tasks, names);
  function show(): void {
    const shown = chosen(comparisons, setting.value, models.value, quantity.value, unit.value);
    if (!shown.length) {
      places.headline.replaceChildren("Nothing of this choice was compared.");
      places.figure.replaceChildren(missing("Nothing of this choice was compared.", study.command));
      places.table.replaceChildren();
      places.entered.replaceChildren();
      return;
    }
    places.headline.replaceChildren(headline(shown, arms));
    places.figure.replaceChildren(forest(study, shown, arms, names));
    places.table.replaceChildren(testsTable(study, shown, arms));
    places.entered.replaceChildren(designTable(shown, entered, arms, names));
  }
  for (const input of [setting, models, quantity, unit]) input.addEventListener("input", show);
  show();
  const inputs = [...(settings.length > 1 ? [setting] : []), ...(pairs.length ? [models] : []), quantity, unit];
  return {...places, controls: html`<div class="controls">${inputs}</div>`};
}

const pairKey = ({weak, strong}: Pick<Comparison, "weak" | "strong">): string => `${weak} ${strong}`;

function pairTitle(key: string, names: Names): string {
  if (key === "all") return "all pairs, averaged within each task";
  return key.split(" ").map(names.model).join(" to ");
}

/** Comparisons of one view, domain by domain; a setting that has one pair of models has no other view. */
function chosen(
  comparisons: readonly Comparison[],
  setting: string,
  models: string,
  quantity: string,
  unit: string
): Comparison[] {
  const within = comparisons.filter((d) => d.setting === setting && d.quantity === quantity);
  const all = within.some(isAll);
  const only = new Set(within.map(pairKey)).size === 1;
  const wanted = within.filter((d) =>
    models === "all" ? (all ? isAll(d) && d.unit === unit : only) : pairKey(d) === models
  );
  const order = Object.keys(domains);
  return d3.sort(
    wanted,
    (a, b) =>
      order.indexOf(a.domain) - order.indexOf(b.domain) ||
      Number(b.against === referenceOf(b.setting)) - Number(a.against === referenceOf(a.setting)) ||
      d3.ascending(a.against, b.against)
  );
}

const title = (arms: ReadonlyMap<string, Arm>, key: string): string => arms.get(key)?.title ?? key;
const armOf = (d: Comparison): string => armKey(d.method, d.variant);

function groupOf(d: Comparison, arms: ReadonlyMap<string, Arm>): string {
  return `${domains[d.domain] ?? d.domain}, against “${inSentence(title(arms, d.against))}”`;
}

/** What came out, every number read from the table. */
function headline(shown: readonly Comparison[], arms: ReadonlyMap<string, Arm>): string {
  const {format} = quantities[shown[0].quantity];
  const tested = shown.filter((d) => d.t_p_holm !== null);
  const unit = shown[0].unit === "cells" ? "cell" : "task";
  if (!tested.length)
    return `A paired t-test is undefined here: no comparison has two ${unit}s whose differences differ.`;
  const clear = tested.filter((d) => d.t_p_holm! < level);
  const said = clear.map(
    (d) =>
      `“${inSentence(title(arms, armOf(d)))}” ${d.mean! > 0 ? "above" : "below"} “${inSentence(title(arms, d.against))}” by ${format(Math.abs(d.mean!)).replace("+", "")}${d.quantity === "accuracy" ? " points" : ""} (p ${equals(d.t_p_holm!)})`
  );
  const found = clear.length
    ? `${count(clear.length)} of ${plural(tested.length, "comparison")} differ by a paired t-test over ${range(
        tested.map((d) => d.n),
        unit
      )}, after Holm’s correction: ${listed(said)}.`
    : `No method differs clearly from what it is compared with by a paired t-test over ${range(
        tested.map((d) => d.n),
        unit
      )}, after Holm’s correction of ${plural(tested.length, "comparison")}.`;
  const [low, high] = d3.extent(
    tested.flatMap((d) => d.detectable ?? []),
    (d) => d
  );
  if (low === undefined) return found;
  const least = format(low).replace("+", "");
  const most = format(high).replace("+", "");
  return `${found} The smallest differences that this design finds with a power of 80% are ${least === most ? least : `${least} to ${most}`}${shown[0].quantity === "accuracy" ? " points" : ""}.`;
}

const equals = (p: number): string => (p < 0.001 ? "< 0.001" : `= ${pValue(p)}`);

function forest(
  study: OpenStudy,
  shown: readonly Comparison[],
  arms: ReadonlyMap<string, Arm>,
  names: Names
): HTMLElement {
  const {label, title: named, format} = quantities[shown[0].quantity];
  const cut = shown.some((d) => d.n >= enough);
  const rows = shown.map((d): ComparisonRow => {
    const arm = arms.get(armOf(d));
    const look = arm ?? {color: "var(--other)", fill: "var(--other)", hollow: false, mark: "circle"};
    const {mean: value, low, high, detectable} = d;
    return {
      group: groupOf(d, arms),
      label: title(arms, armOf(d)),
      look,
      value,
      low,
      high,
      detectable,
      aside: cut && d.n < enough,
      columns: [
        value === null ? "no pair entered" : format(value),
        pValue(d.t_p) && `p ${pValue(d.t_p)}`,
        pValue(d.t_p_holm) && `p ${pValue(d.t_p_holm)}`
      ]
    };
  });
  const unit = shown[0].unit === "cells" ? "cell" : "task";
  const over = isAll(shown[0])
    ? "Pairs of models are averaged within each task."
    : `${pairTitle(pairKey(shown[0]), names)}.`;
  return figure({
    id: "significance",
    title: `Differences in ${named}, and what could have been found`,
    subtitle:
      unit === "cell"
        ? "Pairs are cells (task, weak, strong), as in the paper: cells of one task share supervisor, ceiling and test rows, so they are not independent and p is too small."
        : `Pairs are tasks. ${over}`,
    key: [
      {
        label: `differences that a paired t-test would miss more than once in five times`,
        color: "color-mix(in srgb, currentColor 14%, transparent)",
        shape: "area"
      }
    ],
    note: `${range(
      shown.map((d) => d.n),
      unit
    )} each. 95% intervals by resampling ${unit}s, then seeds, then rows. p of the paired t-test, two-sided, and after Holm’s correction over the comparisons of a domain shown.${rows.some((d) => d.aside) ? ` Comparisons of fewer than ${enough} ${unit}s do not set the axis: an arrow marks a value or an interval that goes beyond it.` : ""}`,
    data: shown,
    provenance: pageUrl(study.study, "provenance"),
    draw: (width) =>
      comparisonChart(rows, {
        width,
        label,
        ariaLabel: `Differences in ${named} between methods, with intervals and p values`,
        tickFormat: (d) => format(d).replace(".0", ""),
        columns: ["Difference", "t-test", "Holm"],
        reference: {at: 0, label: "no difference"}
      })
  });
}

function testsTable(study: OpenStudy, shown: readonly Comparison[], arms: ReadonlyMap<string, Arm>): HTMLElement {
  const {format} = quantities[shown[0].quantity];
  return dataTable(shown, {
    caption: "Paired tests of methods",
    grouped: true,
    columns: [
      {label: "Compared", value: (d) => groupOf(d, arms)},
      {label: "Method", value: (d) => title(arms, armOf(d))},
      {label: "Difference", numeric: true, value: (d) => intervalCell({...d, value: d.mean}, format)},
      {label: "t", numeric: true, value: (d) => written(d.t, decimals(2))},
      {label: "p", numeric: true, value: (d) => pValue(d.t_p) || null},
      {label: "after Holm", numeric: true, value: (d) => pValue(d.t_p_holm) || null},
      {label: "Wilcoxon’s W", numeric: true, value: (d) => written(d.wilcoxon, String)},
      {label: "p", numeric: true, value: (d) => pValue(d.wilcoxon_p) || null},
      {label: "after Holm", numeric: true, value: (d) => pValue(d.wilcoxon_p_holm) || null}
    ],
    csv: {name: `${study.study}-comparisons.csv`, rows: shown}
  });
}

const written = (value: number | null, text: (value: number) => string): string | null =>
  value === null ? null : text(value);

/** Which pairs each comparison has, why it has no others, and what would have to be there for it to say more. */
function designTable(
  shown: readonly Comparison[],
  entered: (d: Comparison) => string,
  arms: ReadonlyMap<string, Arm>,
  names: Names
): HTMLElement {
  const {format} = quantities[shown[0].quantity];
  const pairs = shown[0].unit === "cells" ? "Cells" : "Tasks";
  return dataTable(shown, {
    caption: "What entered, and what the design could have found",
    grouped: true,
    columns: [
      {label: "Compared", value: (d) => groupOf(d, arms)},
      {label: "Method", value: (d) => title(arms, armOf(d))},
      {label: `${pairs} that entered`, value: (d) => (d.n ? folded(`${count(d.n)}: ${entered(d)}`) : "none")},
      {
        label: "Left out",
        value: (d) =>
          d.left_out
            ? folded(`${count(d.left_out)}: ${namedReasons(d.reasons, names, (key) => title(arms, key))}`)
            : "none"
      },
      {label: "Detectable", numeric: true, value: (d) => written(d.detectable, (v) => format(v).replace("+", ""))},
      {label: `${pairs} needed`, numeric: true, value: (d) => written(d.needed_pairs, count)},
      {label: "Seeds needed", numeric: true, value: (d) => written(d.needed_seeds, count)}
    ]
  });
}

/** Long texts fold. */
function folded(text: string): Node | string {
  if (text.length <= 160) return text;
  return html`<details class="fold">
    <summary>${text.slice(0, 80)}…</summary>
    ${text}
  </details>`;
}

/**
 * Tasks on which both arms of a comparison have what is compared, with how many pairs of models, where not all. A task beside
 * the one whose models it evaluates enters no test.
 */
export function enteredTasks(
  estimates: readonly Row<"estimates">[],
  tasks: readonly Pick<Row<"tasks">, "task" | "domain" | "evaluates">[],
  names: Pick<Names, "task">
): (d: Comparison) => string {
  const cells = d3.group(
    estimates.filter((d) => !isOverTasks(d.task)),
    (d) => `${d.setting} ${armKey(d.method, d.variant)} ${d.quantity}`
  );
  const domain = new Map(tasks.map((d) => [d.task, d.domain]));
  const counted = new Set(tasks.filter((d) => !tasks.some(({task}) => task === d.evaluates)).map((d) => d.task));
  return (d) => {
    const of = (arm: string) =>
      (cells.get(`${d.setting} ${arm} ${d.quantity === "pgr" ? "pgr" : "student"}`) ?? []).filter(
        (e) => counted.has(e.task) && domain.get(e.task) === d.domain && (isAll(d) || pairKey(e) === pairKey(d))
      );
    const at = (e: Row<"estimates">) => `${e.task} ${pairKey(e)}`;
    const there = new Set(of(d.against).flatMap((e) => (e.value === null ? [] : at(e))));
    return d3
      .groups(of(armOf(d)), (e) => e.task)
      .flatMap(([task, some]) => {
        const enter = some.filter((e) => e.value !== null && there.has(at(e))).length;
        if (!enter) return [];
        const whole = names.task(task);
        return enter === some.length ? whole : `${whole} (${enter} of ${plural(some.length, "pair")} of models)`;
      })
      .join(", ");
  };
}
