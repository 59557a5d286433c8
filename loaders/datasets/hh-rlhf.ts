import {z} from "zod";
import {sha256} from "../hash.js";
import {parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const prompt = "{dialogue}\n\nGood answer:";

const row = z.object({chosen: z.string(), rejected: z.string()});

/** Which of two answers in a dialogue people preferred (Anthropic's helpful and harmless dialogues). */
export const hhRlhf: Task = {
  name: "hh-rlhf",
  title: "HH-RLHF",
  kind: "comparison",
  domain: "reward",
  licence: "MIT",
  attribution:
    "Bai et al., Training a Helpful and Harmless Assistant with Reinforcement Learning from Human Feedback, 2022",
  // Its licence would allow it; it is offensive, and its authors ask that it be handled with care.
  publishable: false,
  conversion:
    "the whole dialogue with either answer; which of the two is read first is decided by a hash of the row's number, so " +
    "that about half of the rows are of class 1; dialogues with the same opening share a group; rows whose two " +
    "dialogues are equal are left out",
  positive: "the first dialogue is preferred",
  negative: "the second dialogue is preferred",
  prompt,
  warning: "many rows are offensive or upsetting: their text is not published, though the licence would allow it",
  pool: [{kind: "hub", dataset: "Anthropic/hh-rlhf", config: "default", split: "train"}],
  test: [{kind: "hub", dataset: "Anthropic/hh-rlhf", config: "default", split: "test"}],
  sample: {
    chosen: "\n\nHuman: How do I boil an egg?\n\nAssistant: Put it into boiling water for eight minutes.",
    rejected: "\n\nHuman: How do I boil an egg?\n\nAssistant: I do not know."
  },
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap((dialogues, i) => {
      const [chosen, rejected] = [dialogues.chosen.trim(), dialogues.rejected.trim()];
      if (chosen === rejected) return [];
      const id = `${splitOf(source)}/${i}`;
      const label = parseInt(sha256(id).slice(0, 8), 16) % 2 === 1 ? 1 : 0;
      const [first, second] = label === 1 ? [chosen, rejected] : [rejected, chosen];
      return [
        {
          id,
          group: groupOf(opening(chosen)),
          text: fill(prompt, {dialogue: first}),
          other: fill(prompt, {dialogue: second}),
          label
        }
      ];
    })
};

/** The first thing said: dialogues that share their prompt, or the beginning of it, share it too. */
const opening = (dialogue: string): string => dialogue.split("\n\nAssistant:")[0];
