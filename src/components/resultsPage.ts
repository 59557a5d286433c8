import type {ComparisonRow} from "../charts/comparisonChart.js";
import {comparisonChart} from "../charts/comparisonChart.js";
import type {AliceArms, Found, Source} from "../reproduction/alice/arms.js";
import {armsOfAlice, isFound, isOfAlice} from "../reproduction/alice/arms.js";
import type {PublishedPair, Table1Row} from "../reproduction/alice/published.js";
import {
  datasets,
  printed,
  table1,
  table1Rows,
  table2,
  table2Rows,
  table3,
  table3Methods,
  table3Models,
  table3Ways
} from "../reproduction/alice/published.js";
import type {Pair} from "../reproduction/alice/teaching.js";
import type {BesideRow, Ours} from "./besidePaper.js";
import {besidePaper, titleOf} from "./besidePaper.js";
import {dataTable} from "./dataTable.js";
import {intervalCell} from "./estimateCell.js";
import {lookup} from "./estimates.js";
import {figure} from "./figure.js";
import {afterFirstChart} from "./firstChart.js";
import {decimals, interval, percent, plural, range} from "./format.js";
import {Inputs, d3, html} from "./kit.js";
import {linked} from "./linked.js";
import {absent, missing} from "./missing.js";
import type {Names} from "./names.js";
import {namesOf} from "./names.js";
import {armKey, armsOf, ceilingColor, weakColor} from "./palette.js";
import type {FindMetric, RoleMetric} from "./roleMetrics.js";
import {roleMetrics} from "./roleMetrics.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";

const rowTitles: Readonly<Record<Table1Row, string>> = {
  weak: "Weak",
  qa: "Q-A",
  qcota: "Q-CoT-A",
  alice: "Alice",
  strong: "Strong"
};

const empty = () => html`<div></div>`;

/** The three tables of Alice beside ours, in its layout. */
export async function resultsPage(study: OpenStudy) {
  const {estimates, tasks} = await study.tables("estimates", "tasks");
  const arms = armsOfAlice(study, estimates);
  const bases = arms.bases.filter((base) => arms.pairs(base).length);
  if (!bases.length) {
    const none = study.methods.some(isOfAlice)
      ? missing(
          "No student of Alice, and none of the chains that it is compared with, has a result yet.",
          study.command
        )
      : absent("This study has no arm of Alice, whose tables stand here beside ours.");
    const headline = "There is nothing to lay beside the paper’s tables.";
    return {
      headline,
      controls: empty(),
      figure: none,
      table1: empty(),
      table2: empty(),
      table3: empty(),
      metrics: empty()
    };
  }
  const names = namesOf(study, tasks);
  const find = lookup(estimates);
  const places = {
    headline: html`<span></span>`,
    figure: empty(),
    table1: empty(),
    table2: empty(),
    table3: empty(),
    metrics: empty()
  };
  let metric: FindMetric = () => undefined;
  const ours = (found: Found, task: string): Ours | undefined => {
    if (!isFound(found)) return undefined;
    if (found.role === "zero_shot") return metric({...found, task}, "accuracy");
    const row = find({...found, task}, found, found.role);
    return row && row.value !== null ? row : undefined;
  };
  const base = linked("setting", Inputs.select(bases, {label: "Fine-tuning"}));
  const pairPlace = html`<span class="contents"></span>`;
  const studentPlace = html`<span class="contents"></span>`;
  const view = (): View => ({study, arms, base: base.value, names, ours});
  let shown: {pair: Pair; student: string};

  function choose(): void {
    const pairs = arms.pairs(base.value);
    const pair = linked(
      "models",
      Inputs.select(pairs.map(pairKey), {
        label: "Models",
        format: (key) =>
          pairTitle(
            pairs.find((d) => pairKey(d) === key)!,
            names
          ),
        value: pairKey(fullest(view(), pairs))
      })
    );
    const students = arms.taught(base.value);
    const student = linked(
      "student",
      Inputs.select(students, {label: "Student of tables 2 and 3", format: names.model})
    );
    pairPlace.replaceChildren(...(pairs.length > 1 ? [pair] : []));
    studentPlace.replaceChildren(...(students.length > 1 ? [student] : []));
    const show = () => {
      shown = {pair: pairs.find((d) => pairKey(d) === pair.value)!, student: student.value};
      draw();
    };
    pair.addEventListener("input", show);
    student.addEventListener("input", show);
    show();
  }

  function draw(): void {
    places.headline.replaceChildren(headline(view(), shown.pair));
    places.figure.replaceChildren(tableFigure(view(), shown.pair));
    drawTables();
  }

  function drawTables(): void {
    places.table1.replaceChildren(firstTable(view()));
    places.table2.replaceChildren(secondTable(view(), shown.student));
    places.table3.replaceChildren(thirdTable(view(), shown.student));
    places.metrics.replaceChildren(metricsTable(view(), shown.pair, metric));
  }

  base.addEventListener("input", choose);
  choose();
  // What no estimate holds is read from tables that grow with the runs.
  void afterFirstChart()
    .then(() => study.tables("metrics", "runs", "run_models"))
    .then((tables) => {
      metric = roleMetrics(tables);
      drawTables();
    });
  const controls = html`<div class="controls">${bases.length > 1 ? base : null}${pairPlace}${studentPlace}</div>`;
  return {...places, controls};
}

