import {z} from "zod";
import {answerIn, contains, normaliseAnswer, questionPrompt} from "./question.js";
import {parseRows} from "./source.js";
import type {Task} from "./task.js";
import {fill} from "./text.js";

const row = z.object({
  cca3: z.string(),
  independent: z.boolean().nullable(),
  name: z.object({common: z.string()}),
  capital: z.array(z.string()),
  region: z.string()
});

/** Capitals and continents of independent countries: a task of knowledge for machines without the hub. */
export const worldCountries: Task = {
  name: "world-countries",
  title: "World countries",
  kind: "generation",
  licence: "ODbL 1.0",
  attribution: "mledoze/countries, world-countries 5.1.0",
  publishable: true,
  conversion:
    "of each independent country its capital, any of several, and its region; questions on one country share a group; right " +
    "where the answer contains the name, and of regions no other, without regard to case, accents, articles and punctuation",
  positive: "the name asked for",
  negative: "another, or none",
  prompt: questionPrompt,
  warning: "194 countries: intervals are wide, and a small model may have met all of them before",
  pool: [{kind: "package", package: "world-countries", version: "5.1.0", path: "countries.json"}],
  test: [],
  sample: {cca3: "ZZZ", independent: true, name: {common: "Atlantis"}, capital: ["Poseidonis"], region: "Oceania"},
  clustersBy: "embedding",
  writes: {maxTokens: 48, stop: ["\nQuestion:"]},
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap(({cca3, independent, name, capital, region}) => {
      if (!independent || !capital.length) return [];
      const example = (asked: string, question: string, [written, ...others]: string[]) => ({
        id: `countries/${cca3}/${asked}`,
        group: cca3,
        text: fill(questionPrompt, {question}),
        label: 1 as const,
        answer: normaliseAnswer(written)!,
        aliases: others.map((other) => normaliseAnswer(other)!),
        written
      });
      return [
        example("capital", `What is the capital of ${name.common}?`, capital),
        example(
          "region",
          `In which region of the world is ${name.common}: Africa, Americas, Asia, Europe or Oceania?`,
          [region]
        )
      ];
    }),
  parse: (output) => normaliseAnswer(answerIn(output)),
  right: (answer, gold) =>
    contains(answer, gold) && !(regions.includes(gold) && regions.some((one) => one !== gold && contains(answer, one)))
};

/** As they are compared. */
const regions = ["africa", "americas", "asia", "europe", "oceania"];
