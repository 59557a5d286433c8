import type {Row} from "../tables.js";
import type {AnsweredDemonstration} from "./demonstrationAnswers.js";
import {d3} from "./kit.js";
import type {OpenStudy} from "./study.js";

/** What was said of one question, and the question; null where it may not be published, or was not said. */
export interface DemonstrationTexts extends Pick<Row<"demonstrations">, "own" | "teacher" | "uncertainty" | "revised"> {
  question: string | null;
  gold: string | null;
}

/** The texts of demonstrations, which are fetched once somebody wants to read one. */
export async function demonstrationTexts(study: OpenStudy): Promise<(of: AnsweredDemonstration) => DemonstrationTexts> {
  const [said, {examples}] = await Promise.all([
    study.columns("demonstrations", "own", "teacher", "uncertainty", "revised"),
    study.tables("examples")
  ]);
  const asked = d3.index(
    examples,
    (d) => d.task,
    (d) => d.example
  );
  return ({of, example, place}) => {
    const found = asked.get(of.task)?.get(example);
    return {...said[place], question: found?.text ?? null, gold: found?.answer ?? null};
  };
}