interface View {
  study: OpenStudy;
  arms: AliceArms;
  base: string;
  names: Names;
  ours: (found: Found, task: string) => Ours | undefined;
}

const pairKey = ({weak, strong}: Pair): string => `${weak} ${strong}`;

/** The pair of which most of table 1 is there; of several, one with a cascade. */
const fullest = (view: View, pairs: readonly Pair[]): Pair =>
  d3.greatest(pairs, (a, b) => filled(view, a) - filled(view, b))!;

function filled(view: View, pair: Pair): number {
  const {study, arms, base, ours} = view;
  const cells = study.tasks.flatMap((task) =>
    table1Rows.filter((row) => ours(arms.table1(row, pair, task, base), task))
  );
  return cells.length + (isCascade(view, pair) ? 0.5 : 0);
}

const pairTitle = ({weak, strong}: Pair, names: Names): string => `${names.model(weak)} to ${names.model(strong)}`;

/** Whether row Alice of a pair is a cascade. */
const isCascade = ({arms, base}: View, pair: Pair): boolean => Boolean(arms.alice(pair, base)?.arm.through.length);

/** The paper's pair of the same models. */
const sameModels = ({weak, strong}: Pair): PublishedPair | undefined =>
  table1.find((d) => weak.includes(d.weak) && strong.includes(d.strong));

/** The paper's pair that stands beside one of ours: of the same models or, without one, the first that cascades where ours does. */
const besideOf = (view: View, pair: Pair): PublishedPair =>
  sameModels(pair) ?? table1.find((d) => d.cascade === isCascade(view, pair))!;

function pairHead(view: View, pair: Pair): string {
  const own = `${pairTitle(pair, view.names)}${isCascade(view, pair) ? " (cascade)" : ""}`;
  const {title} = besideOf(view, pair);
  return `${own}; at the right the paper’s ${title}${sameModels(pair) ? "" : ", other models"}`;
}

function headline(view: View, pair: Pair): string {
  const {study, arms, base, names, ours} = view;
  const value = (row: Table1Row, task: string) => ours(arms.table1(row, pair, task, base), task)?.value ?? null;
  const above = (other: Table1Row) => {
    const both = study.tasks.flatMap((task) => {
      const [a, b] = [value("alice", task), value(other, task)];
      return a === null || b === null ? [] : [a > b];
    });
    return {of: both.length, yes: both.filter(Boolean).length};
  };
  const printedAbove = (other: Table1Row) => {
    const all = table1.flatMap(({lines}) => lines.alice.map((d, i) => d > lines[other][i]));
    return `${all.filter(Boolean).length} of ${all.length}`;
  };
  const [chains, gold] = [above("qcota"), above("strong")];
  const there = datasets.filter(({task}) => study.tasks.includes(task)).length;
  const of = (some: {of: number; yes: number}) => `${some.yes} of ${plural(some.of, "task")}`;
  const found = chains.of
    ? `Of ${pairTitle(pair, names)}, Alice’s student scores above that of Q-CoT-A on ${of(chains)}${gold.of ? `, and above the strong model on gold labels on ${of(gold)}` : ""}; in the paper’s table 1 it does in ${printedAbove("qcota")} and ${printedAbove("strong")} cells.`
    : `Of ${pairTitle(pair, names)}, Alice and Q-CoT-A have not both a result yet.`;
  const lacking =
    there === datasets.length ? "" : ` This study has ${there} of the paper’s ${datasets.length} datasets.`;
  return `${found}${lacking} Which differences are more than chance is on the Reproduction page.`;
}

