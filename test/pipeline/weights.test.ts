import {mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect, test} from "vitest";
import type {ActivationsRequest, Backend} from "../../loaders/backends/contract.js";
import {checkStudy, type Study} from "../../loaders/study.js";
import {compute} from "./inProcess.js";
import {plantedBackend} from "./plantedBackend.js";

/** Models whose weights are replaced behind a name that stays. */

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-weights-"));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

const study = (source: string): Study =>
  checkStudy("replaced", {
    title: "Replaced",
    question: "Which weights?",
    tasks: ["uci-amazon"],
    models: {weak: [`${source}#layers=4`], strong: [`${source}#layers=20`]},
    methods: [{method: "baseline"}],
    seeds: [0],
    sizes: {supervision: 24, transfer: 24, test: 24},
    training: {train: "head", steps: 8, checkpoints: 2}
  });

/** A backend on which the weights of every source are now these; it notes for which it was asked. */
async function world(weights: string, used = weights) {
  const planted = await plantedBackend({cache: folder, tasks: ["uci-amazon"], noise: 0.25});
  const names = new Set<string>();
  const backend: Backend = {
    ...planted.backend,
    resolve: async () => ({weights, layers: 24, hiddenSize: 8, parameters: 1000, revision: "c0ffee"}),
    activations: async (request: ActivationsRequest) => {
      names.add(request.model);
      return {...(await planted.backend.activations(request)), weights: used};
    }
  };
  return {start: async () => backend, names, texts: planted.asked.texts};
}

test("a file whose weights were replaced is computed anew, none of its old rows is used", async () => {
  const first = await world("old");
  expect(await compute({...study("file:/m"), seeds: [0, 1]}, folder, first.start)).toEqual({computed: 2, failures: []});
  const second = await world("new");
  const further = {...study("file:/m"), seeds: [0, 1, 2]};
  expect(await compute(further, folder, second.start)).toEqual({computed: 3, failures: []});
  expect([...first.texts.keys()].filter((text) => !second.texts.has(text))).toEqual([]);
  expect(await compute(further, folder, () => Promise.reject(new Error("no backend")))).toEqual({
    computed: 0,
    failures: []
  });
});

test("rows of other weights than the cache knows are refused in one line, and a file's next run goes through", async () => {
  const changing = await world("old", "new");
  await expect(compute(study("file:/m"), folder, changing.start)).rejects.toThrow(
    "expected weights old of file:/m, run again, found new"
  );
  const next = await world("new");
  expect(await compute(study("file:/m"), folder, next.start)).toEqual({computed: 1, failures: []});
});

test("a model of the hub is asked for at the revision it first stood for, and refused at another", async () => {
  const first = await world("old");
  await compute(study("hub:owner/name"), folder, first.start);
  expect([...first.names]).toEqual(["hub:owner/name@c0ffee"]);
  const moved = await world("new");
  await expect(compute({...study("hub:owner/name"), seeds: [1]}, folder, moved.start)).rejects.toThrow(
    "expected weights old of hub:owner/name, found new"
  );
});

test("a server that does not say which weights it used is believed", async () => {
  const silent = await plantedBackend({cache: folder, tasks: ["uci-amazon"], noise: 0.25});
  expect(await compute(study("file:/m"), folder, silent.start)).toEqual({computed: 1, failures: []});
});
