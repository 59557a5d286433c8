import {distinctTexts} from "../../src/statistics/clustering.js";
import type {Row} from "../../src/tables.js";
import {task as taskNamed} from "../datasets/index.js";
import type {Evaluation} from "../evaluate.js";
import type {Teaching} from "../lab.js";
import {rightAnswer} from "../rightAnswer.js";
import {chainKey} from "../verbs/generate.js";
import {goldOf} from "./predictions.js";
import type {Results} from "./results.js";

/** What each teacher was asked, once for however many arms; of the seeds that the study publishes predictions of. */
function teachingsOf({workspace, done}: Results): {evaluation: Evaluation; teaching: Teaching}[] {
  const seeds = workspace.study.publish.predictionsOf;
  const found = new Map<string, {evaluation: Evaluation; teaching: Teaching}>();
  for (const evaluation of done) {
    if (seeds && !seeds.includes(evaluation.run.seed)) continue;
    for (const {teachings} of evaluation.outcome.demonstrations ?? [])
      for (const teaching of teachings) found.set(teaching.clusters.step, {evaluation, teaching});
  }
  return [...found.values()];
}

export const elicitations = (results: Results): Row<"elicitations">[] =>
  teachingsOf(results).map(({evaluation: {run}, teaching: {model, clusters}}) => {
    const {step, chains, by} = clusters;
    const embeds = by.what === "embedding";
    return {
      elicitation: step,
      task: run.task,
      seed: run.seed,
      predictor: typeof model === "string" ? null : model.key,
      model: typeof model === "string" ? model : model.model,
      chains: chains.length,
      by: by.what,
      threshold: embeds ? by.threshold : null,
      embedder: embeds ? results.workspace.study.models.embedder : null,
      dropped: by.drop
    };
  });

/** The different responses of each question, with what was read in them. */
export async function chains(results: Results): Promise<Row<"chains">[]> {
  const rows: Row<"chains">[] = [];
  for (const {evaluation, teaching} of teachingsOf(results)) {
    const {clusters: own} = teaching;
    const {name, parse, publishable} = taskNamed(own.rows.task);
    const gold = await goldOf(evaluation);
    const written = await evaluation.steps.get(own.chains[0].step)?.family?.read();
    for (const [row, {id, text}] of own.rows.examples.entries()) {
      const {members, representatives} = own.clusters[row];
      const cluster = new Map(members.flatMap((places, i) => places.map((place) => [place, i] as const)));
      const numbers = new Map<string, number>();
      const said = distinctTexts(own.chains.map(({texts}) => texts[row].trim()));
      for (const [place, {text: output, places}] of said.entries()) {
        const answer = parse!(output, text);
        if (answer !== null && !numbers.has(answer)) numbers.set(answer, numbers.size);
        const kept = written?.get(chainKey(text, places[0]));
        rows.push({
          elicitation: own.step,
          example: id,
          place,
          count: places.length,
          output: publishable ? output : null,
          answer: publishable ? answer : null,
          answered: answer === null ? -1 : numbers.get(answer)!,
          right: answer !== null && rightAnswer(name, answer, gold.get(id)!),
          logprob: (kept?.logprob as number | undefined) ?? null,
          tokens: (kept?.tokens as number | undefined) ?? 0,
          // Those of a cluster that was dropped are in none.
          cluster: cluster.get(places[0]) ?? -1,
          representative: representatives.some((chosen) => places.includes(chosen))
        });
      }
    }
  }
  return rows;
}

/** Cosines of the different responses of each question, where they were clustered by them. */
export const cosines = (results: Results): Row<"cosines">[] =>
  teachingsOf(results).flatMap(({teaching: {clusters: own}}) =>
    own.rows.examples.flatMap(({id}, row) => {
      const {cosines: pairs} = own.clusters[row];
      if (!pairs) return [];
      const texts = (1 + Math.sqrt(1 + 8 * pairs.length)) / 2;
      const bytes = new Uint8Array(pairs.buffer, pairs.byteOffset, pairs.length);
      return {elicitation: own.step, example: id, texts, cosines: bytes};
    })
  );