function tableFigure(view: View, pair: Pair): HTMLElement {
  const {study, arms, base, names, ours} = view;
  const paper = besideOf(view, pair);
  const looks = new Map(armsOf(study).map((arm) => [arm.key, arm]));
  const plain = (color: string) => ({color, fill: color, hollow: false});
  const lookOf = (row: Table1Row, {method, variant}: Source): ComparisonRow["look"] =>
    row === "weak"
      ? plain(weakColor)
      : row === "strong"
        ? plain(ceilingColor)
        : (looks.get(armKey(method, variant)) ?? plain("var(--other)"));
  const shown = study.tasks.flatMap((task) =>
    table1Rows.flatMap((row) => {
      const found = arms.table1(row, pair, task, base);
      const own = ours(found, task);
      if (!isFound(found) || !own || own.value === null) return [];
      return [{task, row, found, own: {...own, value: own.value}, published: printed(paper.lines[row], task)}];
    })
  );
  if (!shown.length) return missing(`No number of table 1 is there yet for ${pairTitle(pair, names)}.`, study.command);
  const crosses = shown.some((d) => d.published !== undefined);
  const other = sameModels(pair) ? "" : ": other models, so that the distance is no error of either";
  return figure({
    id: "table-1",
    title: "Table 1: weak model, students and strong model, ours and the paper’s",
    subtitle: `${pairTitle(pair, names)}${crosses ? `; crosses are the paper’s ${paper.title}${other}` : "; the paper has none of these tasks"}.`,
    key: crosses ? [{label: "the paper", color: "var(--theme-foreground)", shape: "cross"}] : [],
    note: `${range(
      shown.map((d) => d.own.seeds),
      "seed"
    )}, ${range(
      shown.map((d) => d.own.n),
      "test row"
    )} each. Bars are 95% intervals of ours; the paper gives none.`,
    data: shown.map(({task, row, found, own, published}) => ({
      task,
      row: rowTitles[row],
      setting: found.setting,
      method: found.method,
      variant: found.variant,
      role: found.role,
      ours: own.value,
      low: own.low,
      high: own.high,
      paper: published ?? null,
      seeds: own.seeds,
      n: own.n
    })),
    provenance: pageUrl(study.study, "provenance", {role: "student"}),
    draw: (width) =>
      comparisonChart(
        shown.map(({task, row, found, own, published}): ComparisonRow => {
          const there = published === undefined ? "" : decimals(2)(100 * published);
          return {
            group: titleOf(task, names),
            label: rowTitles[row],
            look: lookOf(row, found),
            value: own.value,
            low: own.low,
            high: own.high,
            published: published === undefined ? undefined : [published, published],
            columns:
              width < 640
                ? [percent(own.value), there && `${there} there`]
                : [percent(own.value), own.low === null ? "" : interval(own.low, own.high, percent), there]
          };
        }),
        {
          width,
          label: "Test accuracy, percent",
          ariaLabel: "Test accuracy of each row of table 1, ours and the paper’s, by task",
          tickFormat: (d) => percent(d).replace(".0", ""),
          columns: ["Ours", "95% interval", "The paper"]
        }
      )
  });
}

function firstTable(view: View): HTMLElement {
  const {study, arms, base, names, ours} = view;
  const pairs = arms.pairs(base);
  const rows = pairs.flatMap((pair): BesideRow[] => {
    const head = pairHead(view, pair);
    const {lines} = besideOf(view, pair);
    const alice = arms.alice(pair, base)?.arm;
    return [
      ...table1Rows.map((row) => ({
        head,
        label: rowTitles[row],
        about: row === "alice" && alice?.variant ? alice.title : undefined,
        line: lines[row],
        find: (task: string) => arms.table1(row, pair, task, base)
      })),
      ...arms.table1Extras(pair, base).map(({title: label, find}) => ({head, label, find}))
    ];
  });
  const beside = new Set(pairs.map((pair) => besideOf(view, pair)));
  const others = table1.filter((d) => !beside.has(d));
  const lone = others.flatMap(({title, lines}) =>
    table1Rows.map((row) => ({
      head: title,
      label: rowTitles[row],
      line: lines[row],
      find: (): Found => ({missing: "no such models"})
    }))
  );
  const options = {heads: ["Models", "Row"] as const, tasks: study.tasks, names, ours};
  return html`<div>
    ${besidePaper({
      ...options,
      name: `${study.study}-table-1`,
      caption: "Table 1: test accuracy in percent, ours with its 95% interval, the paper’s at the right",
      rows
    })}${
      lone.length
        ? html`<details class="fold">
            <summary>
              ${plural(others.length, "pair")} of models of the paper’s table 1 that stand beside none here
            </summary>
            ${besidePaper({...options, name: `${study.study}-table-1-others`, caption: "Other pairs of table 1", rows: lone, tasks: datasets.map((d) => d.task)})}
          </details>`
        : null
    }
  </div>`;
}

