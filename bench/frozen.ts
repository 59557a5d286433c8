import {join} from "node:path";
import type {FinetuneJob} from "../loaders/backends/contract.js";
import {startEmbedded} from "../loaders/backends/embedded.js";
import {task as taskNamed} from "../loaders/datasets/index.js";
import {loadTask} from "../loaders/datasets/rows.js";
import type {Bench} from "./figure.js";
import {withRows} from "./hub.js";
import {cacheWithModel, python, smolLM} from "./model.js";
import {inTemporaryFolder} from "./temporary.js";

/** Layers of SmolLM2-135M, and how many of them stay as they are. */
const depth = 30;
const frozenLayers = 20;

/**
 * LoRA on the upper third of SmolLM2-135M, what lies below computed once, against LoRA through the whole depth: the same
 * rows, steps and seeds, in turn. A second arm on the same rows (other labels would do) finds what lies below computed.
 * Accuracy on rows of its own stands beside the time, since the two are not the same training.
 */
export const frozen: Bench = {
  name: "frozen",
  measure: ({tiny, say}) =>
    withRows((task, endpoint) =>
      inTemporaryFolder(async (folder) => {
        const cache = join(folder, "cache");
        await cacheWithModel(cache, say);
        const {examples} = await loadTask(taskNamed(task), {cache, endpoint});
        const [train, test] = tiny ? [16, 16] : [256, 200];
        // Spread over the pool, which is sorted by kind in some sources; every other row learns.
        const spread = Array.from(
          {length: train + test},
          (_, i) => examples[Math.floor((i * examples.length) / (train + test))]
        );
        const rows = [...spread.filter((_, i) => i % 2), ...spread.filter((_, i) => i % 2 === 0)];
        const [learned, asked] = [rows.slice(0, train), rows.slice(train)];
        const job: Omit<FinetuneJob, "key" | "seed" | "lora"> = {
          model: smolLM,
          objective: {name: "classification"},
          train: "lora",
          examples: learned.map(({text, label}) => ({text, label})),
          validation: null,
          observe: [],
          loss: {name: "cross_entropy"},
          epochs: 2,
          batchSize: 16,
          learningRate: 2e-4,
          weightDecay: 0,
          schedule: "linear",
          learningRateWarmup: 0,
          checkpointsPerEpoch: 1,
          precision: "bf16",
          maxTokens: 96
        };
        const seconds = {whole: [] as number[], first: [] as number[], again: [] as number[]};
        const accuracy = {whole: [] as number[], upper: [] as number[]};
        const repetitions = tiny ? 1 : 3;
        for (let seed = 0; seed < repetitions; seed++) {
          // A backend of its own each time: nothing is computed yet.
          const backend = await startEmbedded({cache, python: await python(say)});
          try {
            await backend.activations({model: smolLM, texts: ["warm"], layers: [1], precision: "bf16", maxTokens: 96});
            const timed = async (frozen: number, arm: number): Promise<{seconds: number; accuracy: number}> => {
              const start = performance.now();
              const {model} = await backend.finetune({
                ...job,
                key: `bench-frozen-${frozen}-${seed}-${arm}`,
                seed: seed + 100 * arm,
                lora: {rank: 16, alpha: 32, dropout: 0, frozenLayers: frozen}
              });
              const spent = (performance.now() - start) / 1000;
              const inputs = asked.map(({text}) => ({text}));
              const {probabilities} = await backend.classify(model, inputs, "bf16");
              const right = asked.filter(({label}, i) => Number(probabilities[i] > 0.5) === label).length;
              return {seconds: spent, accuracy: right / asked.length};
            };
            const whole = await timed(0, 0);
            const upper = await timed(frozenLayers, 0);
            const again = await timed(frozenLayers, 1);
            seconds.whole.push(whole.seconds);
            seconds.first.push(upper.seconds);
            seconds.again.push(again.seconds);
            accuracy.whole.push(whole.accuracy);
            accuracy.upper.push(upper.accuracy);
            say(
              `whole depth ${whole.seconds.toFixed(1)} s, upper third ${upper.seconds.toFixed(1)} s, again ${again.seconds.toFixed(1)} s`
            );
          } finally {
            await backend.close();
          }
        }
        const what = `LoRA r 16, ${train} rows of ${task}, 2 epochs`;
        const ratio = (of: readonly number[]) => seconds.whole.map((s, i) => s / of[i]);
        return [
          {
            what: `${what}: whole depth (${depth} layers) over the upper third, the lower ${frozenLayers} computed once`,
            values: ratio(seconds.first),
            unit: "x",
            goal: {at: "least", value: 2}
          },
          {what: `${what}: the same, for a second arm on these rows`, values: ratio(seconds.again), unit: "x"},
          {what: `${what}: whole depth`, values: seconds.whole, unit: "s"},
          {what: `${what}: upper third`, values: seconds.first, unit: "s"},
          {
            what: `${what}: accuracy on ${test} rows, whole depth`,
            values: accuracy.whole.map((a) => a * 100),
            unit: "%"
          },
          {
            what: `${what}: accuracy on ${test} rows, upper third`,
            values: accuracy.upper.map((a) => a * 100),
            unit: "%"
          }
        ];
      })
    )
};
