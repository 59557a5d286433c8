import {liveGap} from "../charts/liveGap.js";
import {accuracy, classes} from "../statistics/accuracy.js";
import {agreement} from "../statistics/agreement.js";
import {flipLabels} from "../statistics/labelNoise.js";
import {pgr} from "../statistics/pgr.js";
import {wilson} from "../statistics/wilson.js";
import type {HeadRecipe} from "../study.js";
import type {Row} from "../tables.js";
import type {CsvRow} from "./csv.js";
import {dataTable} from "./dataTable.js";
import {lookup} from "./estimates.js";
import {figure} from "./figure.js";
import {bytes, count, decimals, percent, points, share} from "./format.js";
import {Inputs, d3, html} from "./kit.js";
import {linked, setAddress} from "./linked.js";
import {afterFirstChart} from "./firstChart.js";
import {absent, missing} from "./missing.js";
import {namesOf} from "./names.js";
import {armKey, armsOf} from "./palette.js";
import type {Retrained, SplitRows} from "./retrain.js";
import {retrain} from "./retrain.js";
import {pageUrl} from "./site.js";
import {isStrongToWeak} from "./settingControl.js";
import type {OpenStudy} from "./study.js";

/** A recorded run, with what it takes to train its student again. */
interface Recorded {
  run: string;
  transfer: SplitRows;
  validation: SplitRows;
  test: Pick<SplitRows, "vectors">;
  gold: number[];
  supervisor: number[];
  ceiling: number[];
  student: number[];
}

/** What a reader can do here: only where features are published. */
export const liveLead = (study: OpenStudy): HTMLElement =>
  study.features.length
    ? html`<p class="lead">
        The strong model’s hidden states are published, so its head can be trained in this page, on the weak labels that
        were recorded and by the same code. Move a slider and watch accuracy, PGR and agreement move beside the recorded
        run.
      </p>`
    : html`<span hidden></span>`;

/** Where a student cannot be trained: a study that was run without publishing features, or that has not been run. */
async function withoutFeatures(study: OpenStudy): Promise<HTMLElement> {
  const what = "The strong model’s hidden states are not published for this study, so no student can be trained here.";
  const {estimates} = await study.tables("estimates");
  return estimates.length ? absent(what) : missing(what, study.command);
}

