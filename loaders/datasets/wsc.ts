import {z} from "zod";
import {hubLabel, parseRows, splitOf} from "./source.js";
import type {Task} from "./task.js";
import {fill, groupOf, normalise} from "./text.js";

const prompt = "{text}\nPronoun: {pronoun}\nOption: {candidate}\nRefers to the option:";

const row = z.object({
  text: z.string(),
  span1_text: z.string(),
  span2_text: z.string(),
  span2_index: z.int().min(0),
  label: hubLabel,
  idx: z.int()
});

/** Whether a pronoun refers to a noun (SuperGLUE's Winograd Schema Challenge, spans corrected). */
export const wsc: Task = {
  name: "wsc",
  title: "WSC",
  licence: "CC BY 4.0 in part; not stated for the other texts",
  attribution:
    "Levesque, Davis and Morgenstern, The Winograd Schema Challenge, KR 2012; Wang et al., SuperGLUE, NeurIPS 2019",
  publishable: false,
  conversion:
    "binary as published, the pronoun marked by asterisks; texts that begin or end with the same four words share a group, " +
    "since schemas come in twins that differ in a word; training and validation rows are pooled, since 104 validation rows " +
    "are few to test on",
  positive: "refers to the noun",
  negative: "refers to something else",
  prompt,
  warning: "658 rows in all: intervals are wide",
  pool: [
    {kind: "hub", dataset: "aps/super_glue", config: "wsc.fixed", split: "train"},
    {kind: "hub", dataset: "aps/super_glue", config: "wsc.fixed", split: "validation"}
  ],
  test: [],
  sample: {
    text: "The lamp would not fit into the crate because it was too small.",
    span1_index: 6,
    span2_index: 9,
    span1_text: "the crate",
    span2_text: "it",
    idx: 0,
    label: 1
  },
  convert: (rows, source) =>
    parseRows(row, rows, source).flatMap(({text, span1_text: noun, span2_text, span2_index, label, idx}) => {
      if (label === -1) return [];
      const pronoun = span2_text.trim();
      const words = normalise(text).split(" ");
      return [
        {
          id: `${splitOf(source)}/${idx}`,
          group: groupOf(words.slice(0, 4).join(" ")),
          ties: [groupOf(words.slice(-4).join(" "))],
          text: fill(prompt, {text: mark(text.trim(), pronoun, span2_index), pronoun, candidate: noun.trim()}),
          label
        }
      ];
    })
};

/** The text with asterisks around a pronoun, the first one at or after the word of a number, counted from 0. */
function mark(text: string, pronoun: string, word: number): string {
  const start = [...text.matchAll(/\S+/g)][word]?.index ?? 0;
  const at = text.indexOf(pronoun, start);
  return at < 0 ? text : `${text.slice(0, at)}*${pronoun}*${text.slice(at + pronoun.length)}`;
}
