import {encodeFeatures} from "../../src/statistics/float16.js";
import type {Written} from "../backends/contract.js";
import {hash, sha256} from "../hash.js";
import type {Asked, Length, Sampling, Texts} from "../lab.js";
import {describeLineage, mergeLineage} from "../lineage.js";
import {textKey} from "./activations.js";
import {isPredictor, nameOf, servedRoleOf} from "./asked.js";
import {Gathered} from "./gathered.js";
import {generateArriving} from "./generateArriving.js";
import {demandModel, generative, serve} from "./generative.js";
import {known, lengthsOf, times, together} from "./lengths.js";
import {measuring} from "./measuring.js";
import {issueTexts, verifiedTexts} from "./texts.js";
import {inChat, MissingOutput, type Scope} from "./workspace.js";

const version = 1;
const columns = {
  output: {type: "string", about: "what was written"},
  finish: {type: "string", about: "stop or length"},
  logprob: {
    type: "float",
    nullable: true,
    about: "log-likelihood of the output (nats); null where the server does not say"
  },
  tokens: {type: "int", about: "tokens of the output"},
  token_logprobs: {
    type: "bytes",
    nullable: true,
    about: "log-probability of each token (nats), little-endian float16; null where the server does not say"
  }
} as const;
/** Many, so that a server that takes one prompt in each request is kept busy. */
const promptsPerCall = 1024;

/** `n` continuations of each prompt, each with a seed of its own that follows from the model, the prompt and its number. */
export async function generate(
  scope: Scope,
  model: Asked,
  prompts: Texts,
  n: number,
  sampling: Sampling
): Promise<Texts[]> {
  verifiedTexts(prompts);
  const {steps} = scope;
  const about = await generative(scope, model);
  const step = (chain: number) =>
    hash({
      verb: "generate",
      version,
      model: about.step ?? about.identity,
      prompts: prompts.step,
      sampling,
      chain,
      chat: inChat(scope),
      precision: keyedPrecision(scope)
    });
  const {outputs, family} = await write(scope, model, prompts.pending ? prompts : prompts.texts, n, sampling);
  const lineage = mergeLineage(prompts.lineage, about.lineage);
  return Array.from({length: n}, (_, chain) => {
    const key = step(chain);
    steps.set(key, {
      key,
      verb: "generate",
      title: `${n > 1 ? `chain ${chain + 1} of ${n}: ` : ""}continuations of: ${prompts.source}`,
      inputs: [prompts.step, ...(about.step ? [about.step] : [])].sort(),
      lineage: describeLineage(lineage),
      rows: prompts.texts.length,
      model: about.name,
      family
    });
    const {rows} = prompts;
    const texts = outputs ? outputs.map((chains) => chains[chain]) : rows.examples.map(() => "");
    const longest = outputs ? {} : {longest: texts.map(() => longestOf(sampling))};
    const source = `written by ${about.name}`;
    return issueTexts({rows, texts, step: key, source, lineage, pending: outputs === null, ...longest});
  });
}

