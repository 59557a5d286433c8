import type {ProbeBand, ProbePoint} from "../charts/probeChart.js";
import {probeChart} from "../charts/probeChart.js";
import {wilson} from "../statistics/wilson.js";
import type {Row} from "../tables.js";
import {dataTable} from "./dataTable.js";
import {intervalCell} from "./estimateCell.js";
import type {KeyItem} from "./figure.js";
import {figure} from "./figure.js";
import {inSentence, percent, plural, points, range} from "./format.js";
import {Inputs, d3, html} from "./kit.js";
import {linked} from "./linked.js";
import {missing} from "./missing.js";
import type {Names} from "./names.js";
import {namesOf} from "./names.js";
import type {Arm, Ink} from "./palette.js";
import {armKey, armsOf, ceilingColor} from "./palette.js";
import type {Shown} from "./settingControl.js";
import {isShown} from "./settingControl.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";

type Probe = Row<"probes">;
type Look = Omit<Ink, "mark"> & Partial<Pick<Ink, "mark">>;

const measures = {accuracy: "Accuracy", change: "Change against before"} as const;

const beforeLook: Look = {
  color: "var(--theme-foreground-muted)",
  fill: "var(--theme-foreground-muted)",
  hollow: false,
  dash: "2 3"
};
const ceilingLook: Look = {color: ceilingColor, fill: ceilingColor, hollow: false};

/** What linear probes read out of a model's layers, before and after it learned from weak labels (EDA, figure 4). */
export async function saliency(study: OpenStudy) {
  const {probes, tasks} = await study.tables("probes", "tasks");
  const names = namesOf(study, tasks);
  const views = viewsOf(probes);
  if (!views.size)
    return {
      headline: "No layer has been probed yet.",
      controls: html`<div></div>`,
      figure: missing(
        "No probe is published for this study: its file names no tasks under “saliency”, or its models are heads on frozen features, which change no activation.",
        study.command
      ),
      table: html`<div></div>`
    };
  const arms = armsOf(study);
  const view = linked(
    "view",
    Inputs.select([...views.keys()], {label: "Setting and models", format: (key) => viewTitle(views.get(key)!, names)})
  );
  const measure = linked(
    "show",
    Inputs.select(Object.keys(measures), {label: "Show", format: (d) => measures[d as keyof typeof measures]})
  );
  const armPlace = html`<span class="contents"></span>`;
  const places = {headline: html`<span></span>`, figure: html`<div></div>`, table: html`<div></div>`};

  function choose(): void {
    const some = probes.filter((d) => isShown(d, views.get(view.value)!));
    const there = arms.filter((arm) => some.some((d) => armKey(d.method, d.variant) === arm.key));
    const titles = new Map(there.map(({key, title}) => [key, title]));
    const arm = linked(
      "method",
      Inputs.select(["", ...titles.keys()], {label: "Students", format: (key) => titles.get(key) ?? "all methods"})
    );
    const draw = () => {
      const chosen = there.filter(({key}) => !arm.value || key === arm.value);
      places.figure.replaceChildren(probeFigure(study, some, chosen, measure.value, names));
    };
    arm.addEventListener("input", draw);
    measure.oninput = draw;
    armPlace.replaceChildren(...(there.length > 1 ? [arm] : []));
    places.headline.replaceChildren(headline(some));
    places.table.replaceChildren(probeTable(study, some, there, names));
    draw();
  }
  view.addEventListener("input", choose);
  choose();
  return {...places, controls: html`<div class="controls">${views.size > 1 ? view : null}${armPlace}${measure}</div>`};
}

function viewsOf(probes: readonly Probe[]): Map<string, Shown> {
  return new Map(
    probes.map(({setting, weak, strong}) => [[setting, weak, strong].join(" | "), {setting, weak, strong}])
  );
}

const viewTitle = ({setting, weak, strong}: Shown, names: Names): string =>
  `${setting}, ${names.model(weak)} to ${names.model(strong)}`;

const panelTitle = ({task, concept}: Pick<Probe, "task" | "concept">, names: Names): string =>
  task === concept ? `${names.task(task)}, its own concept` : `${names.task(task)}, concept of ${names.task(concept)}`;

