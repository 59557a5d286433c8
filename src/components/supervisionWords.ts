import {listed} from "./format.js";
import type {Names} from "./names.js";
import type {SupervisionNode} from "./supervisionGraph.js";

/** What a node of a run's lineage is called. */
export interface SupervisionWords {
  /** A word or two. */
  head: string;
  /** Whose it is, or of which rows. */
  text: string;
}

const roles: Record<string, string> = {
  weak: "Supervisor",
  student: "Student",
  rung: "Intermediate",
  weak_ceiling: "Weak ceiling",
  strong_ceiling: "Strong ceiling",
  own_ceiling: "Own ceiling",
  zero_shot: "Zero-shot"
};

/** Where the strong model teaches the weak one. */
const strongToWeak: Record<string, string> = {
  ...roles,
  weak: "Weak model",
  student: "Facilitated weak",
  strong_ceiling: "Strong model"
};

/** Whoever judges, as people write it. */
export const judgeTitle = (judge: string, {model}: Pick<Names, "model">): string =>
  judge === "gold" ? "the ground truth" : judge === "human" ? "people" : model(judge);

/** What a student saw, as people write splits. */
export const leakTitle = (leak: string): string => leak.replaceAll("_validation", " validation");

/** Rows of some splits: supervision and supervision validation rows. */
export const rowsTitle = (splits: readonly string[]): string => (splits.length ? `${listed(splits)} rows` : "");

export function supervisionWords(
  node: SupervisionNode,
  names: Pick<Names, "model">,
  reversed: boolean
): SupervisionWords {
  const {what, model, role, position, author, title, oracle} = node;
  // What was made row by row of others, for each of several candidates where they are one node.
  const made = title.replace(/^labels /, "").replace(/^candidate \d+ /, "each candidate ");
  const rows = rowsTitle(node.rows.map(({split}) => split));
  switch (what) {
    case "model":
      return role === null
        ? {head: "Model on the way", text: `${names.model(model)}: ${title}`}
        : {
            head: `${(reversed ? strongToWeak : roles)[role] ?? role}${role === "rung" ? ` ${position + 1}` : ""}`,
            text: names.model(model)
          };
    case "gold":
      return {head: "Gold labels", text: rows && `of ${rows}`};
    case "texts":
      return {head: "Texts", text: `by ${names.model(model)}${rows && `, on ${rows}`}`};
    case "judge":
      return {
        head: oracle ? "Oracle judge" : "Judge",
        text: judgeTitle(model, names) + (node.steps.length ? "" : ", from whom nothing was learned")
      };
    case "preferences":
      return {head: "Preferences", text: made};
    case "labels": {
      const of = author === "weak" || author === "rung" ? "Weak labels" : "Labels";
      return {
        head: reversed && author === "strong_ceiling" ? "Strong labels" : of,
        text: model ? `by ${names.model(model)}${rows && `, of ${rows}`}` : made
      };
    }
  }
}
