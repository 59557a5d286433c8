import {encodeParquet} from "../../loaders/parquet.js";
import {random} from "../../src/statistics/random.js";
import {responsesOf, thresholdClusters} from "../../src/statistics/thresholdClusters.js";
import type {Row} from "../../src/tables.js";
import {schema} from "../../src/tables.js";

/**
 * Tables of one large elicitation on a task: all chains differ, each is of one of some topics, and cosines are high within a topic
 * and lower between them. They stand in for those of a study whose page is measured.
 */
export function plantedElicitation(task: string, questions: number, chains: number) {
  const draw = random("large elicitation");
  const elicitation = "0123456789abcdef";
  const asked = Array.from({length: questions}, (_, q) => {
    const topics = Array.from({length: chains}, () => Math.floor((1 + (q % 9)) * draw()));
    const cosines = new Int8Array((chains * (chains - 1)) / 2);
    for (let i = 1, at = 0; i < chains; i++)
      for (let j = 0; j < i; j++, at++)
        cosines[at] = topics[i] === topics[j] ? 84 + Math.floor(17 * draw()) : 40 + Math.floor(50 * draw());
    return {
      example: `train/${String(q).padStart(4, "0")}`,
      responses: topics.map((topic) => ({count: 1, right: topic === 0})),
      cosines
    };
  });
  const {reference} = thresholdClusters(responsesOf(asked), 90);
  const rows = {
    elicitations: [
      {
        elicitation,
        task,
        seed: 0,
        predictor: null,
        model: "planted:tower#layers=2",
        chains,
        by: "embedding",
        threshold: 0.9,
        embedder: "planted:embedder",
        dropped: false
      }
    ] satisfies Row<"elicitations">[],
    chains: asked.flatMap(({example, responses}, q) =>
      responses.map(({count, right}, place): Row<"chains"> => ({
        elicitation,
        example,
        place,
        count,
        output: `Response ${place} to question ${q}, in as many words as a chain of thought has.`,
        answer: null,
        answered: 0,
        right,
        logprob: null,
        tokens: 12,
        cluster: 0,
        representative: reference[q] === q * chains + place
      }))
    ),
    cosines: asked.map(({example, cosines}): Row<"cosines"> => ({
      elicitation,
      example,
      texts: chains,
      cosines: new Uint8Array(cosines.buffer)
    }))
  };
  return {
    asked,
    files: {
      "elicitations.parquet": encodeParquet(schema.elicitations, rows.elicitations),
      "chains.parquet": encodeParquet(schema.chains, rows.chains),
      "cosines.parquet": encodeParquet(schema.cosines, rows.cosines)
    }
  };
}