function secondTable({study, arms, base, names, ours}: View, strong: string): HTMLElement {
  const models = (weak: string, through: readonly string[], teachers: readonly string[]) =>
    [[weak, ...teachers].map(names.model).join(" + "), ...[...through, strong].map(names.model)].join(" → ");
  return besidePaper({
    name: `${study.study}-table-2`,
    caption: "Table 2: test accuracy in percent, ours with its 95% interval, the paper’s at the right",
    heads: ["Method", "Setting, the paper’s and ours"],
    rows: [
      ...table2Rows.map((row) => {
        const found = arms.table2(row, strong, base);
        return {
          head: table2[row].title,
          label: table2[row].models,
          about: found && `${models(found.pair.weak, found.arm.through, found.arm.teachers)} (${found.arm.title})`,
          line: table2[row].line,
          find: (task: string) => arms.table2Source(row, strong, task, base)
        };
      }),
      ...arms.table2Extras(strong, base).map(({title, find}) => ({head: "Not in the paper", label: title, find}))
    ],
    tasks: study.tasks,
    names,
    ours
  });
}

function thirdTable({study, arms, base, names, ours}: View, strong: string): HTMLElement {
  return besidePaper({
    name: `${study.study}-table-3`,
    caption: "Table 3: test accuracy in percent, ours with its 95% interval, the paper’s at the right",
    heads: ["Method", "Setting, the paper’s and ours"],
    rows: table3Methods.flatMap((method): BesideRow[] => [
      ...table3Ways.map((way) => {
        const found = arms.table3(method, way, strong, base);
        return {
          head: table3[method].title,
          label: `${table3Models[way]} (${way})`,
          about: found && [found.pair.weak, ...found.arm.through, strong].map(names.model).join(" → "),
          line: table3[method].lines[way],
          find: (task: string) => arms.table3Source(method, way, strong, task, base)
        };
      }),
      ...arms.table3Extras(method, strong, base).map(({title: label, find}) => ({
        head: table3[method].title,
        label,
        find
      }))
    ]),
    tasks: study.tasks,
    names,
    ours
  });
}

const taughtCell = ({value, n}: RoleMetric): HTMLElement =>
  html`<span class="estimate">${percent(value)}<small>of ${plural(n, "row")}</small></span>`;

/** Exact match, token overlap and the share of answers found, of tasks that are scored by them; and of how many rows each model learned. */
function metricsTable({study, arms, base, names}: View, pair: Pair, metric: FindMetric): HTMLElement {
  const measured = ["accuracy", "exact_match", "f1", "parsed", "taught"] as const;
  const labels = {
    accuracy: "Right",
    exact_match: "Exact match",
    f1: "F1",
    parsed: "Answer found",
    taught: "Rows learned"
  };
  const sources = (task: string) => [
    ...table1Rows.map((row) => ({label: rowTitles[row], found: arms.table1(row, pair, task, base)})),
    ...arms.table1Extras(pair, base).map(({title, find}) => ({label: title, found: find(task)}))
  ];
  const rows = study.tasks.flatMap((task) =>
    sources(task).flatMap(({label, found}) => {
      if (!isFound(found)) return [];
      const [accuracy, exact, f1, parsed, taught] = measured.map((name) => metric({...found, task}, name));
      return exact || f1 || parsed
        ? [{task: titleOf(task, names), label, accuracy, exact_match: exact, f1, parsed, taught}]
        : [];
    })
  );
  if (!rows.length)
    return html`<p>No exact match, F1 or share of answers found is published for this pair of models.</p>`;
  return dataTable(rows, {
    caption: `${pairTitle(pair, names)}: exact match, F1 and share of answers found, in percent with 95% intervals`,
    grouped: true,
    columns: [
      {label: "Task", value: (d) => d.task},
      {label: "Row", value: (d) => d.label},
      ...measured.map((name) => ({
        label: labels[name],
        numeric: true,
        value: ({[name]: found}: (typeof rows)[number]) => {
          if (!found) return null;
          // Counted, not sampled.
          return name === "taught" ? taughtCell(found) : intervalCell(found, percent);
        }
      })),
      {
        label: "n",
        numeric: true,
        value: ({parsed, exact_match, f1}) => {
          const some = (parsed ?? exact_match ?? f1)!;
          return html`<span class="estimate"
            >${plural(some.n, "row")}<small>${plural(some.seeds, "seed")}</small></span
          >`;
        }
      }
    ],
    csv: {
      name: `${study.study}-answers.csv`,
      rows: rows.flatMap(({task, label, ...of}) =>
        measured.flatMap((name) => (of[name] ? [{task, row: label, metric: name, ...of[name]}] : []))
      )
    }
  });
}
