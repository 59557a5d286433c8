import type {Row} from "../../src/tables.js";
import {readThroughput} from "../throughput.js";
import type {Results} from "./results.js";

/**
 * What the study's models cost, as the cache's log has it: every study that shares the cache paid into it, so only the models
 * of this one are counted. The log does not travel with the tables' inputs: another machine has another.
 */
export async function compute({workspace}: Results): Promise<Row<"compute">[]> {
  const {weak, strong, judge} = workspace.study.models;
  const models = new Set([...weak, ...strong, ...(judge ? [judge] : [])].flatMap((model) => [model, model.split("#")[0]]));
  const totals = new Map<string, Row<"compute">>();
  for (const {verb, model, device, rows, tokens, seconds} of await readThroughput(workspace.cache.folder)) {
    if (!models.has(model)) continue;
    const key = JSON.stringify([verb, model, device]);
    const total = totals.get(key) ?? {verb, model, device, requests: 0, rows: 0, tokens: 0, seconds: 0};
    totals.set(key, {
      ...total,
      requests: total.requests + 1,
      rows: total.rows + rows,
      tokens: total.tokens + tokens,
      seconds: total.seconds + seconds
    });
  }
  return [...totals.values()];
}
