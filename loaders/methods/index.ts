import {baseline} from "./baseline.js";
import {confidence} from "./confidence.js";
import type {Method} from "./method.js";

/** The methods a study may name. */
export const methods: ReadonlyMap<string, Method> = new Map(
  [baseline, confidence].map((method) => [method.name, method as unknown as Method])
);
