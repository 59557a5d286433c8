import {hash} from "../hash.js";
import type {Labels, Rows, Texts} from "../lab.js";
import {describeLineage, mergeLineage} from "../lineage.js";
import {isPending, verified} from "./labels.js";
import {known, lengthsOf, together, togetherByRow} from "./lengths.js";
import {otherRows} from "../../src/statistics/otherRows.js";
import {random} from "../../src/statistics/random.js";
import type {Scope} from "./workspace.js";

/** Texts that a verb made, each with the hash of what it made. */
const issued = new WeakMap<Texts, string>();

/** Texts as a verb gives them; while they only stand for what they will be, their key is that of their step. */
export function issueTexts(texts: Omit<Texts, "key">): Texts {
  const {rows, step, pending} = texts;
  const key = pending ? hash({pending: step}) : hash({rows: rows.key, texts: texts.texts});
  const made: Texts = Object.freeze({...texts, key});
  issued.set(made, hash(made.texts));
  return made;
}

/** The same texts, where they are as a verb made them; throws where a method made or changed them by hand. */
export function verifiedTexts(texts: Texts): Texts {
  if (issued.get(texts) !== hash(texts.texts))
    throw new Error(`expected texts as a verb gave them, see lab.compose: ${texts.source}`);
  return texts;
}

/** Texts made from labels and texts of the same rows, row by row; all that stands behind those stands behind these. */
export function compose(
  {steps}: Pick<Scope, "steps">,
  rows: Rows,
  from: readonly (Texts | Labels)[],
  how: string,
  make: (values: (string | number)[], text: string, other: string | undefined) => string
): Texts {
  for (const part of from) {
    if ("texts" in part) verifiedTexts(part);
    else verified(part);
    if (part.rows.step !== rows.step)
      throw new Error(`expected texts and labels of the same rows, ${rows.split}: ${part.rows.split}`);
  }
  const awaited = from.filter((part) => ("texts" in part ? part.pending : isPending(part)));
  const pending = awaited.length > 0;
  const lineage = mergeLineage(...from.map((part) => part.lineage));
  const values = (i: number) => from.map((part) => (awaited.includes(part) ? standIn(part) : valueOf(part, i)));
  const composed = rows.examples.map(({text, other}, i) => make(values(i), text, other));
  const made = pending ? rows.examples.map(({text}) => text) : composed;
  // What `make` does is told by its name and by what it made.
  const step = hash({verb: "compose", how, rows: rows.step, from: from.map((part) => part.step)});
  steps.set(step, {
    key: step,
    verb: "compose",
    title: how,
    inputs: [rows.step, ...from.map((part) => part.step)].sort(),
    lineage: describeLineage(lineage),
    rows: made.length,
    model: "",
    family: null
  });
  if (!pending) return issueTexts({rows, texts: made, step, source: how, lineage, pending});
  const parts = togetherByRow(awaited);
  const longest = composed.map((text, i) => together([known(text), parts[i]]));
  return issueTexts({rows, texts: made, step, source: how, lineage, pending, longest});
}

const valueOf = (part: Texts | Labels, i: number): string | number =>
  "texts" in part ? part.texts[i] : (part.outputs?.[i] ?? part.probability[i]);

/** What may stand in a text for what is not there yet, so that what is said around it can be counted. */
const standIn = (part: Texts | Labels): string | number => ("texts" in part || part.outputs ? "" : 0.5);

/**
 * Each row's text replaced by that of a row of another group, in an order drawn by the seed: a control. Each text is used once, where
 * no group has more than half of the rows.
 */
export async function ofAnotherRow({steps, workspace, task, seed}: Scope, from: Texts): Promise<Texts> {
  verifiedTexts(from);
  const {rows, texts, lineage, pending} = from;
  const groups = new Map((await workspace.split(task, seed))[rows.split].map(({id, group}) => [id, group]));
  const step = hash({verb: "another", version: 2, of: from.step, seed});
  const source = `of another row: ${from.source}`;
  steps.set(step, {
    key: step,
    verb: "compose",
    title: source,
    inputs: [from.step],
    lineage: describeLineage(lineage),
    rows: texts.length,
    model: "",
    family: null
  });
  const others = otherRows(
    rows.examples.map(({id}) => groups.get(id)!),
    random(`another/${seed}`)
  );
  const made = others.map((other) => texts[other]);
  const lengths = lengthsOf(from);
  const longest = pending ? {longest: others.map((other) => lengths[other])} : {};
  return issueTexts({rows, texts: made, step, source, lineage, pending, ...longest});
}
