import {readFile, writeFile} from "node:fs/promises";
import {join} from "node:path";
import {pathToFileURL} from "node:url";
import {root} from "../loaders/commands/command.js";
import {loadStudy, runsOf} from "../loaders/study.js";
import {compute} from "./compute.js";
import {countingBackend} from "./counted.js";
import type {Bench} from "./figure.js";
import {smolLM} from "./model.js";
import {w2s} from "./process.js";
import {inTemporaryFolder} from "./temporary.js";

/**
 * `w2s run` on a study whose 1,000 runs are done. The runs are real ones of heads (every file of a finished study is
 * there), on features that mean nothing: what is measured does not depend on them.
 */
export const noop: Bench = {
  name: "noop",
  async measure({tiny, say}) {
    const seeds = tiny ? 5 : 125;
    return inTemporaryFolder(async (folder) => {
      const file = join(folder, "finished.ts");
      const declaration = {
        title: "Finished",
        question: "How long does it take to find that there is nothing to do?",
        tasks: ["uci-amazon", "uci-yelp"],
        models: {weak: [`${smolLM}#layers=6`], strong: [`${smolLM}#layers=20`, smolLM]},
        methods: [{method: "baseline"}, {method: "confidence"}],
        seeds: Array.from({length: seeds}, (_, i) => i),
        sizes: {supervision: 40, transfer: 40, test: 40, validation: 0},
        training: {train: "head", steps: 5, checkpoints: 1}
      };
      await writeFile(file, `export default ${JSON.stringify(declaration)};\n`);
      const cache = join(folder, "cache");
      const study = await loadStudy(file);
      const runs = runsOf(study).length;
      const start = performance.now();
      await compute(study, cache, countingBackend().start);
      say(`${runs} runs prepared in ${((performance.now() - start) / 1000).toFixed(0)} s`);

      const spawned = join(folder, "spawned");
      await writeFile(spawned, "");
      const again = () =>
        w2s(["run", file], {
          W2S_CACHE: cache,
          W2S_BENCH_SPAWNED: spawned,
          NODE_OPTIONS: `--import ${pathToFileURL(join(root, "bench/spawned.mjs")).href}`
        });
      const seconds: number[] = [];
      for (let i = 0; i < 5; i++) {
        const finished = await again();
        if (!finished.output.includes("nothing to do"))
          throw new Error(`expected nothing to do: ${finished.output.trim()}`);
        seconds.push(finished.seconds);
      }
      const started = (await readFile(spawned, "utf8")).split("\n").filter((command) => /python/i.test(command));
      return [
        {what: `w2s run, a finished study of ${runs} runs`, values: seconds, unit: "s", goal: {at: "most", value: 2}},
        {what: "Python processes that it started", values: [started.length], unit: "", goal: {at: "most", value: 0}}
      ];
    });
  }
};
