import {lineageColors, stepGraph} from "../charts/stepGraph.js";
import type {Row} from "../tables.js";
import {dataTable} from "./dataTable.js";
import {figure} from "./figure.js";
import {count, plural, words} from "./format.js";
import {Inputs, d3, html} from "./kit.js";
import {ancestors, inputsOf, readSteps} from "./lineage.js";
import {setAddress} from "./linked.js";
import {missing} from "./missing.js";
import {namesOf} from "./names.js";
import {armKey, armsOf} from "./palette.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";

const roleTitles: Record<string, string> = {
  student: "the student’s predictions",
  weak: "the supervisor’s predictions",
  weak_labels: "the weak labels",
  weak_ceiling: "the weak model on gold labels",
  strong_ceiling: "the strong ceiling",
  "": "everything in the run"
};

/** What was found out about leaks, and the chain of steps behind one run's numbers. */
export async function provenance(study: OpenStudy) {
  const tables = await study.tables("runs", "run_models", "steps", "run_steps", "predictors", "tasks", "splits");
  const leaks = tables.predictors.filter((d) => d.leak !== null);
  const students = new Set(tables.predictors.filter((d) => d.role === "student").map((d) => d.predictor)).size;
  const devices = [...new Set(tables.steps.map((d) => d.device))].filter(Boolean);
  return {
    headline:
      `${plural(tables.runs.length, "run")} share ${plural(tables.steps.length, "step")}, computed on ${devices.join(", ") || "an unrecorded device"}. ` +
      (leaks.length
        ? `${plural(new Set(leaks.map((d) => d.predictor)).size, "model")} saw what a weak-to-strong student must not: see below.`
        : `None of the ${plural(students, "student")} saw gold labels or labels of a model as strong as itself.`),
    leaks: leaks.length
      ? dataTable(leaks, {
          caption: "Leaks",
          columns: [
            {
              label: "Run",
              value: (d) =>
                html`<a href=${pageUrl(study.study, "provenance", {run: d.run, role: d.role})}
                  ><code>${d.run}</code></a
                >`
            },
            {label: "Role", value: (d) => words(d.role)},
            {label: "Leak", value: (d) => d.leak!}
          ]
        })
      : html`<div hidden></div>`,
    explorer: explorer(study, tables),
    versions: html`<dl class="settings">
      ${[
        ...Object.entries(study.versions),
        ["Commit of the code", study.commit || "not recorded"],
        ...study.models.map((d) => [`${words(d.role)} model`, d.model] as const)
      ].map(
        ([name, version]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${version}</dd>
          </div>`
      )}
    </dl>`
  };
}

type Tables = {
  runs: Row<"runs">[];
  run_models: Row<"run_models">[];
  steps: Row<"steps">[];
  run_steps: Row<"run_steps">[];
  predictors: Row<"predictors">[];
  tasks: Row<"tasks">[];
  splits: Row<"splits">[];
};

function explorer(
  study: OpenStudy,
  {runs, run_models, steps, run_steps, predictors, tasks, splits}: Tables
): HTMLElement {
  const arms = armsOf(study);
  const names = namesOf(study, tasks);
  const order = (d: Row<"runs">) => [
    study.tasks.indexOf(d.task),
    arms.findIndex((arm) => arm.key === armKey(d.method, d.variant)),
    d.seed
  ];
  const done = d3.sort(
    runs.filter((d) => run_steps.some((s) => s.run === d.run)),
    (a, b) => order(a).reduce((sign, at, i) => sign || at - order(b)[i], 0)
  );
  if (!done.length || !steps.length) return missing("No step is published for this study.", study.command);
  const title = (of: Row<"runs">) => arms.find((d) => d.key === armKey(of.method, of.variant))?.title ?? of.method;
  const models = (of: string) => {
    const [weak, strong] = ["weak", "strong"].map(
      (role) => run_models.find((d) => d.run === of && d.role === role && d.position === 0)?.model ?? ""
    );
    return names.pair(weak, strong);
  };
  const read = readSteps(steps);
  const byKey = new Map(done.map((d) => [d.run, d]));
  const address = new URLSearchParams(location.search);
  const roles = Object.keys(roleTitles).filter((role) => !role || run_steps.some((d) => d.role === role));
  const run = Inputs.select(
    done.map((d) => d.run),
    {
      label: "Run",
      value: byKey.has(address.get("run") ?? "") ? address.get("run")! : done[0].run,
      format: (key) => {
        const of = byKey.get(key)!;
        return [names.task(of.task), models(key), title(of), `seed ${of.seed}`].filter(Boolean).join(", ");
      }
    }
  );
  const role = Inputs.select(roles, {
    label: "Behind",
    value: roles.includes(address.get("role") ?? "-") ? address.get("role")! : roles[0],
    format: (d) => roleTitles[d]
  });
  let selected = address.get("step");
  const graph = html`<div></div>`;
  const detail = html`<div aria-live="polite"></div>`;

  function draw(focus = false): void {
    const of = byKey.get(run.value)!;
    setAddress("run", run.value);
    setAddress("role", role.value);
    const entries = run_steps
      .filter((d) => d.run === of.run && (!role.value || d.role === role.value))
      .map((d) => d.step);
    const chain = ancestors(steps, entries);
    if (!chain.some((d) => d.step === selected)) selected = null;
    setAddress("step", selected);
    const leaking = new Set(predictors.filter((d) => d.run === of.run && d.leak !== null).map((d) => d.predictor));
    const node = figure({
      id: "steps",
      title: `From dataset rows to ${roleTitles[role.value]}`,
      subtitle: "Each box is a step with its rows and model. What a line carries gives its colour.",
      key: [
        {label: "no labels", color: lineageColors.none, shape: "line"},
        {label: "gold labels", color: lineageColors.gold, shape: "line"},
        {label: "labels of a supervisor", color: lineageColors.weak, shape: "line"},
        ...(leaking.size ? [{label: "leak", color: "var(--bad)", shape: "line" as const}] : [])
      ],
      note: `${plural(chain.length, "step")}; steps are shared between runs.`,
      data: chain.map((d) => ({...d})),
      provenance: pageUrl(study.study, "provenance", {run: run.value, role: role.value}),
      draw: (width) => {
        const chart = stepGraph(chain, {
          width,
          model: names.model,
          selected,
          leaks: leaking,
          read,
          onselect: (step) => {
            selected = step === selected ? null : step;
            draw(true);
          }
        });
        if (focus && selected)
          requestAnimationFrame(() =>
            [...chart.querySelectorAll<SVGElement>("[data-step]")]
              .find((d) => d.dataset.step === selected)
              ?.focus({preventScroll: true})
          );
        return html`<div class="table-scroll" tabindex="0" role="region" aria-label="Graph of steps">${chart}</div>`;
      }
    });
    graph.replaceChildren(node);
    const step = chain.find((d) => d.step === selected);
    detail.replaceChildren(
      step ? describe(step, of) : "",
      html`<details class="fold">
        <summary>The same steps as a table</summary>
        ${dataTable(chain, {
          caption: "Steps",
          columns: [
            {label: "Step", value: (d) => d.verb},
            {label: "What it does", value: (d) => d.title},
            {label: "Labels behind it", value: (d) => d.lineage || null},
            {label: "Model", value: (d) => (d.model ? names.model(d.model) : null)},
            {label: "Rows", numeric: true, value: (d) => count(d.rows)},
            {label: "Backend", value: (d) => d.backend},
            {label: "Device", value: (d) => d.device}
          ]
        })}
      </details>`
    );
  }

  function describe(step: Row<"steps">, of: Row<"runs">): HTMLElement {
    const entry = (name: string, value: unknown) =>
      html`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`;
    const split = ["supervision_validation", "transfer_validation", "supervision", "transfer", "test"].find((d) =>
      step.title.startsWith(words(d))
    );
    const ids =
      step.verb === "rows" && split
        ? splits.filter((d) => d.task === of.task && d.seed === of.seed && d.split === split).map((d) => d.example)
        : [];
    return html`<div class="step-detail">
      <h3>${step.verb}: ${step.title}</h3>
      <dl class="settings">
        ${entry("Key", html`<code>${step.step}</code>`)}
        ${entry("Reads", inputsOf(step).length ? html`<code>${inputsOf(step).join(" ")}</code>` : "the data set")}
        ${entry("Labels behind it", step.lineage || "none")} ${entry("Rows", count(step.rows))}
        ${step.model ? entry("Model", html`<code>${step.model}</code>`) : null}
        ${entry("Backend, device", `${step.backend}, ${step.device}`)}
        ${
          ids.length
            ? entry(
                "Dataset rows",
                html`<details>
                  <summary>${plural(ids.length, "id")}</summary>
                  <p class="ids">${ids.join(", ")}</p>
                </details>`
              )
            : null
        }
      </dl>
    </div>`;
  }

  run.addEventListener("input", () => draw());
  role.addEventListener("input", () => draw());
  draw();
  return html`<section>
    <div class="controls">${run}${role}</div>
    ${graph}${detail}
  </section>`;
}
