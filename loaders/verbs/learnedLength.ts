import type {FinetuneSpec, Labels, Length, Preferences, Rows} from "../lab.js";
import {known, lengthsOf, together} from "./lengths.js";

/** How much a model may read at most in an epoch of what it learns from: see `jobOf`. */
export function learnedLength(spec: FinetuneSpec): Length {
  if (spec.objective === "lm") {
    const {inputs, completions} = spec;
    const read = "texts" in inputs ? lengthsOf(inputs) : ownLengths(inputs);
    if (!completions) return together(read);
    return together(completions.flatMap((texts) => [...read, ...lengthsOf(texts)]));
  }
  if (spec.objective === "decision")
    return together([...labelLengths(spec.labels), ...(spec.preferences ? pairLengths(spec.preferences) : [])]);
  if (spec.compared) return together([...lengthsOf(spec.compared.one), ...lengthsOf(spec.compared.two)]);
  return together([spec.labels, ...(spec.also ?? [])].flatMap(labelLengths));
}

/** Of each row that is learned, its own text and what was written as its label. */
function labelLengths(labels: Labels): Length[] {
  const written = lengthsOf(labels);
  const isLearned = (i: number): boolean =>
    !labels.outputs || (written[i].characters + written[i].tokens > 0 && labels.weights?.[i] !== 0);
  // What was written follows after a space.
  return ownLengths(labels.rows).flatMap((own, i) =>
    isLearned(i) ? [own, known(labels.outputs ? " " : ""), written[i]] : []
  );
}

/** The prompt is read before either text. */
const pairLengths = ({prompts, one, two}: Preferences): Length[] =>
  [prompts, one, prompts, two].flatMap((texts) => [...lengthsOf(texts)]);

const ownLengths = ({examples}: Rows): Length[] => examples.map(({text, other = ""}) => known(text + other));
