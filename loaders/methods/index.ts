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
import {ownMajority} from "./ownMajority.js";
import {qcota} from "./qcota.js";
import {selfRefine} from "./selfRefine.js";

/** The methods a study may name, in the papers' order. */
export const methods: ReadonlyMap<string, Method> = new Map(
  [
    baseline,
    confidence,
    bootstrapping,
    generative,
    full,
    facilitate,
    debate,
    align,
    qcota,
    alice,
    ownMajority,
    selfRefine
  ].map((method) => [method.name, method as unknown as Method])
);
