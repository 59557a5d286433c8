import {leftOut} from "../reproduction/leftOut.js";
import type {Row} from "../tables.js";
import {dataTable} from "./dataTable.js";
import {capital, count, listed, percent, plural, range, share, words} from "./format.js";
import {d3, html} from "./kit.js";
import {missing} from "./missing.js";
import type {OpenStudy} from "./study.js";

type Task = Row<"tasks">;
type Example = Row<"examples">;

interface Described {
  task: Task;
  examples: readonly Example[];
  /** Over seeds: rows, and the share of class 1, which only a task with classes has. */
  splits: readonly {split: string; rows: string; positive: string | null}[];
  testRows: ReadonlySet<string>;
}

/** The page on tasks: a line for each, then what there is to know of each. */
export async function tasksPage(study: OpenStudy) {
  const tables = await study.tables("tasks", "examples", "splits");
  const examples = d3.group(tables.examples, (d) => d.task);
  const splits = d3.group(tables.splits, (d) => d.task);
  const tasks = study.tasks.flatMap((name): Described[] => {
    const task = tables.tasks.find((d) => d.task === name);
    return task ? [describe(task, examples.get(name) ?? [], splits.get(name) ?? [])] : [];
  });
  const none = missing("No tasks are published for this study.", study.command);
  return {
    headline: tasks.length
      ? [headline(tasks), leftOut(study.tasks) ?? []].flat().join(" ")
      : "No tasks are published for this study.",
    summary: tasks.length ? summary(tasks) : none,
    sections: html`<div>${tasks.map(section)}</div>`
  };
}

const domains: Readonly<Record<string, string>> = {nlp: "language", chess: "chess", reward: "reward modelling"};
const kinds: Readonly<Record<string, string>> = {
  classification: "Which of two classes a text is of",
  comparison: "Which of two texts is the better one",
  generation: "A text of its own"
};
const metrics: Readonly<Record<string, string>> = {
  accuracy: "accuracy: the share of rows predicted right",
  pair_accuracy: "pair accuracy: the share of pairs ordered right",
  exact_match: "exact match: the share of rows whose answer is the gold one",
  contains: "contains: the share of rows whose answer has the gold one, or an alias of it, in it"
};
const splitOrder = ["supervision", "supervision_validation", "transfer", "transfer_validation", "test"];

function headline(tasks: readonly Described[]): string {
  const of = d3.rollups(
    tasks,
    (v) => v.length,
    ({task}) => domains[task.domain] ?? task.domain
  );
  const rows = d3.sum(tasks, ({examples}) => examples.length);
  const cautious = tasks.filter(({task}) => task.warning !== null).length;
  const parts = of.length > 1 ? ` (${listed(of.map(([domain, n]) => `${n} of ${domain}`))})` : "";
  return `${plural(tasks.length, "task")}${parts} with ${count(rows)} rows in use${cautious ? `; ${cautious === tasks.length ? "all" : cautious} with a warning` : ""}.`;
}

function describe(task: Task, examples: readonly Example[], rows: readonly Row<"splits">[]): Described {
  const label = new Map(examples.map((d) => [d.example, d.label]));
  const bySplit = d3.rollup(
    rows,
    (v) => ({n: v.length, positive: d3.mean(v, (d) => label.get(d.example) ?? NaN)!}),
    (d) => d.split,
    (d) => d.seed
  );
  return {
    task,
    examples,
    splits: splitOrder.flatMap((split) => {
      const seeds = [...(bySplit.get(split)?.values() ?? [])];
      if (!seeds.length) return [];
      const shares = d3.extent(seeds, (d) => d.positive) as [number, number];
      return {
        split,
        rows: range(
          seeds.map((d) => d.n),
          "row"
        ),
        positive:
          task.kind === "generation"
            ? null
            : share(shares[0]) === share(shares[1])
              ? `${share(shares[0])} of class 1`
              : `${share(shares[0])} to ${share(shares[1])} of class 1, by seed`
      };
    }),
    testRows: new Set(rows.filter((d) => d.split === "test").map((d) => d.example))
  };
}

function summary(tasks: readonly Described[]): HTMLElement {
  return dataTable(tasks, {
    caption: "Tasks of this study",
    columns: [
      {label: "Task", value: ({task}) => html`<a href=${`#task-${task.task}`}>${task.title}</a>`},
      {label: "Domain", value: ({task}) => capital(domains[task.domain] ?? task.domain)},
      {label: "Rows", numeric: true, value: ({examples}) => count(examples.length)},
      {
        label: "Class 1",
        numeric: true,
        value: ({task, examples}) =>
          task.kind === "generation" || !examples.length ? null : share(d3.mean(examples, (d) => d.label)!)
      },
      {label: "Licence", value: ({task}) => html`<span class="prose">${task.licence}</span>`},
      {label: "Warning", value: ({task}) => task.warning && html`<span class="prose">${task.warning}</span>`}
    ]
  });
}

function section({task, examples, splits, testRows}: Described): HTMLElement {
  const entry = (name: string, value: unknown) =>
    html`<div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>`;
  const groups = new Set(examples.map((d) => d.group)).size;
  return html`<section class="task">
    <h3 id=${`task-${task.task}`}>${task.title}</h3>
    ${task.warning ? html`<p class="task-warning">${capital(task.warning)}</p>` : null}
    <dl class="settings">
      ${entry("Asks for", kinds[task.kind] ?? task.kind)} ${entry("Scored by", metrics[task.metric] ?? task.metric)}
      ${task.human === null ? null : entry("People", `${percent(task.human)} right, as the study gives it`)}
      ${entry("Source", task.source)}
      ${entry("Licence", `${task.licence}${task.publishable ? "" : "; the text of its rows is not published here"}`)}
      ${entry("Attribution", task.attribution)} ${entry("Conversion", task.conversion)}
      ${task.kind === "generation" ? entry("Right, wrong", `${task.positive}; ${task.negative}`) : entry("Class 1, class 0", `${task.positive}; ${task.negative}`)}
      ${entry("Rows in use", `${count(examples.length)} in ${plural(groups, "group")}`)}
      ${splits.map(({split, rows, positive}) => entry(capital(words(split)), positive === null ? rows : `${rows}, ${positive}`))}
      ${entry("Prompt", html`<pre class="prompt">${task.prompt}</pre>`)} ${shown(task, examples, testRows, entry)}
    </dl>
  </section>`;
}

/** Real rows that are short, where they may be published: of either class where there are two; otherwise an invented one. */
function shown(
  task: Task,
  examples: readonly Example[],
  testRows: ReadonlySet<string>,
  entry: (name: string, value: unknown) => HTMLElement
): HTMLElement[] {
  if (!task.publishable)
    return task.sample === null ? [] : [entry("Example, invented", html`<pre class="prompt">${task.sample}</pre>`)];
  const test = examples.filter((d) => testRows.has(d.example) && d.text !== null);
  const shortest = (label: number) =>
    d3.least(
      test.filter((d) => d.label === label),
      (a, b) => length(a) - length(b) || d3.ascending(a.example, b.example)
    );
  const labels = task.kind === "classification" ? [1, 0] : [1];
  return labels
    .flatMap((label) => shortest(label) ?? [])
    .map((d) =>
      entry(
        task.kind === "generation" ? "Example and its answer" : `Example of class ${d.label}`,
        html`<pre class="prompt">
${[d.text, d.other].filter((text) => text != null).join("\n\nor\n\n")}${d.answer ? html` <b>${d.answer}</b>` : null}</pre>`
      )
    );
}

const length = ({text, other}: Example): number => (text?.length ?? 0) + (other?.length ?? 0);
