import type {RunCount} from "../charts/runChart.js";
import {runChart} from "../charts/runChart.js";
import {lineageColors, stepGraph} from "../charts/stepGraph.js";
import type {Row} from "../tables.js";
import {dataTable} from "./dataTable.js";
import {figure} from "./figure.js";
import {afterFirstChart} from "./firstChart.js";
import {count, plural, words} from "./format.js";
import {Inputs, d3, html} from "./kit.js";
import {ancestors, inputsOf, readSteps, stepsByKey} from "./lineage.js";
import {setAddress} from "./linked.js";
import {missing} from "./missing.js";
import {runChooser} from "./runChooser.js";
import {defaultRun, runChoices} from "./runChoices.js";
import {namesOf} from "./names.js";
import {armKey, armsOf} from "./palette.js";
import {pageUrl} from "./site.js";
import {isStrongToWeak} from "./settingControl.js";
import type {OpenStudy} from "./study.js";

const roleTitles: Record<string, string> = {
  student: "the student’s predictions",
  weak: "the supervisor’s predictions",
  weak_labels: "the weak labels",
  weak_ceiling: "the weak model on gold labels",
  strong_ceiling: "the strong ceiling",
  own_ceiling: "the student’s own ceiling",
  rung: "the models in between",
  zero_shot: "the strong model as it is",
  "": "everything in the run"
};

