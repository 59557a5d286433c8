import {join} from "node:path";
import {checkStudy, type Study} from "../loaders/study.js";
import {compute} from "./compute.js";
import {countingBackend, type Work} from "./counted.js";
import type {Bench, Figure} from "./figure.js";
import {inTemporaryFolder} from "./temporary.js";
import demo from "../studies/demo.js";

type Declaration = typeof demo;

/** The demo study as it is, and the same arms with the network itself fine-tuned. */
const trainings = [
  {title: "heads", training: demo.training, goal: {at: "least", value: 3} as const},
  {title: "LoRA", training: {train: "lora", epochs: 1, checkpointsPerEpoch: 1} as const, goal: undefined}
];

/**
 * Model work (texts read times layers) of the same arms and seeds one by one, each with a cache of its own, over that of
 * one study that has them all. Counted, not timed: the counts are those of the requests that the pipeline makes.
 */
export const sharing: Bench = {
  name: "sharing",
  async measure({tiny, say}) {
    const seeds = tiny ? demo.seeds.slice(0, 2) : demo.seeds;
    const tasks = tiny ? demo.tasks.slice(0, 1) : demo.tasks;
    const figures: Figure[] = [];
    for (const {title, training, goal} of trainings) {
      const declaration: Declaration = {...demo, seeds, tasks, training};
      const together = await workOf([checkStudy("together", declaration)]);
      const byArm = demo.methods.map((method) => ({...declaration, methods: [method]}));
      const byRun = byArm.flatMap((arm) =>
        tasks.flatMap((task) => seeds.map((seed) => ({...arm, tasks: [task], seeds: [seed]})))
      );
      const size = `${tasks.length} tasks, ${demo.methods.length} arms, ${seeds.length} seeds`;
      for (const [apart, how, aim] of [
        [byRun, "every run with a cache of its own", goal],
        [byArm, "every arm with a cache of its own, seeds together", undefined]
      ] as const) {
        const alone = await workOf(apart.map((one) => checkStudy("alone", one)));
        say(`${title}: ${together.texts} texts read together, ${alone.texts} with ${how}`);
        figures.push({
          what: `${title}, ${size}: model work with ${how}, over that of one study`,
          values: [alone.layers / together.layers],
          unit: "x",
          goal: aim
        });
      }
    }
    return figures;
  }
};

/** What studies ask a backend for, each from an empty cache. */
export async function workOf(studies: readonly Study[]): Promise<Work> {
  const sum: Work = {texts: 0, layers: 0, read: new Map()};
  for (const study of studies)
    await inTemporaryFolder(async (folder) => {
      const {start, work} = countingBackend();
      await compute(study, join(folder, "cache"), start);
      sum.texts += work.texts;
      sum.layers += work.layers;
      for (const [text, times] of work.read) sum.read.set(text, (sum.read.get(text) ?? 0) + times);
    });
  return sum;
}
