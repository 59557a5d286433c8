import {reason} from "./explanation.js";
import type {Told} from "./judge.js";

/** The judge's words against and for the one side that it hears. */
export const opinions = [" no", " yes"] as const;

/** What a judge reads who hears one side alone. It says whether that side is right: `opinions`. */
export const consultancyPrompt = (text: string, {answer, said}: Told): string =>
  [text, ...said.map((said) => `A: ${reason(answer)}${said}`), "Is A right, yes or no? The answer is"].join("\n");
