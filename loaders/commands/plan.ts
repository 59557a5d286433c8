import {openWorkspace} from "../openWorkspace.js";
import {type Plan, planStudy} from "../planStudy.js";
import {duration} from "../progress.js";
import {loadStudy} from "../study.js";
import {align} from "./align.js";
import {type CommandOptions, environment, openCache, print} from "./command.js";

/** `w2s plan`: what there is to compute, without computing or starting anything. */
export async function plan({study: name, json}: CommandOptions): Promise<number> {
  const study = await loadStudy(name!);
  const workspace = await openWorkspace({
    study,
    cache: openCache(),
    policy: "count",
    environment,
    startBackend: () => Promise.reject(new Error("a plan starts no backend"))
  });
  const plan = await planStudy(workspace);
  print(json ? JSON.stringify(plan, null, 2) : describePlan(plan));
  return plan.refused.length ? 1 : 0;
}

function describePlan({study, runs, steps, stages, bounded, refused}: Plan): string {
  const rows = stages.map(({stage, unit, cached, todo, tokens, seconds}) => [
    stage,
    String(cached),
    `${todo} ${unit}`,
    tokens ? `about ${tokens.toLocaleString("en")}` : "",
    todo === 0 ? "" : seconds === null ? "not measured yet" : duration(seconds * 1000)
  ]);
  const table = align([["stage", "cached", "to do", "tokens", "time"], ...rows]);
  const times = stages.map(({todo, seconds}) => (todo ? seconds : 0));
  const total = times.includes(null)
    ? "unknown until something is measured here"
    : duration(1000 * times.reduce<number>((a, b) => a + b!, 0));
  return [
    `${study}: ${runs} runs, ${steps.total} steps, ${steps.distinct} of them distinct`,
    "",
    table,
    "",
    `time in all: ${total}${bounded ? " (an upper bound: later steps depend on outputs that are not there yet)" : ""}`,
    ...refused.map(({run, error}) => `refused: ${run.method} ${run.task} seed ${run.seed}: ${error}`)
  ].join("\n");
}
