import {openWorkspace} from "../openWorkspace.js";
import {unfinished} from "../runStudy.js";
import {loadStudies, loadStudy, runsOf, type Study} from "../study.js";
import {lacksModels} from "../verbs/workspace.js";
import {align} from "./align.js";
import {type CommandOptions, environment, openCache, print, progress} from "./command.js";
import {runName} from "./runName.js";

interface Status {
  study: string;
  /** Runs that the study declares; 0 where it is refused. */
  runs: number;
  done: number;
  failed: {run: string; error: string}[];
  /** Why nothing is known of the study. */
  error: string | null;
  next: string | null;
}

/** `w2s status`: how much of a study, or of every study, is done; what failed, and why; what to run next. */
export async function status({study: name, json}: CommandOptions): Promise<number> {
  const found = name === undefined ? await statusOfAll() : [await statusOf(await loadStudy(name), name)];
  if (json) print(JSON.stringify(found, null, 2));
  else {
    print(
      align([
        ["study", "done", "failed", "next"],
        ...found.map(({study, done, runs, failed, error, next}) =>
          error === null
            ? [study, `${done} of ${runs}`, String(failed.length), next ?? ""]
            : [study, runs ? `? of ${runs}` : "?", "?", error]
        )
      ])
    );
    for (const {failed} of found) for (const {run, error} of failed) print(`failed: ${run}: ${error}`);
  }
  return found.every(({done, runs, error}) => error === null && done === runs) ? 0 : 3;
}

/** A study that is refused, or whose rows cannot be had now, does not hide the others. */
async function statusOfAll(): Promise<Status[]> {
  const {studies, refused} = await loadStudies();
  const found = refused.map(({name, error}) => unknown(name, 0, error));
  for (const study of studies)
    found.push(
      await statusOf(study, study.name).catch((error: Error) =>
        unknown(study.name, runsOf(study).length, error.message.split("\n")[0])
      )
    );
  return found.sort((a, b) => (a.study < b.study ? -1 : 1));
}

const unknown = (study: string, runs: number, error: string): Status => ({
  study,
  runs,
  done: 0,
  failed: [],
  error,
  next: null
});

async function statusOf(study: Study, name: string): Promise<Status> {
  const workspace = await openWorkspace({
    study,
    cache: openCache(),
    policy: "count",
    environment,
    startBackend: () => Promise.reject(new Error("status starts no backend")),
    message: (text) => progress.message(text)
  });
  const runs = runsOf(study).length;
  // No run was ever begun of a study some of whose models the cache does not know; its rows may not even be here.
  if (lacksModels(workspace))
    return {study: study.name, runs, done: 0, failed: [], error: null, next: `w2s run ${name}`};
  const left = await unfinished(workspace);
  const failed = left.flatMap(({run, record}) =>
    record?.status === "failed" ? [{run: runName(run), error: record.error ?? ""}] : []
  );
  const next = left.length ? `w2s run ${name}` : null;
  return {study: study.name, runs, done: runs - left.length, failed, error: null, next};
}
