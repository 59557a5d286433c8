import type {TeachingRow} from "../charts/teachingLadder.js";
import {teachingLadder} from "../charts/teachingLadder.js";
import {lineageColors} from "../charts/stepGraph.js";
import type {Row} from "../tables.js";
import {figure} from "./figure.js";
import {afterFirstChart} from "./firstChart.js";
import {plural} from "./format.js";
import {d3, html} from "./kit.js";
import {stepsByKey} from "./lineage.js";
import {lineageExplorer} from "./lineageExplorer.js";
import type {ArmLineage} from "./lineageOverview.js";
import {armLineage, overviewSentence, overviewTable, runLineage} from "./lineageOverview.js";
import {missing} from "./missing.js";
import {modelSizes} from "./modelSizes.js";
import {namesOf} from "./names.js";
import type {Arm} from "./palette.js";
import {armKey, armsOf, weakColor} from "./palette.js";
import {isStrongToWeak} from "./settingControl.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";
import type {SupervisionNode} from "./supervisionGraph.js";
import {supervisionGraph} from "./supervisionGraph.js";

type Run = Row<"runs">;

interface ArmOfSetting {
  arm: Arm;
  setting: string;
  runs: Run[];
}

/** Which students saw gold labels, or a supervisor as strong as themselves. What was recorded of it is large: it follows the first chart. */
export async function lineagePage(study: OpenStudy) {
  const {runs, run_models, tasks} = await study.tables("runs", "run_models", "tasks");
  const names = namesOf(study, tasks);
  const arms = armsWithRuns(study, runs);
  const ladder = html`<div></div>`;
  const draw = (found?: readonly ArmLineage[]) =>
    ladder.replaceChildren(
      arms.length
        ? ladderFigure(study, arms, run_models, found)
        : missing("No run is published for this study.", study.command)
    );
  draw();
  return {
    ladder,
    async recorded() {
      await afterFirstChart();
      const {steps, run_steps, predictors, verdicts} = await study.tables(
        "steps",
        "run_steps",
        "predictors",
        "verdicts"
      );
      const byKey = stepsByKey(steps);
      const entries = d3.group(run_steps, (d) => d.run);
      const models = d3.group(predictors, (d) => d.run);
      const judges = d3.rollup(
        verdicts,
        (v) =>
          [
            ...d3.rollup(
              v,
              (w) => w.some((d) => d.oracle),
              (d) => d.judge
            )
          ].map(([judge, oracle]) => ({judge, oracle})),
        (d) => d.run
      );
      const ranks = new Map(study.models.filter((d) => d.role !== "judge").map((d, i) => [d.model, i]));
      const strength = (model: string) => ranks.get(model) ?? Infinity;
      const graph = ({run}: Run): SupervisionNode[] =>
        supervisionGraph({
          byKey,
          entries: entries.get(run) ?? [],
          predictors: models.get(run) ?? [],
          judges: judges.get(run) ?? [],
          strength
        });
      const traced = arms.map(({arm, setting, runs}) => {
        const done = runs.filter((d) => entries.has(d.run));
        const oracles = done.flatMap((d) => judges.get(d.run) ?? []).flatMap((d) => (d.oracle ? d.judge : []));
        return armLineage(
          arm,
          setting,
          done.map((d) => runLineage(d.run, graph(d), isStrongToWeak(setting), names)),
          [...new Set(oracles)],
          names
        );
      });
      draw(traced);
      const done = runs.filter((d) => entries.has(d.run));
      const any = done.length > 0 && steps.length > 0;
      return {
        headline: overviewSentence(traced),
        overview: any ? overviewTable(study, traced) : html`<div></div>`,
        explorer: any
          ? lineageExplorer(study, names, {runs: done, run_models, graph})
          : missing("No step is published for this study.", study.command)
      };
    }
  };
}

