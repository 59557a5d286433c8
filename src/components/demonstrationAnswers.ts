import type {Row} from "../tables.js";
import type {Demonstration, Demonstrations} from "./demonstrationRows.js";
import type {OpenStudy} from "./study.js";

/** What is read of all demonstrations after the first figure: all but their texts, which are large. */
const columns = [
  "teachers",
  "elicitations",
  "chains",
  "clusters",
  "largest",
  "entropy",
  "own_answer",
  "teacher_answer",
  "revised_answer",
  "learned",
  "weight"
] as const;

/** One demonstration with what was answered. */
export interface AnsweredDemonstration extends Demonstration, Pick<Row<"demonstrations">, (typeof columns)[number]> {
  /** Whether the student keeps its own answer; null where answers are not published. */
  kept: boolean | null;
  /** Whether the teacher says what the student says by itself; null where that is not known, or nobody teaches. */
  same: boolean | null;
}

/** The demonstrations of a study with what was answered, in the same order. */
export async function demonstrationAnswers(
  study: OpenStudy,
  {all, tasks}: Demonstrations
): Promise<AnsweredDemonstration[]> {
  const rows = await study.columns("demonstrations", ...columns);
  return all.map((demonstration) => {
    const row = rows[demonstration.place];
    const published = tasks.get(demonstration.of.task)?.publishable ?? false;
    // An answer that cannot be read is like no other.
    const like = (answer: string | null) => (published ? answer !== null && answer === row.own_answer : null);
    const same = demonstration.teacher_right === null ? null : like(row.teacher_answer);
    return {...demonstration, ...row, kept: like(row.revised_answer), same};
  });
}
