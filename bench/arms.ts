import {readFile, writeFile} from "node:fs/promises";
import {join} from "node:path";
import type {Bench, BenchOptions, Figure} from "./figure.js";
import {withRows} from "./hub.js";
import {cacheWithModel, smolLM} from "./model.js";
import {w2s} from "./process.js";
import {inTemporaryFolder} from "./temporary.js";

type Training = {train: "head" | "lora"} & Record<string, unknown>;

/** `w2s run` as a process, from an empty cache apart from the converted weights: rows, Python's start, all arms. */
async function measureArms(
  what: string,
  training: Training,
  goal: number,
  {tiny, say}: BenchOptions
): Promise<Figure[]> {
  const rows = tiny ? 16 : 256;
  return withRows((task, endpoint) =>
    inTemporaryFolder(async (folder) => {
      const study = {
        title: "Four arms",
        question: "How long do the four arms take?",
        tasks: [task],
        models: {weak: [`${smolLM}#layers=6`], strong: [smolLM]},
        methods: [{method: "baseline"}, {method: "confidence"}],
        seeds: [0],
        sizes: {supervision: rows, transfer: rows, test: rows, validation: 0},
        training
      };
      const file = join(folder, "arms.ts");
      await writeFile(file, `export default ${JSON.stringify(study)};\n`);
      const cache = join(folder, "cache");
      await cacheWithModel(cache, say);
      const {seconds, output} = await w2s(["run", file], {W2S_CACHE: cache, HF_ENDPOINT: endpoint});
      say(output.trim());
      const read = await throughput(cache);
      const where = `${what}, 3 x ${rows} rows of ${task}, ${String(training.precision)}`;
      return [
        {what: where, values: [seconds], unit: "s", goal: {at: "most", value: goal}},
        // Jobs wait for each other, so that only activations can be timed from the log.
        ...[...read]
          .filter(([verb]) => verb === "activations")
          .map(([verb, {tokens, seconds}]): Figure => ({
            what: `${what}: ${verb}`,
            values: [tokens / seconds],
            unit: "tokens/s"
          }))
      ];
    })
  );
}

/** What the pipeline's own log says of model work. */
async function throughput(cache: string): Promise<Map<string, {tokens: number; seconds: number}>> {
  const lines = (await readFile(join(cache, "log/throughput.jsonl"), "utf8")).trim().split("\n");
  const sums = new Map<string, {tokens: number; seconds: number}>();
  for (const line of lines) {
    const {verb, model, tokens, seconds} = JSON.parse(line) as {
      verb: string;
      model: string;
      tokens: number;
      seconds: number;
    };
    const part = model.split("#")[1];
    const name = part ? `${verb}, ${part}` : verb;
    const sum = sums.get(name) ?? {tokens: 0, seconds: 0};
    sums.set(name, {tokens: sum.tokens + tokens, seconds: sum.seconds + seconds});
  }
  return sums;
}

export const heads: Bench = {
  name: "heads",
  measure: (options) => measureArms("four arms, heads", {train: "head", precision: "bf16"}, 40, options)
};

export const arms: Bench = {
  name: "arms",
  measure: (options) =>
    measureArms(
      "four arms, LoRA",
      {train: "lora", epochs: 1, batchSize: 32, checkpointsPerEpoch: 1, precision: "bf16"},
      150,
      options
    )
};
