/** Who was right of one demonstration, before and after the student read its teacher. */
export interface Outcome {
  /** Null where nobody teaches. */
  teacher: boolean | null;
  own: boolean;
  revised: boolean;
}

export interface Flow extends Outcome {
  n: number;
}

/** All flows, those of a teacher that is right first, then of an own answer that is right, then of a revised one. */
const order = [true, false, null].flatMap((teacher) =>
  [true, false].flatMap((own) => [true, false].map((revised): Outcome => ({teacher, own, revised})))
);

const initial = (right: boolean | null): string => (right === null ? "-" : right ? "r" : "w");

/** A flow by who was right, teacher, own answer, revised answer: `rwr` where the teacher put the student right. */
export const flowName = ({teacher, own, revised}: Outcome): string =>
  initial(teacher) + initial(own) + initial(revised);

/** Demonstrations by who was right, in a fixed order; what does not occur is left out. */
export function flows(outcomes: readonly Outcome[]): Flow[] {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) {
    const name = flowName(outcome);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return order.flatMap((outcome) => {
    const n = counts.get(flowName(outcome));
    return n ? [{...outcome, n}] : [];
  });
}
