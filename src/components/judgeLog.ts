import {random, shuffle} from "../statistics/random.js";
import {differ, type Question, type Side, sides} from "./debates.js";
import {keep, kept} from "./kept.js";

/** What a person said of a question: which side, and which one they were shown first; no side where they skipped it. */
export interface Entry {
  example: string;
  choice: Side | null;
  first: Side;
}

/** What a reader has judged of one debate, kept between visits. */
export interface JudgeLog {
  /** Decides the order of the questions and of the sides. */
  seed: string;
  entries: readonly Entry[];
  /** So many entries had been made when the reader last saw how they did; these stand. */
  seen: number;
}

/** The file that a study reads: the verdicts of one person on one debate. */
export interface VerdictsFile {
  study: string;
  debate: string;
  verdicts: {example: string; choice: Side; first: Side}[];
}

/** The side shown first: the toss of a coin for each question. */
export const firstSide = ({seed}: JudgeLog, example: string): Side =>
  sides[Number(random(`${seed} ${example}`)() < 0.5)];

/** Questions in the order in which they are asked: at random, those first on which the sides differ. */
export const inOrder = ({seed}: JudgeLog, questions: readonly Question[]): Question[] =>
  [true, false].flatMap((which) =>
    shuffle(
      questions.filter((d) => differ(d) === which),
      random(`${seed} ${which}`)
    )
  );

export function nextQuestion(log: JudgeLog, questions: readonly Question[]): Question | undefined {
  const done = new Set(log.entries.map((d) => d.example));
  return inOrder(log, questions).find((d) => !done.has(d.example));
}

/** The log once a question was judged by place: the first, the second, or neither. */
export function entered(log: JudgeLog, example: string, place: 0 | 1 | 2): JudgeLog {
  const first = firstSide(log, example);
  const second = first === "strong" ? "weak" : "strong";
  const choice = place === 0 ? null : place === 1 ? first : second;
  return {...log, entries: [...log.entries, {example, choice, first}]};
}

/** What was judged before the reader saw how they did cannot be taken back. */
export const canUndo = ({entries, seen}: JudgeLog): boolean => entries.length > seen;

export const undone = (log: JudgeLog): JudgeLog => (canUndo(log) ? {...log, entries: log.entries.slice(0, -1)} : log);

/** The log without what was skipped, which is asked again. */
export const withoutSkipped = (log: JudgeLog): JudgeLog => {
  const entries = log.entries.filter((d) => d.choice !== null);
  return {...log, entries, seen: log.entries.slice(0, log.seen).filter((d) => d.choice !== null).length};
};

export const given = ({entries}: Pick<JudgeLog, "entries">): VerdictsFile["verdicts"] =>
  entries.flatMap(({example, choice, first}) => (choice ? [{example, choice, first}] : []));

/** A log with the verdicts of a file, which count in place of earlier ones on the same questions. */
export function withFile(log: JudgeLog, {verdicts}: VerdictsFile): JudgeLog {
  const replaced = new Set(verdicts.map((d) => d.example));
  const kept = log.entries.filter((d) => !replaced.has(d.example));
  const entries = [...kept, ...verdicts];
  return {...log, entries, seen: entries.length};
}

/** A file that a reader gave. Throws where it is not what this page exports. */
export function parseVerdicts(text: string): VerdictsFile {
  const file = JSON.parse(text) as Partial<VerdictsFile> | null;
  const isSide = (side: unknown) => sides.includes(side as Side);
  if (
    typeof file?.study !== "string" ||
    typeof file.debate !== "string" ||
    !Array.isArray(file.verdicts) ||
    !file.verdicts.every((d) => typeof d?.example === "string" && isSide(d.choice) && isSide(d.first))
  )
    throw new Error(`expected verdicts as this page writes them: ${text.slice(0, 40)}`);
  const verdicts = file.verdicts.map(({example, choice, first}) => ({example, choice, first}));
  return {study: file.study, debate: file.debate, verdicts};
}

const nameOf = (study: string, debate: string) => `w2s verdicts ${study} ${debate}`;

/** The log of a debate as it was left; a new one where there is none. */
export function openLog(study: string, debate: string): JudgeLog {
  const left = kept<JudgeLog>(nameOf(study, debate));
  if (left) return left;
  const [seed] = crypto.getRandomValues(new Uint32Array(1));
  const log = {seed: String(seed), entries: [], seen: 0};
  keepLog(study, debate, log);
  return log;
}

export const keepLog = (study: string, debate: string, log: JudgeLog): void => keep(nameOf(study, debate), log);
