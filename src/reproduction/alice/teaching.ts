import type {Study} from "../../study.js";
import type {Table2Row} from "./published.js";

/** A weak model and the strong one that learns in the end. */
export interface Pair {
  weak: string;
  strong: string;
}

/** How an arm of a study teaches, by its options. */
export interface Teaching {
  method: string;
  variant: string;
  setting: string;
  title: string;
  /** Models that learn on the way and teach on; none where the weak model teaches the student itself. */
  through: readonly string[];
  /** Of how many parts of the questions the student sees the last; 1 where it sees all. */
  parts: number;
  /** Whether the student reads of the teacher's uncertainty; `shuffled` where it is that of another question. */
  uncertainty: boolean | "shuffled";
  /** Teachers beside the weak model. */
  teachers: readonly string[];
  /** Whether it does what the paper does not: several turns, demonstrations weighed or chosen by confidence, majority answers. */
  beyond: boolean;
}

export function teachingOf({method, variant, setting, title, options}: Study["methods"][number]): Teaching {
  const {
    cascade,
    uncertainty = true,
    teachers = [],
    turns = 1,
    confidence = "ignored",
    answers = "likeliest"
  } = options as {
    cascade?: {through?: string[]; parts?: number} | null;
    uncertainty?: Teaching["uncertainty"];
    teachers?: string[];
    turns?: number;
    confidence?: unknown;
    answers?: string;
  };
  const {through = [], parts = through.length + 1} = cascade ?? {};
  const beyond = turns > 1 || confidence !== "ignored" || answers !== "likeliest";
  return {method, variant, setting, title, through, parts, uncertainty, teachers, beyond};
}

export const cascades = ({through}: Teaching): boolean => through.length > 0;

/** The weak model teaches the student itself, on all questions. */
export const isDirect = ({through, parts}: Teaching): boolean => through.length === 0 && parts === 1;

/** The weak model teaches the student itself, on as many questions as the last stage of a cascade has. */
export const isEqualData = ({through, parts}: Teaching): boolean => through.length === 0 && parts > 1;

/** With its uncertainty and without other teachers: as the paper has it where it says nothing else. */
export const isWhole = ({uncertainty, teachers, beyond}: Teaching): boolean =>
  uncertainty === true && teachers.length === 0 && !beyond;

/** Family of a model, by how its name begins: qwen of hub:Qwen/Qwen2.5-3B-Instruct. */
export function familyOf(model: string): string {
  const name = model
    .replace(/[@#].*/, "")
    .toLowerCase()
    .split(/[/:]/)
    .at(-1)!;
  return /^(?:meta-|llm-)?([a-z]+)/.exec(name)?.[1] ?? name;
}

/** Names by which a study may say which row an arm is; they count before its options. */
const named: ReadonlyMap<string, Table2Row> = new Map(
  (["without cascade", "multi-teacher", "mix-teacher", "cross-model", "cross-model cascade"] as const).map((row) => [
    row,
    row
  ])
);

/** The row of table 2 that an arm is with a pair of models; null where the paper has none like it. */
export function table2RowOf(arm: Teaching, {weak, strong}: Pair): Table2Row | null {
  if (arm.method !== "alice") return null;
  const name = named.get(arm.variant);
  if (name) return name;
  if (isEqualData(arm) || arm.uncertainty === "shuffled" || arm.beyond) return null;
  const across = new Set([weak, ...arm.through, ...arm.teachers, strong].map(familyOf)).size > 1;
  const [cascade, several] = [cascades(arm), arm.teachers.length > 0];
  if (!arm.uncertainty) return cascade && !across && !several ? "without uncertainty" : null;
  if (several) return cascade ? null : across ? "mix-teacher" : "multi-teacher";
  if (across) return cascade ? "cross-model cascade" : "cross-model";
  return cascade ? "alice" : "without cascade";
}