/** Trains a student's head in the page, from published features, beside the recorded run. */
export async function live(study: OpenStudy): Promise<HTMLElement> {
  const heads = study.methods.filter((d) => d.head && !isStrongToWeak(d.setting));
  const recipes = new Map(heads.map((d) => [armKey(d.method, d.variant), d.head!]));
  if (!recipes.size)
    return absent("The students of this study are not linear heads, so they cannot be trained in a page.");
  if (!study.features.length) return withoutFeatures(study);
  const tables = await study.tables("runs", "run_models", "metrics", "estimates", "tasks");
  const names = namesOf(study, tables.tasks);
  const arms = armsOf(study).filter((arm) => recipes.has(arm.key));
  const titles = new Map(arms.map((d) => [d.key, d.title]));
  const tasks = study.tasks.filter((task) => study.features.some((d) => d.task === task));
  const sizes = new Map(study.features.map((d) => [d.task, d]));
  const task = linked(
    "task",
    Inputs.select(tasks, {label: "Task", format: (d) => `${names.task(d)} (${bytes(sizes.get(d)!.bytes)})`})
  );
  const method = linked(
    "method",
    Inputs.select(
      arms.map((d) => d.key),
      {label: "Method", format: (d) => titles.get(d)!, value: arms.at(-1)!.key}
    )
  );
  const seed = linked("seed", Inputs.select(study.seeds.map(String), {label: "Seed"}));
  const address = new URLSearchParams(location.search);
  const recordedAlpha = () => alphaOf(recipes.get(method.value)!);
  const alpha = Inputs.range([0, 1], {
    label: "Confidence weight",
    step: 0.01,
    value: Number(address.get("alpha") ?? recordedAlpha())
  });
  const noise = Inputs.range([0, 0.5], {
    label: "Labels flipped",
    step: 0.01,
    value: Number(address.get("noise") ?? 0),
    format: decimals(2)
  });
  for (const [input, name] of [
    [alpha, "Confidence weight"],
    [noise, "Share of labels flipped"]
  ] as const)
    input.querySelector("input[type=range]")?.setAttribute("aria-label", name);
  const back = html`<button
    type="button"
    class="plain"
    onclick=${() => {
      alpha.value = recordedAlpha();
      noise.value = 0;
      void draw();
    }}
  >
    Back to the recorded setting
  </button>`;
  const result = html`<div class="live-result"></div>`;
  const status = html`<p class="live-status" role="status"></p>`;
  const cache = new Map<string, Promise<Recorded | null>>();
  let last = 0;
  let asked = 0;

  const record = () => {
    const key = `${task.value} ${method.value} ${seed.value}`;
    let found = cache.get(key);
    if (!found)
      cache.set(
        key,
        (found = recordedRun(study, tables, {task: task.value, arm: method.value, seed: Number(seed.value)}))
      );
    return found;
  };

  async function draw(): Promise<void> {
    const ask = ++asked;
    const recorded = Math.abs(alpha.value - recordedAlpha()) < 1e-9 && noise.value === 0;
    setAddress("alpha", Math.abs(alpha.value - recordedAlpha()) < 1e-9 ? null : String(alpha.value));
    setAddress("noise", noise.value === 0 ? null : String(noise.value));
    const waiting = setTimeout(() => (status.textContent = "Loading features…"), 100);
    if (!result.hasChildNodes()) showRecorded();
    const run = await record().finally(() => clearTimeout(waiting));
    if (ask !== asked) return;
    if (!run) {
      status.textContent = "";
      result.replaceChildren(
        missing("This run, or what it takes to train its student again, is not published.", study.command)
      );
      return;
    }
    if (last > 100) {
      status.textContent = "Training…";
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (ask !== asked) return;
    }
    const start = performance.now();
    const recipe = withAlpha(recipes.get(method.value)!, alpha.value);
    const transfer = {
      ...run.transfer,
      labels: noise.value ? flipLabels(run.transfer.labels, noise.value, Number(seed.value)) : run.transfer.labels
    };
    const trained = retrain(recipe, transfer, run.validation, run.test);
    last = performance.now() - start;
    const now = Array.from(classes(trained.probabilities));
    const equal = now.filter((d, i) => d === run.student[i]).length;
    status.textContent = recorded
      ? `This is the recorded setting: ${count(equal)} of ${count(now.length)} predictions equal the recorded ones.`
      : `Trained on ${count(transfer.labels.length)} rows in ${last.toFixed(0)} ms; ${count(equal)} of ${count(now.length)} predictions equal the recorded ones.`;
    status.dataset.equal = String(equal);
    status.dataset.rows = String(now.length);
    show(run, now, trained);
  }

  /** What is known before predictions and features are there. */
  function showRecorded(): void {
    const run = runOf(study, tables, {task: task.value, arm: method.value, seed: Number(seed.value)});
    const metric = (role: string) =>
      tables.metrics.find(
        (d) => d.run === run?.run && d.role === role && d.stage === "evaluation" && d.metric === "accuracy"
      );
    const [weak, student, ceiling] = ["weak", "student", "strong_ceiling"].map(metric);
    if (run && weak?.value != null && student?.value != null && ceiling?.value != null)
      result.replaceChildren(
        gapFigure(
          run.run,
          {weak: weak.value, ceiling: ceiling.value, before: student.value, after: null, n: student.n},
          "Loading what it takes to train it again.",
          []
        )
      );
  }

  function gapFigure(
    run: string,
    {weak, ceiling, before, after, n}: {weak: number; ceiling: number; before: number; after: number | null; n: number},
    note: string,
    data: CsvRow[]
  ): HTMLElement {
    const arm = arms.find((d) => d.key === method.value)!;
    const estimate = (name: string, value: number) => ({name, value, ...wilson(Math.round(value * n), n)});
    const points = [estimate("recorded", before), ...(after === null ? [] : [estimate("now", after)])];
    const ends = [points[0].low, points[0].high, weak, ceiling];
    // Room below for what noise does, so that the axis stands still while a slider moves.
    const domain: [number, number] = [Math.max(0, Math.min(...ends) - 0.12), Math.min(1, Math.max(...ends) + 0.03)];
    return figure({
      id: "live",
      title: "The student trained here, beside the recorded one",
      note: `${names.task(task.value)}, ${arm.title}, seed ${seed.value}, ${count(n)} test rows; Wilson intervals. ${note}`,
      data,
      provenance: pageUrl(study.study, "provenance", {run, role: "student"}),
      draw: (width) => liveGap({weak, ceiling, points, arm, domain}, {width})
    });
  }

  function show(run: Recorded, now: number[], trained: Retrained): void {
    const arm = arms.find((d) => d.key === method.value)!;
    const n = run.gold.length;
    const [weak, ceiling, before, after] = [run.supervisor, run.ceiling, run.student, now].map((said) =>
      accuracy(run.gold, said)!
    );
    const [agreed, agrees] = [run.student, now].map((said) => agreement(run.gold, run.supervisor, said));
    const [weakModel, strongModel] = ["weak", "strong"].map(
      (role) => tables.run_models.find((d) => d.run === run.run && d.role === role && d.position === 0)?.model ?? ""
    );
    const setting = tables.runs.find((d) => d.run === run.run)?.setting ?? "";
    const cell = {task: task.value, setting, weak: weakModel, strong: strongModel};
    const refused =
      lookup(tables.estimates)(cell, arm, "pgr")?.refused ??
      (ceiling > weak ? null : "on this seed, the strong ceiling is not above the weak model");
    const recovered = (value: number) => (refused ? null : pgr([weak], [value], [ceiling]));
    const rows: {
      name: string;
      recorded: number | null;
      now: number | null;
      format: (value: number) => string;
      change: (value: number) => string;
    }[] = [
      {name: "Test accuracy, %", recorded: before, now: after, format: percent, change: points},
      {name: "PGR", recorded: recovered(before), now: recovered(after), format: share, change: points},
      {
        name: "Agreement with the supervisor, %",
        recorded: agreed.overall.value,
        now: agrees.overall.value,
        format: percent,
        change: points
      },
      {
        name: "where the supervisor is right, %",
        recorded: agreed.right.value,
        now: agrees.right.value,
        format: percent,
        change: points
      },
      {
        name: "where the supervisor is wrong, %",
        recorded: agreed.wrong.value,
        now: agrees.wrong.value,
        format: percent,
        change: points
      }
    ];
    result.replaceChildren(
      gapFigure(
        run.run,
        {weak, ceiling, before, after, n},
        `Kept at step ${trained.kept} of ${trained.steps}.`,
        rows.map(({name, recorded, now}) => ({quantity: name, recorded, now}))
      ),
      dataTable(rows, {
        caption: "Recorded and retrained student",
        columns: [
          {label: "Quantity", value: (d) => d.name},
          {label: "Recorded", numeric: true, value: (d) => (d.recorded === null ? "withheld" : d.format(d.recorded))},
          {label: "Now", numeric: true, value: (d) => (d.now === null ? "withheld" : d.format(d.now))},
          {
            label: "Change, points",
            numeric: true,
            value: (d) => (d.recorded === null || d.now === null ? null : d.change(d.now - d.recorded))
          }
        ]
      }),
      refused ? html`<p class="meta">PGR is withheld: ${refused}.</p>` : ""
    );
  }

  for (const input of [task, seed]) input.addEventListener("input", () => void draw());
  method.addEventListener("input", () => {
    alpha.value = recordedAlpha();
    void draw();
  });
  for (const input of [alpha, noise]) input.addEventListener("input", () => void draw());
  void draw();
  return html`<section>
    <div class="controls">${task}${method}${seed}</div>
    <div class="controls sliders">${alpha}${noise}${back}</div>
    ${status}${result}
  </section>`;
}

