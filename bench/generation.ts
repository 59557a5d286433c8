import {join} from "node:path";
import {startEmbedded} from "../loaders/backends/embedded.js";
import type {Backend, GenerateRequest} from "../loaders/backends/contract.js";
import {root} from "../loaders/commands/command.js";
import {generations} from "../test/pipeline/generations.js";
import {stockServer} from "../test/pipeline/stockServer.js";
import type {Bench, BenchOptions, Figure} from "./figure.js";
import {lineProcess} from "./lines.js";
import {llamaServer} from "./llama.js";
import {cacheWithModel, modelFolder, python, smolLM} from "./model.js";
import {inTemporaryFolder} from "./temporary.js";

const sampling = {maxTokens: 32, temperature: 0.9, topP: 0.95, stop: []};
const settings = {...sampling, model: smolLM, precision: "fp32"} as const;

/** A question as in GSM8K with what is asked of the model: about 150 tokens. */
const question = (who: string, jars: number): string =>
  "Solve the problem step by step, then write the answer as a number in a sentence of its own.\n\n" +
  `Question: ${who} has 16 ducks that lay eggs every day. Three of the eggs are for breakfast every morning, and four go into ` +
  "muffins for friends every day. The remainder is sold at the farmers' market daily for $2 per fresh duck egg. On Saturdays " +
  `there are also ${jars} jars of honey to be sold for $7 each, and the stall costs $5 for the day. How much in dollars does ` +
  `${who} make every week at the farmers' market, after the stall has been paid for?\n\nAnswer: Let us think step by step.`;

/** Chains of one prompt at once against one by one; tokens a second against others; what more chains ask for. */
export const generation: Bench = {
  name: "generation",
  measure: (options) =>
    inTemporaryFolder(async (folder) => {
      const cache = join(folder, "cache");
      await cacheWithModel(cache, options.say);
      const backend = await startEmbedded({cache, python: await python(options.say)});
      try {
        await timed(() => backend.generate({...settings, prompts: [{text: "Hello", seed: 0}]}));
        return [
          ...(await chainsAtOnce(backend, options)),
          ...(await againstOthers(backend, options)),
          await furtherChains(join(folder, "chains"), options)
        ];
      } finally {
        await backend.close();
      }
    })
};

async function chainsAtOnce(backend: Backend, {tiny, say}: BenchOptions): Promise<Figure[]> {
  const [chains, repetitions] = tiny ? [4, 1] : [100, 3];
  const prompts = Array.from({length: chains}, (_, seed) => ({text: question("Janet", 3), seed}));
  const ask = (some: GenerateRequest["prompts"]) => timed(() => backend.generate({...settings, prompts: some}));
  const single: number[] = [];
  const together: number[] = [];
  // Half of the single requests before and half after, so that what else the machine does falls on both.
  for (const half of [prompts.slice(0, chains / 2), prompts.slice(chains / 2)]) {
    for (const prompt of half) single.push((await ask([prompt])).seconds);
    while (together.length < repetitions && single.length < chains) together.push((await ask(prompts)).seconds);
  }
  const oneByOne = single.reduce((sum, seconds) => sum + seconds, 0);
  say(
    `${chains} chains one by one ${oneByOne.toFixed(1)} s, at once ${together.map((s) => s.toFixed(1)).join(", ")} s`
  );
  const what = `${chains} chains of one prompt, ${sampling.maxTokens} tokens each`;
  return [
    {
      what: `${what}: one by one, over all at once`,
      values: together.map((seconds) => oneByOne / seconds),
      unit: "x",
      goal: {at: "least", value: 3}
    },
    {what: `${what}: all at once`, values: together, unit: "s"}
  ];
}

async function againstOthers(backend: Backend, {tiny, say}: BenchOptions): Promise<Figure[]> {
  const [rows, repetitions] = tiny ? [2, 1] : [32, 3];
  const names = ["Janet", "Robert", "Maria", "William"];
  const texts = Array.from({length: rows}, (_, i) => question(names[i % names.length], 3 + i));
  const ask = (from: Backend, seed: number) => {
    const prompts = texts.map((text, i) => ({text, seed: seed * rows + i}));
    return timed(() => from.generate({...settings, prompts}));
  };
  const transformers = lineProcess<object, {seconds: number; tokens: number}>(await python(say), [
    join(root, "bench/transformers_generate.py"),
    await modelFolder(say)
  ]);
  const llama = await llamaServer(say);
  const rates: Record<"ours" | "transformers" | "llama", number[]> = {ours: [], transformers: [], llama: []};
  const measure = async (name: keyof typeof rates, once: () => Promise<{seconds: number; tokens: number}>) => {
    const {seconds, tokens} = await once();
    rates[name].push(tokens / seconds);
    say(`${name}: ${tokens} tokens in ${seconds.toFixed(1)} s`);
  };
  try {
    for (let seed = 0; seed <= repetitions; seed++) {
      await measure("ours", () => ask(backend, seed));
      const job = {
        prompts: texts,
        max_tokens: sampling.maxTokens,
        temperature: sampling.temperature,
        top_p: sampling.topP,
        seed
      };
      await measure("transformers", () => transformers.ask(job));
      if (llama) await measure("llama", () => ask(llama, seed));
    }
  } finally {
    await transformers.close();
    await llama?.close();
  }
  // The first of each is not counted: it finds nothing prepared.
  const [ours, theirs, others] = Object.values(rates).map((all) => all.slice(1));
  const what = `${rows} prompts, ${sampling.maxTokens} tokens each`;
  return [
    {
      what: `${what}: tokens a second over those of transformers' own generate`,
      values: ours.map((rate, i) => rate / theirs[i]),
      unit: "x",
      goal: {at: "least", value: 0.9}
    },
    {what: `${what}: backend`, values: ours, unit: "tokens/s"},
    {what: `${what}: transformers' own generate`, values: theirs, unit: "tokens/s"},
    {
      what: `${what}: llama.cpp's server, on the package's own quantised weights`,
      values: others,
      unit: "tokens/s",
      ...(!llama && {missing: "llama-server is not installed"})
    }
  ];
}

/** Counted at a server: what is asked for when there are chains already. */
async function furtherChains(cache: string, {tiny}: BenchOptions): Promise<Figure> {
  const [rows, chains] = tiny ? [2, 4] : [20, 50];
  const server = await stockServer();
  try {
    const {url} = server;
    await generations({cache, url, rows, chains});
    const before = server.requests();
    await generations({cache, url, rows, chains: 2 * chains});
    const asked = (server.requests() - before) / rows;
    const what = `from ${chains} chains to ${2 * chains}: chains asked for, of each prompt`;
    return {what, values: [asked], unit: "", goal: {at: "most", value: chains}};
  } finally {
    server.close();
  }
}

/** What a request took, and how many tokens were written. */
async function timed(ask: () => ReturnType<Backend["generate"]>): Promise<{seconds: number; tokens: number}> {
  const start = performance.now();
  const {outputs} = await ask();
  const seconds = (performance.now() - start) / 1000;
  return {seconds, tokens: outputs.reduce((sum, {tokens}) => sum + tokens, 0)};
}
