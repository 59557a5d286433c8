import {z} from "zod";
import type {Arm, Lab, Outcome, Predictor, Rows} from "../lab.js";
import type {Method} from "./method.js";

export const cascadeOptions = z.strictObject({
  /** Models that learn on the way, each of which then teaches the next; with none, the weak model teaches the strong one at once. */
  through: z.array(z.string()),
  /**
   * Parts that the student's questions are divided into, of which each stage has one, the last stage the last; a part for each stage
   * where left out. With more parts than stages, a method without a cascade learns from as much as the last stage of one.
   */
  parts: z.int().positive().optional()
});

export type Cascade = z.output<typeof cascadeOptions>;

/**
 * Alice, section 3.4, around any method: weaker teachers first guide intermediate models, which then serve as teachers for more
 * capable models. Each stage has questions of its own.
 */
export async function runCascade(
  method: Method,
  lab: Lab,
  arm: Arm,
  {through, parts = through.length + 1}: Cascade,
  options: Record<string, unknown>
): Promise<Outcome> {
  const students = [...through, arm.strong];
  const outcomes: Outcome[] = [];
  let supervisor: Predictor | undefined;
  for (const [stage, strong] of students.entries()) {
    const own = portionOf(lab, parts - students.length + stage, parts);
    const weak = students[stage - 1] ?? arm.weak;
    const outcome = await method.run(own, {...arm, weak, strong, between: [], supervisor}, options);
    outcomes.push(outcome);
    supervisor = outcome.student;
  }
  const last = outcomes.at(-1)!;
  const earlier = outcomes.slice(0, -1);
  return {
    ...last,
    weak: outcomes[0].weak,
    rungs: [...earlier.flatMap(({rungs = [], student}) => [...rungs, student]), ...(last.rungs ?? [])],
    demonstrations: outcomes.flatMap(({demonstrations = []}) => demonstrations),
    notes: outcomes.flatMap(({notes = []}) => notes)
  };
}

/** The lab, with one part of the questions that students learn from. */
const portionOf = (lab: Lab, part: number, parts: number): Lab => ({
  ...lab,
  rows: async (split): Promise<Rows> => {
    const rows = await lab.rows(split);
    return split.startsWith("transfer") && rows.examples.length ? lab.portion(rows, part, parts) : rows;
  }
});
