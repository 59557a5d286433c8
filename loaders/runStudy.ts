import {existsSync} from "node:fs";
import {join, relative} from "node:path";
import PQueue from "p-queue";
import {BackendError} from "./backends/contract.js";
import type {Cache} from "./cache.js";
import {type Evaluation, evaluate} from "./evaluate.js";
import {hash} from "./hash.js";
import type {ResolvedModel} from "./backends/contract.js";
import {type Run, runsOf, type Study} from "./study.js";
import {fillActivations} from "./verbs/activations.js";
import type {Workspace} from "./verbs/workspace.js";
import {StorageError} from "./wholeFile.js";

/** Counts on with every change of the pipeline that changes what a run computes. */
const version = 1;
const runsAtOnce = 4;

/** What a run left behind: enough to know that it is done without walking through it. */
export interface RunRecord {
  status: "done" | "failed";
  error: string | null;
  /** Folders of the cache that hold its predictions. */
  families: string[];
}

/** Key of a run: a hash of all that determines what it computes. */
export function recordKey(
  study: Study,
  run: Run,
  digest: string,
  models: ReadonlyMap<string, ResolvedModel | null>
): string {
  const {study: _, key: __, ...cell} = run;
  const {sizes, training, models: ladder} = study;
  return hash({
    version,
    cell,
    sizes,
    training,
    strongest: ladder.strong.at(-1),
    digest,
    weights: Object.fromEntries([...models].map(([source, model]) => [source, model?.weights ?? null]))
  });
}

export const recordName = (key: string): string => `runs/${key.slice(0, 2)}/${key}.json`;

/** A run's record, where its outputs are still there. */
export async function readRecord(cache: Cache, key: string): Promise<RunRecord | null> {
  const record = await cache.document<RunRecord>(recordName(key));
  if (record?.status === "done" && !record.families.every((family) => existsSync(join(cache.folder, family))))
    return null;
  return record;
}

/** Runs that are not done, with the records of those that failed before. */
export async function unfinished(workspace: Workspace): Promise<{run: Run; key: string; record: RunRecord | null}[]> {
  const pending: {run: Run; key: string; record: RunRecord | null}[] = [];
  for (const run of runsOf(workspace.study)) {
    const {digest} = await workspace.task(run.task);
    const key = recordKey(workspace.study, run, digest, workspace.models);
    const record = await readRecord(workspace.cache, key);
    if (record?.status !== "done") pending.push({run, key, record});
  }
  return pending;
}

export interface RunFailure {
  run: Run;
  error: string;
}

/**
 * Computes what the cache lacks of the given runs. Hidden states that several arms need are computed first, each text
 * once for all layers; then the arms run side by side and share every step that they have in common. A run that fails is
 * recorded and does not stop the others, unless nothing can go on (no backend, a full disk, the signal).
 */
export async function computeRuns(
  workspace: Workspace,
  pending: readonly {run: Run; key: string}[],
  {signal, finished}: {signal: AbortSignal; finished: (run: Run, failed: boolean) => void}
): Promise<RunFailure[]> {
  const failures: RunFailure[] = [];
  for (const [source, texts] of workspace.demand.activations) {
    signal.throwIfAborted();
    const {layers: depth} = workspace.models.get(source)!;
    const wanted = [...texts].map(
      ([key, {text, layers}]) => [key, {text, layers: new Set([...layers].map((l) => (l < 0 ? depth : l)))}] as const
    );
    await fillActivations(workspace, source, new Map(wanted));
  }
  const queue = new PQueue({concurrency: runsAtOnce});
  let fatal: unknown;
  for (const {run, key} of pending)
    void queue.add(async () => {
      if (fatal || signal.aborted) return;
      try {
        const evaluation = await evaluate(workspace, run);
        await workspace.cache.writeDocument(recordName(key), {
          status: "done",
          error: null,
          families: familiesOf(workspace, evaluation)
        } satisfies RunRecord);
        finished(run, false);
      } catch (error) {
        if (signal.aborted) return;
        if (isFatal(error)) {
          fatal ??= error;
          queue.clear();
          return;
        }
        const message = (error as Error).message.split("\n")[0];
        failures.push({run, error: message});
        await workspace.cache.writeDocument(recordName(key), {
          status: "failed",
          error: message,
          families: []
        } satisfies RunRecord);
        finished(run, true);
      }
    });
  await queue.onIdle();
  if (fatal) throw fatal;
  signal.throwIfAborted();
  return failures;
}

function familiesOf({cache}: Workspace, {steps}: Evaluation): string[] {
  const families = [...steps.values()].flatMap(({verb, family}) => (verb === "classify" && family ? [family] : []));
  return [...new Set(families)].map((family) => relative(cache.folder, family)).sort();
}

function isFatal(error: unknown): boolean {
  if (error instanceof BackendError) return error.transient;
  return error instanceof StorageError;
}
