import type {z} from "zod";
import type {Arm, Lab, Outcome} from "../lab.js";

/** An algorithm of the papers: a file in this folder, listed in `index.ts`. */
export interface Method<Options extends z.ZodObject = z.ZodObject> {
  name: string;
  /** Name as people write it. */
  title: string;
  /** Where the paper gives it. */
  source: string;
  options: Options;
  run(lab: Lab, arm: Arm, options: z.output<Options>): Promise<Outcome>;
}

export function defineMethod<Options extends z.ZodObject>(method: Method<Options>): Method<Options> {
  return method;
}
