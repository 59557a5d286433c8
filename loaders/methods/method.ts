import type {z} from "zod";
import type {TaskKind} from "../datasets/task.js";
import type {Arm, Lab, Outcome} from "../lab.js";

/** An algorithm of the papers: a file in this folder, listed in `index.ts`. */
export interface Method<Options extends z.ZodObject = z.ZodObject> {
  name: string;
  /** Name as people write it. */
  title: string;
  /** Where the paper gives it. */
  source: string;
  options: Options;
  /** Kinds of tasks that it can learn; those whose labels are probabilities where left out. */
  kinds?: readonly TaskKind[];
  /** Whether it changes a network's weights, which heads on frozen features do not. */
  needsNetwork?: boolean;
  /**
   * How its models answer, or who teaches, where that is not as usual: its supervisor and ceilings are then not those of
   * other methods, and results keep it apart.
   */
  format?: "in words" | "in chains" | "strong to weak";
  run(lab: Lab, arm: Arm, options: z.output<Options>): Promise<Outcome>;
}

/** Kinds whose labels are probabilities, and all kinds. */
export const binary: readonly TaskKind[] = ["classification", "comparison"];
export const anyKind: readonly TaskKind[] = [...binary, "generation"];

export function defineMethod<Options extends z.ZodObject>(method: Method<Options>): Method<Options> {
  return method;
}
