import {z} from "zod";
import {rightAndWrong} from "./choices.js";
import {parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill, groupOf, normalise} from "./text.js";

const prompt = "{passage}\nSentence: {query}\n@placeholder: {entity}\nCorrect:";

const row = z.object({
  passage: z.string(),
  query: z.string(),
  entities: z.array(z.string()),
  answers: z.array(z.string()),
  idx: z.object({passage: z.int(), query: z.int()})
});

/** The entity that a sentence about a news article lacks (SuperGLUE's ReCoRD). */
export const record: Task = {
  name: "record",
  title: "ReCoRD",
  licence: "not stated with its rows; the passages are articles of CNN and the Daily Mail",
  attribution:
    "Zhang et al., ReCoRD: Bridging the Gap between Human and Machine Commonsense Reading Comprehension, 2018, " +
    "arXiv:1810.12885; Wang et al., SuperGLUE, NeurIPS 2019",
  publishable: false,
  conversion:
    "each query gives two examples, a right entity and a wrong one of the passage, drawn by the query's id; an entity whose " +
    "name is part of a right one's, or the other way round, is neither; queries on the same passage share a group; " +
    "training and validation rows are pooled",
  positive: "the entity that was left out",
  negative: "another entity of the passage",
  prompt,
  warning: "where only the 64 queries of FewGLUE are at hand, there are 128 examples: intervals are very wide",
  pool: [
    {kind: "hub", dataset: "aps/super_glue", config: "record", split: "train"},
    {kind: "hub", dataset: "aps/super_glue", config: "record", split: "validation"}
  ],
  test: [],
  sample: {
    passage:
      "The harbour of Velm was shut on Monday after a storm. Mayor Ida Krone said repairs would take a week.\n@highlight\n" +
      "Storm damages the harbour of Velm\n@highlight\nFerries to Osten are cancelled",
    query: '"We will rebuild the pier," @placeholder told reporters in front of the town hall.',
    entities: ["Ida Krone", "Osten", "Velm"],
    entity_spans: {text: ["Velm", "Ida Krone", "Velm", "Osten"], start: [15, 60, 142, 169], end: [19, 69, 146, 174]},
    answers: ["Ida Krone"],
    idx: {passage: 0, query: 0}
  },
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap(({passage, query, entities, answers, idx}) => {
      const id = `${splitOf(source)}/${idx.passage}/${idx.query}`;
      const right = entities.flatMap((entity, i) => (answers.includes(entity) ? [i] : []));
      return rightAndWrong(id, entities, right, overlap).map(({option, text, label}) => ({
        id: `${id}/${option}`,
        group: groupOf(passage),
        text: fill(prompt, {passage: listHighlights(passage), query: query.trim(), entity: text}),
        label
      }));
    })
};

/** Whether the words of one name are a run of words of the other's. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => ` ${normalise(name) || name} `);
  return a.includes(b) || b.includes(a);
}

const listHighlights = (passage: string) => passage.trim().replace(/\s*@highlight\s*/g, "\n- ");