/** The arms of each setting, in the study's order, with their runs. */
function armsWithRuns(study: OpenStudy, runs: readonly Run[]): ArmOfSetting[] {
  const found = d3.group(runs, (d) => JSON.stringify([d.setting, armKey(d.method, d.variant)]));
  const settings = [...new Set(study.methods.map((d) => d.setting))];
  return settings.flatMap((setting) =>
    armsOf(study, setting).flatMap((arm) => {
      const own = found.get(JSON.stringify([setting, arm.key]));
      return own ? [{arm, setting, runs: own}] : [];
    })
  );
}

function ladderFigure(
  study: OpenStudy,
  arms: readonly ArmOfSetting[],
  run_models: readonly Row<"run_models">[],
  found?: readonly ArmLineage[]
): HTMLElement {
  const sizes = modelSizes(study);
  const models = d3.group(run_models, (d) => d.run);
  const ladder = study.models
    .filter((d) => d.role !== "judge")
    .map(({model}) => ({model, label: sizes.format(sizes.of(model))}));
  const place = (model: string) => ladder.findIndex((d) => d.model === model);
  const rows = arms.map(({arm, setting, runs}, i): TeachingRow => {
    const done = runs.filter((d) => d.status === "done");
    const chains = new Map(
      (done.length ? done : runs).map(({run}) => {
        const of = (role: string) =>
          d3
            .sort(
              (models.get(run) ?? []).filter((d) => d.role === role),
              (d) => d.position
            )
            .map((d) => d.model);
        const chain = [...of("weak"), ...of("intermediate"), ...of("strong")];
        const judges = of("judge");
        return [
          JSON.stringify([chain, judges]),
          {models: isStrongToWeak(setting) ? chain.toReversed() : chain, judges}
        ];
      })
    );
    const lineage = found?.[i];
    return {
      arm,
      label: arm.title,
      group: setting,
      chains: d3.sort(
        chains.values(),
        (d) => place(d.models[0]),
        (d) => place(d.models.at(-1)!)
      ),
      said: lineage ? verdictOf(lineage) : "",
      alarm: lineage?.supervision === "leak" || lineage?.supervision === "oracle"
    };
  });
  const down = arms.filter((d) => isStrongToWeak(d.setting)).length;
  return figure({
    id: "ladder",
    title: down
      ? `Who teaches whom: in ${down} of ${plural(arms.length, "arm")}, the stronger model teaches`
      : "Who teaches whom: in every arm, the weaker model teaches the stronger",
    subtitle: `A row an arm of a setting, an arrow a pair of models: from who labels to who learns.`,
    key: [
      {label: "supervisor", color: weakColor, shape: "circle"},
      ...(run_models.some((d) => d.role === "intermediate")
        ? [{label: "model in between", color: weakColor, shape: "circle" as const, hollow: true}]
        : []),
      {label: "to a stronger model", color: lineageColors.weak, shape: "line"},
      ...(down ? [{label: "to a weaker model", color: lineageColors.stronger, shape: "line" as const}] : [])
    ],
    note: `${plural(
      d3.sum(arms, (d) => d.runs.length),
      "run"
    )} on ${plural(study.tasks.length, "task")}; seeds and tasks share their arrows.${sizes.depth ? " All models are cut from one network." : ""}`,
    data: rows.flatMap(({arm, group, chains, said}) =>
      chains.map((d) => ({
        setting: group,
        method: arm.method,
        variant: arm.variant,
        chain: d.models.join(" > "),
        judges: d.judges.join(" "),
        supervision: said
      }))
    ),
    provenance: pageUrl(study.study, "provenance"),
    draw: (width) =>
      teachingLadder(rows, {width, ladder, axisLabel: `Models of the study from weak to strong, by ${sizes.unit}`})
  });
}

const verdictOf = ({supervision, reasons}: ArmLineage): string =>
  supervision === "oracle"
    ? "judged by an oracle"
    : supervision === "leak"
      ? reasons.join("; ")
      : supervision === "strong to weak"
        ? "strong to weak, by design"
        : supervision === "clean"
          ? "clean"
          : "not run yet";