/** Panels in order: a task's own concept, then those of others. */
const inOrder = (probes: readonly Probe[]): Probe[] =>
  d3.sort(
    probes,
    (a, b) => d3.ascending(a.task, b.task) || Number(a.task !== a.concept) - Number(b.task !== b.concept)
  );

const isOverSeeds = (d: Probe): d is Probe & {layer: number} => d.seed === null && d.layer !== null;

function probeFigure(
  study: OpenStudy,
  some: readonly Probe[],
  arms: readonly Arm[],
  show: string,
  names: Names
): HTMLElement {
  const change = show === "change";
  const ofArms = inOrder(some).filter((d) => arms.some(({key}) => key === armKey(d.method, d.variant)));
  const over = ofArms.filter(isOverSeeds);
  const seen = new Set<string>();
  const data: ProbePoint[] = [];
  for (const d of over) {
    const student = arms.find(({key}) => key === armKey(d.method, d.variant))!;
    const [line, look] =
      d.stage === "after"
        ? [student.title, student]
        : d.stage === "before"
          ? ["Before", beforeLook]
          : ["Ceiling, after gold labels", ceilingLook];
    const title = panelTitle(d, names);
    // Before and ceiling are the same for all methods.
    const place = JSON.stringify([title, line, d.layer]);
    if (seen.has(place) || (change && d.change === null)) continue;
    seen.add(place);
    const [value, low, high] = change ? [d.change!, d.change_low!, d.change_high!] : [d.accuracy, d.low, d.high];
    data.push({title, line, look, layer: d.layer, value, low, high});
  }
  const control: ProbeBand[] = change
    ? []
    : d3
        .flatRollup(
          ofArms.filter((d) => d.seed !== null && d.layer !== null),
          (v) => d3.extent(v, (d) => d.control) as [number, number],
          (d) => panelTitle(d, names),
          (d) => d.layer!
        )
        .map(([title, layer, [low, high]]) => ({title, layer, low, high}));
  const chances = d3.rollup(
    over,
    (v) => v[0],
    (d) => panelTitle(d, names)
  );
  const chance: ProbeBand[] = change
    ? []
    : [...chances].flatMap(([title, {chance, n}]) =>
        d3.extent(over, (d) => d.layer).map((layer) => ({title, layer: layer!, ...wilson(Math.round(chance * n), n)}))
      );
  const seeds = new Set(ofArms.flatMap((d) => d.seed ?? [])).size;
  const key: KeyItem[] = [
    ...(change ? [] : [{label: "before", color: beforeLook.color, shape: "dashes" as const}]),
    ...arms.map(({title, color, fill, mark, hollow}) => ({
      label: `after, ${inSentence(title)}`,
      color,
      fill,
      shape: mark,
      hollow
    })),
    {label: "ceiling, after gold labels", color: ceilingColor, shape: "line"},
    ...(change
      ? []
      : [
          {
            label: "control",
            color: "color-mix(in srgb, var(--gold) 40%, var(--theme-background))",
            shape: "area" as const
          },
          {label: "chance", color: "var(--rule)", shape: "area" as const}
        ])
  ];
  return figure({
    id: "saliency",
    title: change
      ? "What training changed: probes after it against probes before, by layer"
      : "Where a concept can be read: linear probes by layer, before and after training",
    subtitle: change
      ? "The same rows are held out of both, so this is a difference of pairs; 0 is the model as it was."
      : "Held out: each half of the rows is asked about by a probe that learned from the other. Control: a probe that learned from permuted labels, over seeds. Chance: the commoner class, with what as many rows make of it by luck.",
    key,
    note: `${plural(seeds, "seed")}, ${range(
      [...chances.values()].map((d) => d.n),
      "held-out row"
    )} each. 95% intervals by resampling seeds and rows.`,
    data: data.map(({look: _, ...d}) => d),
    provenance: pageUrl(study.study, "provenance", {role: "student"}),
    draw: (width) =>
      probeChart(data, {
        width,
        label: change ? "Points of accuracy" : "Held-out accuracy",
        ariaLabel: `${change ? "Change of probe accuracy" : "Probe accuracy"} by layer, for each task and concept`,
        format: change ? points : percent,
        tickFormat: change ? (d) => points(d).replace(".0", "") : (d) => `${Math.round(100 * d)}%`,
        control,
        chance,
        reference: [...chances].map(([title, {chance}]) => ({title, at: change ? 0 : chance}))
      })
  });
}

