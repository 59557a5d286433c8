import {join} from "node:path";
import {decodeFeatures} from "../src/statistics/float16.js";
import {halves, probe} from "../src/statistics/probe.js";
import {startEmbedded} from "../loaders/backends/embedded.js";
import {task as taskNamed} from "../loaders/datasets/index.js";
import {loadTask} from "../loaders/datasets/rows.js";
import type {Bench} from "./figure.js";
import {withRows} from "./hub.js";
import {cacheWithModel, python, smolLM} from "./model.js";
import {inTemporaryFolder} from "./temporary.js";

const reading = {precision: "fp32", maxTokens: 96} as const;

/** Hidden states of all layers of SmolLM2-135M in one pass, against a pass for each layer that ends there; then the probes on them. */
export const probes: Bench = {
  name: "probes",
  measure: ({tiny, say}) =>
    withRows((task, endpoint) =>
      inTemporaryFolder(async (folder) => {
        const cache = join(folder, "cache");
        await cacheWithModel(cache, say);
        const {examples} = await loadTask(taskNamed(task), {cache, endpoint});
        const count = tiny ? 8 : 128;
        // Spread over the pool, which is sorted by kind in some sources.
        const rows = Array.from({length: count}, (_, i) => examples[Math.floor((i * examples.length) / count)]);
        const texts = rows.map(({text}) => text);
        const labels = rows.map(({label}) => label);
        const half = halves(
          labels,
          rows.map(({group}) => group),
          0
        );
        const backend = await startEmbedded({cache, python: await python(say)});
        try {
          const {layers: depth} = await backend.resolve(smolLM);
          const layers = Array.from({length: (tiny ? 2 : depth) + 1}, (_, layer) => layer);
          const read = async (some: number[]) => {
            const {vectors} = await backend.activations({model: smolLM, texts, layers: some, ...reading});
            return some.map((_, i) => decodeFeatures(vectors.map((of) => of[i])));
          };
          await read(layers.slice(0, 1));
          const together: number[] = [];
          const apart: number[] = [];
          const learned: number[] = [];
          for (let repetition = 0; repetition < (tiny ? 1 : 3); repetition++) {
            const start = performance.now();
            const matrices = await read(layers);
            const between = performance.now();
            for (const matrix of matrices) probe(matrix, labels, half, 0);
            const after = performance.now();
            for (const layer of layers) await read([layer]);
            together.push((between - start) / 1000);
            learned.push((after - between) / 1000);
            apart.push((performance.now() - after) / 1000);
            say(`one pass ${together.at(-1)!.toFixed(1)} s, one by one ${apart.at(-1)!.toFixed(1)} s`);
          }
          const what = `${layers.length} layers, ${count} rows of ${task}`;
          return [
            {
              what: `${what}: layer by layer, over one pass`,
              values: apart.map((s, i) => s / together[i]),
              unit: "x",
              goal: {at: "least", value: 5}
            },
            {what: `${what}: one pass`, values: together, unit: "s"},
            {what: `${what}: their probes, with controls`, values: learned, unit: "s"}
          ];
        } finally {
          await backend.close();
        }
      })
    )
};
