import type {KeyItem} from "./figure.js";
import {inSentence} from "./format.js";
import type {Arm} from "./palette.js";
import {ceilingColor, weakColor} from "./palette.js";

/** Key of every figure that places students between their supervisor and their ceiling. */
export function roleKey(arms: readonly Arm[]): KeyItem[] {
  return [
    {label: "weak supervisor", color: weakColor, shape: "tick"},
    ...arms.map(({title, color, fill, mark, hollow}) => ({
      label: `student, ${inSentence(title)}`,
      color,
      fill,
      shape: mark,
      hollow
    })),
    {label: "strong ceiling", color: ceilingColor, shape: "tick"}
  ];
}
