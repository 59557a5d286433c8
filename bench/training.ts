import {mkdir} from "node:fs/promises";
import {join} from "node:path";
import {startEmbedded} from "../loaders/backends/embedded.js";
import {root} from "../loaders/commands/command.js";
import {task as taskNamed} from "../loaders/datasets/index.js";
import {loadTask} from "../loaders/datasets/rows.js";
import type {Bench, Figure} from "./figure.js";
import {withRows} from "./hub.js";
import {lineProcess} from "./lines.js";
import {cacheWithModel, modelFolder, python, smolLM} from "./model.js";
import {inTemporaryFolder} from "./temporary.js";

interface Rows {
  texts: string[];
  labels: number[];
}

/** Something that can train: in a process of its own, which keeps the network in memory between trainings. */
interface Trainer {
  train(seed: number): Promise<{tokens: number}>;
  close(): Promise<void>;
}

const kinds = [
  {train: "lora", precision: "bf16", learningRate: 2e-4, rows: 64, title: "LoRA r 16, frozen bf16 base"},
  {train: "full", precision: "fp32", learningRate: 1e-5, rows: 64, title: "full fine-tuning, fp32"}
] as const;
type Kind = (typeof kinds)[number];

/**
 * One epoch of SmolLM2-135M in batches of 32, by the backend (asked through its routes) and by a minimal loop, in turn.
 * The first training of each counts from before its process starts; the others find the network in memory.
 */
function bench(kind: Kind): Bench {
  return {
    name: kind.train,
    measure: ({tiny, say}) =>
      withRows((task, endpoint) =>
        inTemporaryFolder(async (folder) => {
          const count = tiny ? 8 : kind.rows;
          const cache = join(folder, "cache");
          await cacheWithModel(cache, say);
          const {examples} = await loadTask(taskNamed(task), {cache, endpoint});
          // Spread over the pool, which is sorted by kind in some sources.
          const rows = Array.from({length: count}, (_, i) => examples[Math.floor((i * examples.length) / count)]);
          const work = {texts: rows.map(({text}) => text), labels: rows.map(({label}) => label as number)};
          return compare(kind, work, {cache, task, repetitions: tiny ? 1 : 3, say});
        })
      )
  };
}

async function compare(
  kind: Kind,
  work: Rows,
  {cache, task, repetitions, say}: {cache: string; task: string; repetitions: number; say: (text: string) => void}
): Promise<Figure[]> {
  const starts = {loop: () => startLoop(kind, work, cache, say), backend: () => startBackend(kind, work, cache, say)};
  const first: Record<string, number> = {};
  const trainers: Record<string, Trainer> = {};
  const seconds: Record<string, number[]> = {loop: [], backend: []};
  let tokens = 0;
  try {
    for (const name of ["loop", "backend"] as const) {
      const start = performance.now();
      trainers[name] = await starts[name]();
      await trainers[name].train(0);
      first[name] = (performance.now() - start) / 1000;
    }
    for (let repetition = 1; repetition <= repetitions; repetition++)
      for (const name of ["loop", "backend"]) {
        const start = performance.now();
        ({tokens} = await trainers[name].train(repetition));
        seconds[name].push((performance.now() - start) / 1000);
        say(`${kind.train}, ${name}: ${seconds[name].at(-1)!.toFixed(1)} s`);
      }
  } finally {
    for (const trainer of Object.values(trainers)) await trainer.close();
  }
  const perSecond = (name: string) => seconds[name].map((s) => tokens / s);
  return [
    {
      what: `${kind.title}: time of the backend over a minimal loop's, ${work.texts.length} rows of ${task}`,
      values: seconds.backend.map((s, i) => s / seconds.loop[i]),
      unit: "x",
      goal: {at: "most", value: 1.1}
    },
    {what: `${kind.title}: backend`, values: perSecond("backend"), unit: "tokens/s"},
    {what: `${kind.title}: minimal loop`, values: perSecond("loop"), unit: "tokens/s"},
    {what: `${kind.title}: the same from the start of the process`, values: [first.backend / first.loop], unit: "x"}
  ];
}

async function startLoop(
  {train, precision, learningRate}: Kind,
  work: Rows,
  cache: string,
  say: (text: string) => void
): Promise<Trainer> {
  const out = join(cache, "loop");
  await mkdir(out, {recursive: true});
  const script = join(root, "bench/minimal_loop.py");
  const loop = lineProcess<object, {tokens: number}>(await python(say), [
    script,
    await modelFolder(say),
    precision,
    out
  ]);
  return {
    train: (seed) => loop.ask({...work, train, learning_rate: learningRate, seed}),
    close: () => loop.close()
  };
}

const none = {rank: 0, alpha: 0, dropout: 0, frozenLayers: 0};

async function startBackend(
  {train, precision, learningRate}: Kind,
  work: Rows,
  cache: string,
  say: (text: string) => void
): Promise<Trainer> {
  const backend = await startEmbedded({cache, python: await python(say)});
  return {
    train: (seed) =>
      backend.finetune({
        key: `bench-${train}-${seed}`,
        model: smolLM,
        objective: {name: "classification"},
        train,
        examples: work.texts.map((text, index) => ({text, label: work.labels[index]})),
        validation: null,
        observe: [],
        loss: {name: "cross_entropy"},
        epochs: 1,
        batchSize: 32,
        learningRate,
        weightDecay: 0,
        schedule: "linear",
        learningRateWarmup: 0,
        lora: train === "lora" ? {rank: 16, alpha: 32, dropout: 0, frozenLayers: 0} : none,
        checkpointsPerEpoch: 1,
        precision,
        maxTokens: 512,
        seed
      }),
    close: () => backend.close()
  };
}

export const [lora, full] = kinds.map(bench);
