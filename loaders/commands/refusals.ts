import type {Plan} from "../planStudy.js";
import type {Study} from "../study.js";

/** Why a study cannot run, each reason once; with the arms that it is about where it is not about all. */
export function refusals(study: Study, refused: Plan["refused"]): string[] {
  const arms = new Map<string, Set<string>>();
  for (const {run, error} of refused) {
    const arm = [run.method, run.variant].filter(Boolean).join(" ");
    arms.set(error, (arms.get(error) ?? new Set()).add(arm));
  }
  return [...arms].map(([error, names]) =>
    [study.name, ...(names.size < study.methods.length ? [[...names].join(", ")] : []), error].join(": ")
  );
}
