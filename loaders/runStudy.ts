import {relative} from "node:path";
import PQueue from "p-queue";
import {BackendError} from "./backends/contract.js";
import type {Cache} from "./cache.js";
import {errorTags, errorTagsOf} from "./errorTags.js";
import {evaluate} from "./evaluate.js";
import {fingerprint} from "./fingerprint.js";
import {hash} from "./hash.js";
import {saliency, saliencyOf} from "./saliency.js";
import {type Run, runsOf} from "./study.js";
import {fillActivations} from "./verbs/activations.js";
import {recordFamilies} from "./verbs/finetune.js";
import {Retrained, type Workspace} from "./verbs/workspace.js";
import {StorageError} from "./wholeFile.js";

const runsAtOnce = 4;

/** What a run left behind: enough to know that it is done without walking through it. */
export interface RunRecord {
  status: "done" | "failed";
  error: string | null;
  /** Folders of the cache that hold its outputs, each with the state of its files. */
  families: Record<string, string>;
}

/** Key of a run: a hash of all that determines what it computes, code included: after an edit, runs are walked through again. */
export function recordKey(
  {study, models, servers}: Pick<Workspace, "study" | "models" | "servers">,
  run: Run,
  digest: string
): string {
  const {study: _, key: __, ...cell} = run;
  const {sizes, models: ladder} = study;
  const served = [...servers].map(([role, {models}]) => [role, weightsOf(models)] as const);
  return hash({
    code: ["loaders", "loaders/datasets", "loaders/methods", "loaders/prompts", "loaders/verbs", "src/statistics"].map(
      (folder) => fingerprint(folder)
    ),
    cell,
    sizes,
    ladder,
    saliency: saliencyOf(study, run),
    errorTags: errorTagsOf(study, run),
    digest,
    weights: weightsOf(models),
    served: served.length ? Object.fromEntries(served) : undefined
  });
}

const weightsOf = (models: Workspace["models"]): Record<string, string | null> =>
  Object.fromEntries([...models].map(([source, model]) => [source, model?.weights ?? null]));

export const recordName = (key: string): string => `runs/${key.slice(0, 2)}/${key}.json`;

/** A run's record, where its outputs are still as it left them. `states` remembers those of families between calls. */
export async function readRecord(
  cache: Cache,
  key: string,
  states = new Map<string, string>()
): Promise<RunRecord | null> {
  const record = await cache.document<RunRecord>(recordName(key));
  if (record?.status !== "done") return record;
  for (const [family, state] of Object.entries(record.families)) {
    if (!states.has(family)) states.set(family, cache.stateOf(family));
    if (states.get(family) !== state) return null;
  }
  return record;
}

/** Runs that are not done, with the records of those that failed before. */
export async function unfinished(workspace: Workspace): Promise<{run: Run; key: string; record: RunRecord | null}[]> {
  const pending: {run: Run; key: string; record: RunRecord | null}[] = [];
  const states = new Map<string, string>();
  for (const run of runsOf(workspace.study)) {
    const {digest} = await workspace.task(run.task);
    const key = recordKey(workspace, run, digest);
    const record = await readRecord(workspace.cache, key, states);
    if (record?.status !== "done") pending.push({run, key, record});
  }
  return pending;
}

export interface RunFailure {
  run: Run;
  error: string;
}

const roundsAtMost = 4;

/**
 * Computes what the cache lacks of the given runs. Hidden states that several arms need are computed first, each text
 * once for all layers; then the arms run side by side and share every step that they have in common. A run that fails is
 * recorded and does not stop the others, unless nothing can go on (no backend, a full disk, the signal). Where a new
 * training gave other weights than an earlier one, every run that the earlier one reached is computed again.
 */
export async function computeRuns(
  workspace: Workspace,
  pending: readonly {run: Run; key: string}[],
  {signal, finished}: {signal: AbortSignal; finished: (run: Run, failed: boolean) => void}
): Promise<RunFailure[]> {
  for (const [source, texts] of workspace.demand.activations) {
    signal.throwIfAborted();
    const {layers: depth} = workspace.models.get(source)!;
    const wanted = [...texts].map(
      ([key, {text, layers}]) => [key, {text, layers: new Set([...layers].map((l) => (l < 0 ? depth : l)))}] as const
    );
    await fillActivations(workspace, source, new Map(wanted));
  }
  const failures = new Map<string, RunFailure>();
  for (let round = 1; ; round++) {
    const retrained: {run: Run; key: string}[] = [];
    const queue = new PQueue({concurrency: runsAtOnce});
    let fatal: unknown;
    const compute = async ({run, key}: {run: Run; key: string}): Promise<void> => {
      if (fatal || signal.aborted) return;
      try {
        await recordOf(workspace, run, key);
      } catch (error) {
        if (signal.aborted) return;
        if (isFatal(error)) throw error;
        if (error instanceof Retrained && round < roundsAtMost) return void retrained.push({run, key});
        failures.set(key, {run, error: (error as Error).message.split("\n")[0]});
        const {error: message} = failures.get(key)!;
        await workspace.cache.writeDocument(recordName(key), {status: "failed", error: message, families: {}});
      }
      finished(run, failures.has(key));
    };
    for (const one of pending)
      void queue
        .add(() => compute(one))
        .catch((error: unknown) => {
          fatal ??= error;
          queue.clear();
        });
    await queue.onIdle();
    if (fatal) throw fatal;
    signal.throwIfAborted();
    if (!retrained.length) return [...failures.values()];
    pending = (await unfinished(workspace)).filter(({key}) => !failures.has(key));
  }
}

/** Goes through a run, computing what is missing, and records that it is done. */
async function recordOf(workspace: Workspace, run: Run, key: string): Promise<void> {
  const {cache} = workspace;
  const evaluation = await evaluate(workspace, run);
  const {steps, models, scope} = evaluation;
  const families = [...steps.values()].flatMap(({family}) => family ?? []);
  families.push(...(await saliency(evaluation)).families, ...(await errorTags(evaluation)).families);
  for (const {predictor} of models) if (predictor) families.push(...(await recordFamilies(scope.workspace, predictor)));
  const folders = [...new Set(families.map(({folder}) => relative(cache.folder, folder)))].sort();
  // Verdicts that people enter later are other outputs.
  if ([...steps.values()].some(({verb}) => verb === "verdicts")) folders.push("verdicts");
  const states = Object.fromEntries(folders.map((folder) => [folder, cache.stateOf(folder)]));
  await cache.writeDocument(recordName(key), {status: "done", error: null, families: states} satisfies RunRecord);
}

/** Whether an error is one after which no other run can be computed either. */
function isFatal(error: unknown): boolean {
  return error instanceof StorageError || (error instanceof BackendError && error.transient);
}
