import {BackendError} from "../backends/contract.js";
import {parseModelName, pinModelName} from "../backends/modelName.js";
import type {Server} from "./workspace.js";

/** A model's name for its server: at the revision that the cache knows, where the name leaves it open. */
export function pinned({models}: Server, model: string): string {
  const revision = models.get(parseModelName(model).source)?.revision;
  return revision ? pinModelName(model, revision) : model;
}

/** Throws a BackendError where a server used other weights than the cache knows it to have: rows of two networks must not mix. */
export function refuseOtherWeights({models}: Server, model: string, used: string | undefined): void {
  const {source} = parseModelName(model);
  const known = models.get(source)?.weights;
  if (used === undefined || used === known) return;
  // A file's weights are asked for anew by the next run, which then goes through.
  const transient = source.startsWith("file:");
  const again = transient ? ", run again" : "";
  throw new BackendError(`expected weights ${known} of ${source}${again}, found ${used}`, transient);
}
