import {parsePackaged, readPackaged} from "./packaged.js";
import {sha256} from "../hash.js";
import type {Example, Source, Task} from "./task.js";

export interface LoadOptions {
  /** Folder of the cache. */
  cache: string;
}

export interface LoadedTask {
  /** Rows to be divided into supervision, transfer and, where `test` is empty, test. */
  examples: Example[];
  /** Rows kept for testing. */
  test: Example[];
  /** Hash of the sources' sha256 and of the converted rows. */
  digest: string;
}

/** A task's examples. */
export async function loadTask(task: Task, _options: LoadOptions): Promise<LoadedTask> {
  const digests: string[] = [];
  const convert = async (sources: readonly Source[]) => {
    const examples: Example[] = [];
    for (const source of sources) {
      if (source.kind !== "package") throw new Error(`expected a package: ${source.dataset}`);
      const file = await readPackaged(source);
      digests.push(file.sha256);
      examples.push(...task.convert(parsePackaged(file.text, source), source));
    }
    return examples;
  };
  const examples = await convert(task.pool);
  const test = await convert(task.test);
  return {examples, test, digest: sha256(JSON.stringify({digests, examples, test}))};
}