/** Over layers and at the last one: what probes reach, and how that changed. */
function probeTable(study: OpenStudy, some: readonly Probe[], arms: readonly Arm[], names: Names): HTMLElement {
  const over = inOrder(some).filter((d) => d.seed === null);
  const last = d3.max(over, (d) => d.layer ?? 0)!;
  const at = (row: Probe, layer: number | null): Probe | undefined =>
    over.find(
      (d) =>
        d.layer === layer &&
        (["task", "concept", "stage", "method", "variant"] as const).every((column) => d[column] === row[column])
    );
  const first = armKey(over[0].method, over[0].variant);
  const rows = over.filter((d) => d.layer === null && (d.stage === "after" || armKey(d.method, d.variant) === first));
  const order = ["before", "after", "ceiling"];
  const titles = new Map(arms.map(({key, title}) => [key, title]));
  const model = (d: Probe) =>
    d.stage === "before"
      ? "Before"
      : d.stage === "ceiling"
        ? "Ceiling"
        : `After, ${inSentence(titles.get(armKey(d.method, d.variant)) ?? d.method)}`;
  return dataTable(
    d3.sort(
      rows,
      (a, b) => d3.ascending(panelOrder(a), panelOrder(b)) || order.indexOf(a.stage) - order.indexOf(b.stage)
    ),
    {
      caption: "Probes over layers and at the last layer, before and after",
      grouped: true,
      columns: [
        {label: "Task and concept", value: (d) => panelTitle(d, names)},
        {label: "Model", value: model},
        {label: "Mean over layers", numeric: true, value: (d) => intervalCell({...d, value: d.accuracy}, percent)},
        {
          label: "Change",
          numeric: true,
          value: (d) => changeCell(d)
        },
        {label: "Selectivity", numeric: true, value: (d) => points(d.accuracy - d.control)},
        {
          label: `At layer ${last}`,
          numeric: true,
          value: (d) => {
            const top = at(d, last);
            return top ? intervalCell({...top, value: top.accuracy}, percent) : null;
          }
        },
        {
          label: "Change there",
          numeric: true,
          value: (d) => {
            const top = at(d, last);
            return top ? changeCell(top) : null;
          }
        }
      ],
      csv: {name: `${study.study}-probes.csv`, rows: over}
    }
  );
}

const changeCell = ({change, change_low, change_high}: Probe): Node | null =>
  intervalCell({value: change, low: change_low, high: change_high}, points);

const panelOrder = ({task, concept}: Probe): string => `${task} ${task === concept ? "" : concept}`;

/** Whether concepts became easier to read, as the mean over layers has it: own ones, and those of other tasks. */
function headline(some: readonly Probe[]): string {
  const changes = some.filter((d) => d.seed === null && d.layer === null && d.stage === "after");
  const said = (
    [
      ["the task’s own concept", changes.filter((d) => d.task === d.concept)],
      ["another task’s concept", changes.filter((d) => d.task !== d.concept)]
    ] as const
  ).flatMap(([concept, of]) => {
    if (!of.length) return [];
    const better = of.filter((d) => d.change_low! > 0).length;
    const worse = of.filter((d) => d.change_high! < 0).length;
    const verdicts = [
      ...(better ? [`clearly easier in ${better}`] : []),
      ...(worse ? [`clearly harder in ${worse}`] : [])
    ];
    const median = d3.median(of, (d) => d.change!)!;
    const among = `of ${plural(of.length, "student")} (median change ${points(median)} points)`;
    return [
      `${concept} is ${verdicts.length ? `${verdicts.join(", ")} ${among}` : `clearly easier or harder to read in none ${among}`}`
    ];
  });
  return `Over all layers probed, after learning from weak labels, ${said.join("; ")}.`;
}
