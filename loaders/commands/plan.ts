import {openWorkspace} from "../openWorkspace.js";
import {type Plan, planStudy} from "../planStudy.js";
import {duration} from "../progress.js";
import {loadStudy} from "../study.js";
import {align} from "./align.js";
import {type CommandOptions, environment, openCache, print, progress} from "./command.js";
import {refusals} from "./refusals.js";

/** `w2s plan`: what there is to compute, without computing or starting anything. */
export async function plan({study: name, json}: CommandOptions): Promise<number> {
  const study = await loadStudy(name!);
  const workspace = await openWorkspace({
    study,
    cache: openCache(),
    policy: "count",
    environment,
    startBackend: () => Promise.reject(new Error("a plan starts no backend")),
    message: (text) => progress.message(text)
  });
  const plan = await planStudy(workspace);
  const refused = refusals(study, plan.refused);
  if (json) print(JSON.stringify(plan, null, 2));
  else if (!refused.length) print(describePlan(plan));
  for (const line of refused) progress.message(`w2s: ${line}`);
  return refused.length ? 2 : 0;
}

export function describePlan({study, runs, steps, stages, bounded}: Plan): string {
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
    ? "unknown until every model was measured here at what it is to do"
    : `about ${duration(1000 * times.reduce<number>((a, b) => a + b!, 0))}`;
  return [
    `${study}: ${runs} runs, ${steps.total} steps, ${steps.distinct} of them distinct`,
    "",
    table,
    "",
    `time in all: ${total}`,
    ...(bounded ? ["what there is to do is an upper bound: later steps depend on outputs that are not there yet"] : [])
  ].join("\n");
}
