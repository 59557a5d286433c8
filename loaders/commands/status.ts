import {readdirSync} from "node:fs";
import {join} from "node:path";
import {openWorkspace} from "../openWorkspace.js";
import {unfinished} from "../runStudy.js";
import {loadStudy, runsOf} from "../study.js";
import {align} from "./align.js";
import {type CommandOptions, environment, openCache, print, root} from "./command.js";

interface Status {
  study: string;
  runs: number;
  done: number;
  failed: {run: string; error: string}[];
  next: string | null;
}

/** `w2s status`: how much of a study, or of every study, is done; what failed, and why; what to run next. */
export async function status({study: name, json}: CommandOptions): Promise<number> {
  const names =
    name === undefined
      ? readdirSync(join(root, "studies"))
          .filter((f) => f.endsWith(".ts"))
          .map((f) => f.slice(0, -3))
      : [name];
  const found: Status[] = [];
  for (const one of names)
    found.push(
      await statusOf(one).catch((error: Error) => (name === undefined ? unknown(one, error) : Promise.reject(error)))
    );
  if (json) print(JSON.stringify(found, null, 2));
  else {
    print(
      align([
        ["study", "done", "failed", "next"],
        ...found.map((s) => [s.study, `${s.done} of ${s.runs}`, String(s.failed.length), s.next ?? ""])
      ])
    );
    for (const {failed} of found) for (const {run, error} of failed) print(`failed: ${run}: ${error}`);
  }
  return found.every(({done, runs}) => done === runs) ? 0 : 3;
}

/** A study whose rows cannot be had now, among others: it must not hide theirs. */
async function unknown(name: string, error: Error): Promise<Status> {
  const runs = runsOf(await loadStudy(name)).length;
  return {
    study: name,
    runs,
    done: 0,
    failed: [{run: "its rows", error: error.message.split("\n")[0]}],
    next: `w2s run ${name}`
  };
}

async function statusOf(name: string): Promise<Status> {
  const study = await loadStudy(name);
  const workspace = await openWorkspace({
    study,
    cache: openCache(),
    policy: "count",
    environment,
    startBackend: () => Promise.reject(new Error("status starts no backend"))
  });
  const left = await unfinished(workspace);
  const failed = left.flatMap(({run, record}) =>
    record?.status === "failed"
      ? [
          {
            run: [run.method, run.variant, run.task, `seed ${run.seed}`].filter(Boolean).join(" "),
            error: record.error ?? ""
          }
        ]
      : []
  );
  const runs = runsOf(study).length;
  return {study: study.name, runs, done: runs - left.length, failed, next: left.length ? `w2s run ${name}` : null};
}
