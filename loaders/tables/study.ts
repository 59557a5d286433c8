import {readFile} from "node:fs/promises";
import type {Study as PublishedStudy} from "../../src/study.js";
import {describeModel, parseModelName} from "../backends/modelName.js";
import {methods} from "../methods/index.js";
import type {StudyMethod} from "../study.js";
import type {Results} from "./results.js";

type FeatureFile = PublishedStudy["features"][number];

/** study.json: what was declared, with what was found out about its models. */
export async function describeStudy(
  {workspace, done}: Results,
  commit: string,
  features: FeatureFile[]
): Promise<PublishedStudy> {
  const {study, models} = workspace;
  const {training} = study;
  const {supervision, transfer, transferShare, test, pool, validation, tasks: ofTasks} = study.sizes;
  const options = study.methods.map(({options}) => options);
  const common = Object.keys(options[0]).filter((name) =>
    options.every((o) => name in o && same(o[name], options[0][name]))
  );
  return {
    study: study.name,
    title: study.title,
    question: study.question,
    commit,
    versions: await versions(),
    tasks: study.tasks,
    methods: study.methods.map((entry) => {
      const {training, setting} = entry;
      const student = done.find(
        ({run}) => armOf(run) === armOf(entry) && run.setting === setting && run.strong === (entry.on.strong ?? study.models.strong).at(-1)
      )?.predictors.student;
      const spec = student?.spec.objective === "lm" || student?.from ? undefined : student?.spec;
      return {
        method: entry.method,
        variant: entry.variant,
        setting,
        title: methods.get(entry.method)!.title + (entry.variant ? `, ${entry.variant}` : ""),
        options: entry.options,
        ...(training.train === "head" && spec
          ? {
              head: {
                loss: spec.loss,
                inverseRegularization: training.inverseRegularization,
                steps: training.steps,
                checkpoints: training.checkpoints,
                keep: spec.stopOn ? ("agreement" as const) : ("last" as const)
              }
            }
          : {})
      };
    }),
    models: (["weak", "strong"] as const).flatMap((role) =>
      study.models[role].map((model, position) => {
        const {source, layers, without} = parseModelName(model);
        const resolved = models.get(source);
        return {
          model,
          title: describeModel(model),
          role,
          position,
          ...(resolved && layers === undefined && !without ? {parameters: resolved.parameters} : {}),
          ...(resolved ? {layers: layers ?? resolved.layers - (without?.length ?? 0)} : {})
        };
      })
    ),
    seeds: study.seeds,
    settings: {
      training,
      validation,
      ...(transferShare === undefined ? {} : {"share of the transfer half": transferShare}),
      ...(Object.keys(ofTasks).length ? {"sizes of tasks": ofTasks} : {}),
      ...Object.fromEntries(common.map((name) => [name, options[0][name]]))},
    differing: study.methods.map((entry) => ({
      arm: armOf(entry),
      tasks: entry.on.tasks && entry.on.tasks.length < study.tasks.length ? entry.on.tasks : null,
      settings: {
        ...Object.fromEntries(Object.entries(entry.options).filter(([name]) => !common.includes(name))),
        ...(same(entry.training, training) ? {} : {training: entry.training})
      }
    })),
    sizes: Object.fromEntries(
      Object.entries({supervision, transfer, test, pool}).filter(([, size]) => size !== undefined)
    ) as Record<string, number>,
    limits: study.limits,
    features,
    command: `w2s run ${study.name}`
  };
}

const armOf = ({method, variant}: Pick<StudyMethod, "method" | "variant">): string =>
  variant ? `${method}/${variant}` : method;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

async function versions(): Promise<Record<string, string>> {
  const manifest = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  const requirements = await readFile(new URL("../../backend/requirements.txt", import.meta.url), "utf8").catch(
    () => ""
  );
  const pinned = Object.fromEntries(
    [...requirements.matchAll(/^([\w-]+)==([^\s;]+)/gm)].map(([, name, version]) => [name, version])
  );
  const named = ["torch", "transformers", "peft", "accelerate"].filter((name) => pinned[name]);
  return {"weak-to-strong-lab": manifest.version, ...Object.fromEntries(named.map((name) => [name, pinned[name]]))};
}
