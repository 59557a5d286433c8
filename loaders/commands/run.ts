import {type Backend} from "../backends/contract.js";
import {noDemand} from "../verbs/demand.js";
import {openWorkspace} from "../openWorkspace.js";
import {planStudy} from "../planStudy.js";
import {computeRuns, type RunFailure, unfinished} from "../runStudy.js";
import {loadStudy, runsOf, type Study} from "../study.js";
import {StudyError} from "../studyError.js";
import {removeHalfWritten} from "../wholeFile.js";
import {
  type CommandOptions,
  environment,
  interruptible,
  openCache,
  print,
  progress,
  refuseBackend,
  serversOf,
  startBackend,
  startEmbedder
} from "./command.js";
import {refusals} from "./refusals.js";
import {reportFailed} from "./reportFailed.js";

/** `w2s run`: computes what is missing. */
export async function run({study: name, json}: CommandOptions): Promise<number> {
  const study = await loadStudy(name!);
  const {computed, failures} = await runStudy(study, interruptible());
  const runs = runsOf(study).length;
  if (json) print(JSON.stringify({study: study.name, runs, computed, failed: failures}, null, 2));
  else if (computed === 0 && !failures.length) print(`${study.name}: nothing to do, ${runs} runs done`);
  else print(`${study.name}: ${runs - failures.length} of ${runs} runs done, ${computed} of them now`);
  return reportFailed(failures, runs);
}

/** Computes the runs of a study that are not done; starts a backend only where something is missing. */
export async function runStudy(study: Study, signal: AbortSignal): Promise<{computed: number; failures: RunFailure[]}> {
  refuseBackend();
  const cache = openCache();
  let backend: Promise<Backend> | undefined;
  const start = () => (backend ??= startBackend(signal));
  const demand = noDemand();
  const message = (text: string) => progress.message(text);
  const counting = await openWorkspace({
    study,
    cache,
    policy: "count",
    environment,
    startBackend: start,
    demand,
    message
  });
  const left = await unfinished(counting);
  if (!left.length) return {computed: 0, failures: []};
  const plan = await planStudy(
    counting,
    left.map(({run}) => run)
  );
  if (plan.refused.length) {
    const [first, ...others] = refusals(study, plan.refused);
    throw new StudyError(`${first}${others.length ? ` (and ${others.length} more, see w2s plan ${study.name})` : ""}`);
  }
  for (const {stage, todo, unit} of plan.stages) if (unit === "texts") progress.stage(stage, todo);
  const {train} = study.training;
  if (train !== "head")
    progress.stage(
      `fine-tuning (${train}), steps`,
      [...demand.trainings.values()].reduce((sum, {steps}) => sum + steps, 0)
    );
  progress.stage("runs", left.length);
  await removeHalfWritten(cache.folder);
  try {
    const workspace = await openWorkspace({
      study,
      cache,
      policy: "compute",
      environment: {...environment, servers: serversOf(signal)},
      startBackend: start,
      startEmbedder: () => startEmbedder(signal),
      demand,
      advance: (stage, by) => progress.advance(stage, by),
      message
    });
    const pending = await unfinished(workspace);
    const failures = await computeRuns(workspace, pending, {
      signal,
      finished: () => progress.advance("runs", 1)
    });
    return {computed: pending.length - failures.length, failures};
  } finally {
    await backend?.then(
      (b) => b.close(),
      () => {}
    );
  }
}
