import type {Row} from "../../src/tables.js";
import {readThroughput} from "../throughput.js";
import type {Results} from "./results.js";

/**
 * What was paid for the study, as the cache's log has it, also for what other code or settings have since replaced; of lines that do
 * not say for which study they were measured, those of its models. The log does not travel with the tables' inputs: another machine
 * has another.
 */
export async function compute({workspace}: Results): Promise<Row<"compute">[]> {
  const {study} = workspace;
  const models = new Set(
    Object.values(study.models).flatMap((some) => [some].flat().flatMap((model) => [model, model.split("#")[0]]))
  );
  const totals = new Map<string, Row<"compute">>();
  for (const line of await readThroughput(workspace.cache.folder)) {
    const {verb, model, device, rows, tokens, seconds} = line;
    if (line.study === undefined ? !models.has(model) : line.study !== study.name) continue;
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