/** What a model writes after each of some prompts, from the cache or from the backend; null where it is only counted, as where the prompts are still to be made. */
export async function write(
  scope: Scope,
  model: Asked,
  given: readonly string[] | Texts,
  n: number,
  sampling: Sampling
): Promise<{outputs: string[][] | null; family: ReturnType<typeof familyOf> | null}> {
  const {workspace} = scope;
  const {policy, demand} = workspace;
  const prompts = "texts" in given ? null : given;
  const chains = sampling.temperature === 0 ? 1 : n;
  let {identity} = await generative(scope, model);
  let family = identity && familyOf(scope, identity, sampling);
  let found = family && (await family.read());
  const wanted =
    prompts && [...new Set(prompts)].flatMap((text) => Array.from({length: chains}, (_, i) => ({text, i})));
  const missing = wanted?.filter(({text, i}) => !found?.has(chainKey(text, i))) ?? [];
  const name = nameOf(model);
  if (policy === "count")
    for (const {text, i} of wanted ?? [])
      if (found?.has(chainKey(text, i)))
        demand.cached.generations.generate.add(`${family!.folder} ${chainKey(text, i)}`);
  if (policy === "count" && (prompts === null || missing.length)) {
    await demandModel(scope, model);
    const read =
      "texts" in given ? times(together(lengthsOf(given)), chains) : together(missing.map(({text}) => known(text)));
    const rows = "texts" in given ? given.texts.length * chains : missing.length;
    const written = "texts" in given ? given.step : given;
    const asked = isPredictor(model) ? model.key : {name, server: servedRoleOf(workspace, model)};
    const key = hash({model: asked, written, sampling});
    demand.generations.set(key, {
      model: name,
      verb: "generate",
      rows,
      ...together([read, times(longestOf(sampling), rows)])
    });
    demand.bounded = true;
    return {outputs: null, family: null};
  }
  if (prompts === null) throw new Error("expected prompts to be there");
  if (missing.length) {
    if (policy === "read") throw new MissingOutput(`${missing.length} texts that ${name} writes`);
    const {backend, served, identity: made, device, provenance, refuseOthers} = await serve(scope, model);
    identity = made;
    family = familyOf(scope, made, sampling);
    await family.exclusively(async () => {
      found = await family!.read();
      const todo = missing
        .filter(({text, i}) => !found!.has(chainKey(text, i)))
        .sort((a, b) => a.text.length - b.text.length || (a.text < b.text ? -1 : a.text > b.text ? 1 : a.i - b.i));
      const origin = {...provenance, title: "generated texts"};
      const sums = measuring((some) => workspace.measured({verb: "generate", model: name, device, cut: 0, ...some}));
      const gathered = new Gathered<{text: string; i: number; written: Written; tokens: number}>(async (rows) => {
        await family!.grow(
          rows.map(({text, i, written: {text: output, finish, logprob, tokenLogprobs, tokens}}) => {
            const each = tokenLogprobs ? encodeFeatures(tokenLogprobs) : null;
            return {key: chainKey(text, i), output, finish, logprob, tokens, token_logprobs: each};
          }),
          origin
        );
        const characters = rows.reduce((sum, {text}) => sum + text.length, 0);
        const tokens = rows.reduce((sum, {tokens}) => sum + tokens, 0);
        sums.add({rows: rows.length, characters, tokens});
        workspace.advance(`texts by ${name}`, rows.length);
      });
      const {precision} = scope.training;
      try {
        for (let from = 0; from < todo.length; from += promptsPerCall) {
          const batch = todo.slice(from, from + promptsPerCall);
          const prompts = batch.map(({text, i}) => ({text, seed: seedOf(made, text, i)}));
          const request = {model: served, prompts, ...sampling, precision, chat: inChat(scope)};
          await generateArriving(backend, request, ({places, outputs, tokens, weights}) => {
            refuseOthers(weights);
            const each = tokens / places.length;
            return gathered.add(places.map((place, k) => ({...batch[place], written: outputs[k], tokens: each})));
          });
        }
      } finally {
        sums.end();
      }
      found = await family!.read();
    });
  }
  return {
    outputs: prompts.map((text) =>
      Array.from({length: n}, (_, i) => found!.get(chainKey(text, i % chains))!.output as string)
    ),
    family
  };
}

/** How long what is written may be. */
export const longestOf = ({maxTokens}: Sampling): Length => ({characters: 0, tokens: maxTokens});

/** Key of what is written after a prompt, by the number of the chain. */
export const chainKey = (prompt: string, chain: number): string =>
  `${textKey(prompt)} ${String(chain).padStart(4, "0")}`;

/** Seed of a chain, below 2^31. */
function seedOf(identity: object, text: string, chain: number): number {
  return parseInt(sha256(JSON.stringify([hash(identity), text, chain])).slice(0, 8), 16) & 0x7fffffff;
}

const familyOf = (scope: Scope, identity: object, sampling: Sampling) =>
  scope.workspace.cache.family(
    "generate",
    hash({version, identity, sampling, chat: inChat(scope), precision: keyedPrecision(scope)}),
    columns
  );

/** Texts in bfloat16 are keyed without it: what was written before other precisions were told apart stays known. */
const keyedPrecision = ({training: {precision}}: Scope) => (precision === "bf16" ? undefined : precision);
