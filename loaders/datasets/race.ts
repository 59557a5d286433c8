import {z} from "zod";
import {rightAndWrong} from "./choices.js";
import {parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const prompt = "{article}\nQuestion: {question}\nOption: {option}\nCorrect:";

const letters = ["A", "B", "C", "D"] as const;

const row = z.object({
  article: z.string(),
  question: z.string(),
  options: z.array(z.string()).length(letters.length),
  answer: z.enum(["", ...letters])
});

/** Questions of English examinations on an article (RACE, middle and high school). */
export const race: Task = {
  name: "race",
  title: "RACE",
  licence: "for non-commercial research only",
  attribution: "Lai et al., RACE: Large-scale ReAding Comprehension Dataset From Examinations, EMNLP 2017",
  publishable: false,
  conversion:
    "each question gives two examples, its right option and one of its wrong ones, drawn by the question's id; questions " +
    "on the same article share a group",
  positive: "right option",
  negative: "wrong option",
  prompt,
  pool: [{kind: "hub", dataset: "ehovy/race", config: "all", split: "train"}],
  test: [{kind: "hub", dataset: "ehovy/race", config: "all", split: "validation"}],
  sample: {
    example_id: "middle0.txt",
    article:
      "Lena keeps bees on the roof of her school. Every Friday her class sells the honey, and the money pays for new books. " +
      "Last year they bought forty.",
    answer: "C",
    question: "What does the class do with the money?",
    options: ["It repairs the roof.", "It buys more bees.", "It buys books.", "It travels on Fridays."]
  },
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap(({article, question, options, answer}, i) => {
      if (answer === "") return [];
      const id = `${splitOf(source)}/${i}`;
      return rightAndWrong(id, options, [letters.indexOf(answer)]).map(({option, text, label}) => ({
        id: `${id}/${letters[option]}`,
        group: groupOf(article),
        text: fill(prompt, {article: article.trim(), question: question.trim(), option: text}),
        label
      }));
    })
};
