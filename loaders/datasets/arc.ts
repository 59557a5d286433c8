import {z} from "zod";
import {answerIn, normaliseAnswer, questionPrompt} from "./question.js";
import {parseRows, splitOf} from "./source.js";
import type {Source, Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const row = z.object({
  id: z.string(),
  question: z.string(),
  choices: z.object({text: z.array(z.string()), label: z.array(z.string())}),
  answerKey: z.string()
});

const letters = ["A", "B", "C", "D", "E"];

/** One of the two sets of ARC: science questions with options, of which the answer names one by its letter or in its words. */
function arc(set: "Challenge" | "Easy"): Task {
  const config = `ARC-${set}`;
  return {
    name: config.toLowerCase(),
    title: config,
    kind: "generation",
    licence: "CC BY-SA 4.0",
    attribution: "Clark et al., Think you have Solved Question Answering? Try ARC, 2018",
    publishable: true,
    conversion:
      "options are lettered A to E; right where the answer names the right option, by its letter or else in its words; an answer " +
      "that names no option, or several in words, is none",
    positive: "the right option",
    negative: "another option, or none",
    prompt: questionPrompt,
    pool: [{kind: "hub", dataset: "allenai/ai2_arc", config, split: "train"}],
    test: [{kind: "hub", dataset: "allenai/ai2_arc", config, split: "test"}],
    writes: {maxTokens: 256, stop: ["\nQuestion:"]},
    convert: (rows, source: Source) =>
      parseRows(row, rows, source).flatMap(({id, question, choices, answerKey}) => {
        const right = choices.label.indexOf(answerKey);
        if (right < 0 || choices.text.length > letters.length) return [];
        const options = choices.text.map((text, i) => `${letters[i]}. ${text.trim()}`).join("\n");
        return [
          {
            id: `${splitOf(source)}/${id}`,
            group: groupOf(question),
            text: fill(questionPrompt, {question: `${question.trim()}\n${options}`}),
            label: 1 as const,
            answer: letters[right],
            written: `${letters[right]}. ${choices.text[right].trim()}`
          }
        ];
      }),
    parse: (output, text) => optionIn(answerIn(output), text)
  };
}

export const arcChallenge = arc("Challenge");
export const arcEasy = arc("Easy");

/** A letter at the beginning, and what sets it apart from a word; a small one where nothing follows. */
const named = /^(?:option |choice )?[("'“[]*([A-E])(?:[.):,\]"'”]|\s*$)/;
const alone = /^(?:option |choice )?[("'“[]*([a-e])[)\]"'”.]*$/;

/** The letter of the option that an answer names: `B`, `(B)`, `option B`, `B. iron`, or the words of one option alone. */
function optionIn(answer: string, text: string): string | null {
  const offered = [...text.matchAll(/^([A-E])\. (.+)$/gm)];
  const letter = (named.exec(answer)?.[1] ?? alone.exec(answer)?.[1])?.toUpperCase();
  if (letter && offered.some(([, own]) => own === letter)) return letter;
  const said = normaliseAnswer(answer);
  if (said === null) return null;
  const saidOf = offered.filter(([, , words]) => {
    const option = normaliseAnswer(words);
    return option !== null && ` ${said} `.includes(` ${option} `);
  });
  return saidOf.length === 1 ? saidOf[0][1] : null;
}
