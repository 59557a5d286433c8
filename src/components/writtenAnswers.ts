import type {Row} from "../tables.js";
import {dataTable} from "./dataTable.js";
import {afterFirstChart} from "./firstChart.js";
import {percent, plural} from "./format.js";
import {d3, html} from "./kit.js";
import {namesOf} from "./names.js";
import type {OpenStudy} from "./study.js";

const roles = [
  ["zero_shot", "Strong model as it is"],
  ["weak", "Weak supervisor"],
  ["student", "Student"],
  ["strong_ceiling", "Strong ceiling"]
] as const;

/**
 * Of tasks whose answers are written: how many answers could be read and how many are right, by role, with the strong model
 * as it is beside what it learned; nothing to be seen where the study has no such task.
 */
export async function writtenAnswers(study: OpenStudy): Promise<HTMLElement> {
  await afterFirstChart();
  const {metrics, runs, run_models, tasks} = await study.tables("metrics", "runs", "run_models", "tasks");
  const written = new Map(tasks.filter((d) => d.kind === "generation").map((d) => [d.task, d]));
  const own = new Map(runs.filter((d) => written.has(d.task) && d.status === "done").map((d) => [d.run, d]));
  if (!own.size) return html`<div hidden></div>`;
  const names = namesOf(study, tasks);
  const models = new Map(run_models.map((d) => [`${d.run} ${d.role}`, d.model]));
  const arms = d3.groups([...own.values()], (d) => {
    const pair = ["weak", "strong"].map((role) => names.model(models.get(`${d.run} ${role}`) ?? role)).join(" to ");
    const method = study.methods.find((m) => m.method === d.method && m.variant === d.variant)?.title ?? d.method;
    return [names.task(d.task), d.setting, method, pair].join(" | ");
  });
  const rows = arms.flatMap(([arm, some]) =>
    roles.flatMap(([role, title]) => {
      const found = (metric: string) => valuesOf(metrics, new Set(some.map((d) => d.run)), role, metric);
      const right = found("accuracy");
      if (!right.length) return [];
      return [{arm, title, seeds: right.length, n: right[0].n, right: meanOf(right), read: meanOf(found("parsed"))}];
    })
  );
  return html`<div>
    <h2>Answers that were written</h2>
    <p>
      An answer that cannot be read is wrong. The strong model as it is has seen no label: what it lacks in form,
      fine-tuning gives also where nothing is learned of the task.
    </p>
    ${dataTable(rows, {
      caption: "Answers that were written",
      grouped: true,
      columns: [
        {label: "Task, setting, method, models", value: (d) => d.arm.replaceAll(" | ", ", ")},
        {label: "Model", value: (d) => d.title},
        {label: "Right, %", numeric: true, value: (d) => (d.right === null ? null : percent(d.right))},
        {label: "Readable, %", numeric: true, value: (d) => (d.read === null ? null : percent(d.read))},
        {label: "Answers", numeric: true, value: (d) => `${plural(d.seeds, "seed")} of ${d.n}`}
      ],
      csv: {name: `${study.study}-written-answers.csv`, rows}
    })}
  </div>`;
}

const valuesOf = (
  metrics: readonly Row<"metrics">[],
  runs: ReadonlySet<string>,
  role: string,
  metric: string
): Row<"metrics">[] =>
  metrics.filter((d) => runs.has(d.run) && d.role === role && d.stage === "evaluation" && d.metric === metric);

const meanOf = (rows: readonly Row<"metrics">[]): number | null => d3.mean(rows, (d) => d.value ?? undefined) ?? null;