/** Which runs there are; what was found out about leaks; the chain of steps behind one run's numbers. Steps are many: they follow. */
export async function provenance(study: OpenStudy) {
  const tables = await study.tables("runs", "run_models", "tasks");
  const {runs, tasks} = tables;
  const names = namesOf(study, tasks);
  const grid = runGrid(study, runs, names.task);
  const unfinished = runs.filter((d) => d.status !== "done");
  const large = () => afterFirstChart().then(() => study.tables("steps", "run_steps", "predictors"));
  return {
    headline:
      `${plural(runs.length, "run")} of ${plural(armsOf(study).length, "method")} on ${plural(tasks.length, "task")}` +
      (unfinished.length ? `, ${count(unfinished.length)} of which are not done.` : ", all done."),
    runs: grid.length
      ? figure({
          id: "runs",
          title: "Which runs there are",
          subtitle: "A row a setting and method, a column a task; seeds and pairs of models together.",
          note: `${plural(runs.length, "run")}. ${unfinished.length ? "Of runs in red, some are missing, failed or refused." : "None failed or was refused."}`,
          data: grid.map(({method, variant, setting, task, done, runs}) => ({
            setting,
            method,
            variant,
            task,
            done,
            runs
          })),
          provenance: pageUrl(study.study, "provenance"),
          draw: (width) => runChart(grid, {width})
        })
      : missing("No run is published for this study.", study.command),
    async lineage() {
      const {steps, run_steps, predictors} = await large();
      const leaks = predictors.filter((d) => d.leak !== null);
      // Where the strong model teaches, its labels are what the student is to see.
      const taught = new Set(runs.filter((d) => !isStrongToWeak(d.setting)).map((d) => d.run));
      const students = new Set(
        predictors.filter((d) => d.role === "student" && taught.has(d.run)).map((d) => d.predictor)
      ).size;
      const devices = [...new Set(steps.map((d) => d.device))].filter(Boolean);
      return {
        headline:
          `They share ${plural(steps.length, "step")}, computed on ${devices.join(", ") || "an unrecorded device"}. ` +
          (leaks.length
            ? `${plural(new Set(leaks.map((d) => d.predictor)).size, "model")} saw what a weak-to-strong student must not: see below.`
            : `None of the ${plural(students, "student")} of a weaker model saw gold labels or labels of a model as strong as itself.`),
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
        explorer: explorer(study, {...tables, steps, run_steps, predictors})
      };
    },
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

/** Runs by setting, method and task. */
function runGrid(study: OpenStudy, runs: readonly Row<"runs">[], task: (name: string) => string): RunCount[] {
  const settings = new Set(study.methods.map((d) => d.setting)).size;
  const order = new Map(study.methods.map((d, i) => [`${d.setting} ${armKey(d.method, d.variant)}`, i]));
  const title = new Map(study.methods.map((d) => [`${d.setting} ${armKey(d.method, d.variant)}`, d.title]));
  const key = (d: Row<"runs">) => `${d.setting} ${armKey(d.method, d.variant)}`;
  return d3
    .flatRollup(
      runs,
      (v) => ({of: v[0], done: v.filter((d) => d.status === "done").length, runs: v.length}),
      key,
      (d) => d.task
    )
    .map(([row, name, {of, ...counts}]) => ({
      ...counts,
      method: of.method,
      variant: of.variant,
      setting: of.setting,
      title: `${title.get(row) ?? row}${settings > 1 ? ` · ${of.setting}` : ""}`,
      task: task(name),
      at: (order.get(row) ?? 0) * 1000 + study.tasks.indexOf(name)
    }))
    .sort((a, b) => a.at - b.at);
}

type Tables = {
  runs: Row<"runs">[];
  run_models: Row<"run_models">[];
  steps: Row<"steps">[];
  run_steps: Row<"run_steps">[];
  predictors: Row<"predictors">[];
  tasks: Row<"tasks">[];
};

function explorer(study: OpenStudy, {runs, run_models, steps, run_steps, predictors, tasks}: Tables): HTMLElement {
  const names = namesOf(study, tasks);
  const entered = d3.group(run_steps, (d) => d.run);
  const done = runs.filter((d) => entered.has(d.run));
  if (!done.length || !steps.length) return missing("No step is published for this study.", study.command);
  const model = new Map(run_models.filter((d) => d.position === 0).map((d) => [`${d.run} ${d.role}`, d.model]));
  const read = readSteps(steps);
  const byKey = stepsByKey(steps);
  const address = new URLSearchParams(location.search);
  const shown = defaultRun(study, done, model);
  let current = done.find((d) => d.run === address.get("run")) ?? shown;
  let wanted = address.get("role") === "run" ? "" : (address.get("role") ?? "student");
  let selected = address.get("step");
  const rolePlace = html`<span class="contents"></span>`;
  const controls = html`<div class="controls">
    ${runChooser(done, runChoices(study, names, model), {
      start: current,
      onchange: (run) => {
        current = run;
        drawRole();
        draw();
      }
    })}${rolePlace}
  </div>`;
  const graph = html`<div></div>`;
  const detail = html`<div aria-live="polite"></div>`;

  const rolesOf = (of: Row<"runs">) =>
    Object.keys(roleTitles).filter((role) => !role || entered.get(of.run)!.some((d) => d.role === role));
  const roleNow = () => (rolesOf(current).includes(wanted) ? wanted : rolesOf(current)[0]);

  function drawRole(): void {
    const role = Inputs.select(rolesOf(current), {
      label: "Behind",
      value: roleNow(),
      format: (d) => roleTitles[d] ?? d
    });
    role.addEventListener("input", () => {
      wanted = role.value;
      draw();
    });
    rolePlace.replaceChildren(role);
  }

  function draw(focus = false): void {
    const of = current;
    const role = roleNow();
    setAddress("run", of === shown ? null : of.run);
    setAddress("role", role === "student" ? null : role || "run");
    const entries = entered.get(of.run)!.flatMap((d) => (!role || d.role === role ? [d.step] : []));
    const chain = ancestors(byKey, entries);
    if (!chain.some((d) => d.step === selected)) selected = null;
    setAddress("step", selected);
    const leaking = new Set(predictors.flatMap((d) => (d.run === of.run && d.leak !== null ? (d.step ?? []) : [])));
    const node = figure({
      id: "steps",
      title: `From dataset rows to ${roleTitles[role]}`,
      subtitle: "Each box is a step with its rows and model. What a line carries gives its colour.",
      key: [
        {label: "no labels", color: lineageColors.none, shape: "line"},
        {label: "gold labels", color: lineageColors.gold, shape: "line"},
        {label: "labels of a supervisor", color: lineageColors.weak, shape: "line"},
        ...(leaking.size ? [{label: "leak", color: "var(--bad)", shape: "line" as const}] : [])
      ],
      note: `${plural(chain.length, "step")}; steps are shared between runs.`,
      data: chain.map((d) => ({...d})),
      provenance: pageUrl(study.study, "provenance", {run: of.run, role}),
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
    const ids = html`<span>loading</span>`;
    if (step.verb === "rows" && split)
      void study.tables("splits").then(({splits}) => {
        const own = splits.filter((d) => d.task === of.task && d.seed === of.seed && d.split === split);
        ids.replaceChildren(
          html`<details>
            <summary>${plural(own.length, "id")}</summary>
            <p class="ids">${own.map((d) => d.example).join(", ")}</p>
          </details>`
        );
      });
    return html`<div class="step-detail">
      <h3>${step.verb}: ${step.title}</h3>
      <dl class="settings">
        ${entry("Key", html`<code>${step.step}</code>`)}
        ${entry("Reads", inputsOf(step).length ? html`<code>${inputsOf(step).join(" ")}</code>` : "the data set")}
        ${entry("Labels behind it", step.lineage || "none")} ${entry("Rows", count(step.rows))}
        ${step.model ? entry("Model", html`<code>${step.model}</code>`) : null}
        ${entry("Backend, device", `${step.backend}, ${step.device}`)}
        ${step.verb === "rows" && split ? entry("Dataset rows", ids) : null}
      </dl>
    </div>`;
  }

  drawRole();
  draw();
  return html`<section>${controls} ${graph}${detail}</section>`;
}