const alphaOf = ({loss}: HeadRecipe): number => (loss.name === "confidence" ? loss.alpha : 0);

/** The recipe at another confidence weight; where the method has none of its own, its warm-up is the paper's, a fifth of training. */
function withAlpha(recipe: HeadRecipe, alpha: number): HeadRecipe {
  if (alpha === alphaOf(recipe)) return recipe;
  const warmup = recipe.loss.name === "confidence" ? recipe.loss.warmup : 0.2;
  return {...recipe, loss: alpha === 0 ? {name: "cross_entropy"} : {name: "confidence", alpha, warmup}};
}

type Tables = {runs: Row<"runs">[]; run_models: Row<"run_models">[]};

/**
 * The run that can be trained again: one whose student is a head on the model whose features are published; of several
 * supervisors, the weakest one's.
 */
function runOf(
  study: OpenStudy,
  {runs, run_models}: Tables,
  of: {task: string; arm: string; seed: number}
): Row<"runs"> | undefined {
  const features = study.features.find((d) => d.task === of.task)?.model;
  const model = new Map(run_models.filter((d) => d.position === 0).map((d) => [`${d.run} ${d.role}`, d.model]));
  const settings = study.methods.flatMap((d) => (d.head && armKey(d.method, d.variant) === of.arm ? [d.setting] : []));
  const found = runs.filter(
    (d) =>
      d.task === of.task &&
      settings.includes(d.setting) &&
      armKey(d.method, d.variant) === of.arm &&
      d.seed === of.seed &&
      d.status === "done" &&
      model.get(`${d.run} strong`) === features
  );
  const place = (run: string) =>
    study.models.findIndex((d) => d.role === "weak" && d.model === model.get(`${run} weak`));
  return d3.least(found, (d) => place(d.run));
}

