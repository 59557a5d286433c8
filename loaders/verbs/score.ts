import {hash} from "../hash.js";
import type {Asked, Texts} from "../lab.js";
import {describeLineage, type Lineage, mergeLineage} from "../lineage.js";
import type {Family} from "../cache.js";
import type {Columns} from "../parquet.js";
import {textKey} from "./activations.js";
import {demandModel, generative, serve} from "./generative.js";
import {known, lengthsOf, times, together} from "./lengths.js";
import {verifiedTexts} from "./texts.js";
import {MissingOutput, type Scope} from "./workspace.js";

const version = 1;
const columns = {logprob: {type: "float", about: "log-likelihood of the continuation (nats)"}} as const;
const pairsPerRequest = 64;

export interface Scores {
  step: string;
  /** As the study names the model. */
  model: string;
  lineage: Lineage;
  /** Whether they are counted and not there: NaN. */
  pending: boolean;
  /** Log-likelihoods (nats) of each continuation, one per prompt. */
  logprobs: Float64Array[];
  family: Family<Columns> | null;
}

/** Log-likelihoods of some continuations of each prompt. `title` is what the step does, in words. */
export async function score(
  scope: Scope,
  model: Asked,
  prompts: Texts,
  continuations: readonly string[],
  title: string
): Promise<Scores> {
  verifiedTexts(prompts);
  const {workspace, steps, training} = scope;
  const {policy, demand} = workspace;
  const about = await generative(scope, model);
  const step = hash({
    verb: "score",
    version,
    model: about.step ?? about.identity,
    prompts: prompts.step,
    answers: continuations
  });
  const keyOf = (prompt: string, continuation: string) => `${textKey(prompt)} ${textKey(continuation)}`;
  const familyOf = (identity: object) =>
    workspace.cache.family("score", hash({version, identity, precision: training.precision}), columns);
  let family = about.identity && familyOf(about.identity);
  let found = family && (await family.read());
  const wanted = [...new Set(prompts.texts)].flatMap((prompt) =>
    continuations.map((continuation) => ({prompt, continuation}))
  );
  const missing = prompts.pending
    ? wanted
    : wanted.filter(({prompt, continuation}) => !found?.has(keyOf(prompt, continuation)));
  const lineage = mergeLineage(prompts.lineage, about.lineage);
  const pending = policy === "count" && missing.length > 0;
  if (policy === "count")
    for (const {prompt, continuation} of wanted)
      if (found?.has(keyOf(prompt, continuation)))
        demand.cached.generations.score.add(`${family!.folder} ${keyOf(prompt, continuation)}`);
  if (pending) {
    await demandModel(scope, model);
    // Prompts that are still to be made are taken to be all different.
    const read = prompts.pending
      ? times(together(lengthsOf(prompts)), continuations.length)
      : together(missing.map(({prompt}) => known(prompt)));
    const rows = prompts.pending ? prompts.texts.length * continuations.length : missing.length;
    demand.generations.set(step, {model: about.name, verb: "score", rows, ...read});
    demand.bounded ||= prompts.pending;
  } else if (missing.length) {
    if (policy === "read") throw new MissingOutput(`${missing.length} continuations scored by ${about.name}`);
    const {backend, served, identity, device, provenance, refuseOthers} = await serve(scope, model);
    family = familyOf(identity);
    await family.exclusively(async () => {
      found = await family!.read();
      const todo = missing
        .filter(({prompt, continuation}) => !found!.has(keyOf(prompt, continuation)))
        .sort((a, b) => a.prompt.length - b.prompt.length || (a.prompt < b.prompt ? -1 : 1));
      for (let from = 0; from < todo.length; from += pairsPerRequest) {
        const pairs = todo.slice(from, from + pairsPerRequest);
        const start = performance.now();
        // Read whole: without its beginning a prompt would lack the question, and the side that was shown first.
        const {precision} = training;
        const {logprobs, tokens, weights} = await backend.score({model: served, pairs, precision});
        refuseOthers(weights);
        await family!.append(
          pairs.map(({prompt, continuation}, i) => ({key: keyOf(prompt, continuation), logprob: logprobs[i]})),
          {...provenance, title: "log-likelihoods"}
        );
        workspace.measured({
          verb: "score",
          model: about.name,
          device,
          rows: pairs.length,
          characters: pairs.reduce((sum, {prompt}) => sum + prompt.length, 0),
          tokens,
          cut: 0,
          seconds: (performance.now() - start) / 1000
        });
        workspace.advance(`decisions by ${about.name}`, pairs.length);
      }
      found = await family!.read();
    });
  }
  steps.set(step, {
    key: step,
    verb: "score",
    title,
    inputs: [prompts.step, ...(about.step ? [about.step] : [])].sort(),
    lineage: describeLineage(lineage),
    rows: prompts.rows.examples.length,
    model: about.name,
    family
  });
  const logprobs = continuations.map((continuation) =>
    Float64Array.from(prompts.texts, (prompt) =>
      pending ? NaN : (found!.get(keyOf(prompt, continuation))!.logprob as number)
    )
  );
  return {step, model: about.name, lineage, pending, logprobs, family};
}
