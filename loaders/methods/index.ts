import {alice} from "./alice.js";
import {align} from "./align.js";
import {baseline} from "./baseline.js";
import {bootstrapping} from "./bootstrapping.js";
import {confidence} from "./confidence.js";
import {debate} from "./debate.js";
import {facilitate} from "./facilitate.js";
import {full} from "./full.js";
import {generative} from "./generative.js";
import type {Method} from "./method.js";
import {qcota} from "./qcota.js";

/** The methods a study may name, in the papers' order. */
export const methods: ReadonlyMap<string, Method> = new Map(
  [baseline, confidence, bootstrapping, generative, full, facilitate, debate, align, qcota, alice].map((method) => [
    method.name,
    method as unknown as Method
  ])
);
