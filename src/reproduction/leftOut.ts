import {listed} from "../components/format.js";
import {tasks as published} from "./explanationDebateAlign/tasks.js";

/** Which tasks of the paper's table a study leaves out, as a sentence; none where it has all of them, or less than half. */
export function leftOut(tasks: readonly string[]): string | null {
  const absent = published.filter(({task}) => !tasks.includes(task)).map((d) => d.title);
  if (!absent.length || absent.length > published.length / 2) return null;
  return `Of the ${published.length} tasks of the paper’s table 1, ${listed(absent)} ${absent.length > 1 ? "are" : "is"} left out.`;
}
