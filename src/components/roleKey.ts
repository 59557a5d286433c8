import type {KeyItem} from "./figure.js";
import {inSentence} from "./format.js";
import type {Arm} from "./palette.js";
import {ceilingColor, weakColor} from "./palette.js";

/** A method's entry in a key. */
export const armItem = ({title, color, fill, mark, hollow}: Arm): KeyItem => ({
  label: title,
  color,
  fill,
  shape: mark,
  hollow
});

/** Key of every figure that places students between their supervisor and their ceiling. */
export function roleKey(arms: readonly Arm[]): KeyItem[] {
  return [
    {label: "weak supervisor", color: weakColor, shape: "tick"},
    ...arms.map((arm) => ({...armItem(arm), label: `student, ${inSentence(arm.title)}`})),
    {label: "strong ceiling", color: ceilingColor, shape: "tick"}
  ];
}