async function recordedRun(
  study: OpenStudy,
  tables: Tables,
  of: {task: string; arm: string; seed: number}
): Promise<Recorded | null> {
  const file = study.features.find((d) => d.task === of.task);
  const run = runOf(study, tables, of);
  if (!file || !run) return null;
  await afterFirstChart();
  const {predictions, predictors, examples} = await study.tables("predictions", "predictors", "examples");
  const features = new Map((await study.file<"features">(file.file)).map((d) => [d.example, d.vector]));
  const key = (role: string) =>
    predictors.find((d) => d.run === run.run && d.role === role && d.position === 0)?.predictor;
  const [weak, student, ceiling] = ["weak", "student", "strong_ceiling"].map(key);
  const gold = new Map(examples.filter((d) => d.task === of.task).map((d) => [d.example, d.label]));
  const rows = (predictor: string | undefined, split: string) =>
    d3.sort(
      predictions.filter((d) => d.predictor === predictor && d.split === split && d.probability !== null),
      (d) => d.example
    );
  const labelled = (split: string): SplitRows => {
    const some = rows(weak, split);
    return {vectors: some.map((d) => features.get(d.example)!), labels: some.map((d) => d.probability!)};
  };
  const [transfer, validation] = ["transfer", "transfer_validation"].map(labelled);
  const own = rows(student, "test");
  const saidBy = (predictor: string | undefined) => {
    const said = new Map(rows(predictor, "test").map((d) => [d.example, Number(d.probability! > 0.5)]));
    return own.map((d) => said.get(d.example) ?? -1);
  };
  const test = {vectors: own.map((d) => features.get(d.example)!)};
  const whole =
    [transfer, validation, test].every(({vectors}) => vectors.every(Boolean)) &&
    transfer.vectors.length > 0 &&
    own.length > 0;
  if (!whole) return null;
  return {
    run: run.run,
    transfer,
    validation,
    test,
    gold: own.map((d) => gold.get(d.example)!),
    student: saidBy(student),
    supervisor: saidBy(weak),
    ceiling: saidBy(ceiling)
  };
}
