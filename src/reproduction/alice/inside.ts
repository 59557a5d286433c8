import {decimals, listed, points} from "../../components/format.js";
import type {Paper} from "../paper.js";
import {groupPoints, mean} from "./printedDifferences.js";
import type {Table1Row} from "./published.js";
import {datasets, table1, table2} from "./published.js";

/** Two decimals, of what sums of decimals should be. */
const two = (value: number): string => decimals(2)(Math.round(value * 1e6) / 1e6);
const signed = (value: number): string => `${value < 0 ? "−" : "+"}${two(Math.abs(value))}`;
const groups = [...new Set(datasets.map((d) => d.group))];
const titles: Readonly<Record<Table1Row, string>> = {
  weak: "Weak",
  qa: "Q-A",
  qcota: "Q-CoT-A",
  alice: "Alice",
  strong: "Strong"
};

/** A cell of table 1 in which one row is not above another. */
interface Exception {
  pair: string;
  dataset: string;
  text: string;
}

/** Cells of table 1 in which a row is not above another. */
export function notAbove(a: Table1Row, b: Table1Row): Exception[] {
  return table1.flatMap(({title, lines}) =>
    datasets.flatMap((dataset, i) =>
      lines[a][i] > lines[b][i]
        ? []
        : [{pair: title, dataset: dataset.title, text: `${two(lines[a][i])} against ${two(lines[b][i])}`}]
    )
  );
}

/** Exceptions by dataset: HotpotQA for Llama 3.2 1B to 3B (22.09 against 25.56). */
function said(exceptions: readonly Exception[]): string {
  const by = datasets.flatMap(({title}) => {
    const some = exceptions.filter((d) => d.dataset === title);
    const of = some.length === table1.length ? "all pairs: " : "";
    return some.length ? [`${title} for ${of}${listed(some.map((d) => `${d.pair} (${d.text})`))}`] : [];
  });
  return by.join("; ");
}

const cells = table1.length * datasets.length;

/** How much Alice gains over a row relative to it, in percent, over the datasets of a group. */
function relative(group: (typeof groups)[number], to: Table1Row): number {
  const places = datasets.flatMap((d, i) => (d.group === group ? [i] : []));
  return mean(table1.flatMap(({lines}) => places.map((i) => 100 * (lines.alice[i] / lines[to][i] - 1))));
}

const byGroup = (of: (group: (typeof groups)[number]) => string): string =>
  listed(groups.map((group) => `${of(group)} (${group.toLowerCase()})`));

const between = (row: "qa" | "qcota"): string => {
  const [below, over] = [notAbove(row, "weak"), notAbove("strong", row)];
  const outside = new Set([...below, ...over].map((d) => `${d.pair} ${d.dataset}`)).size;
  const parts = [
    ...(below.length ? [`not above Weak on ${said(below)}`] : []),
    ...(over.length ? [`not below Strong, Strong first, on ${said(over)}`] : [])
  ];
  return `${titles[row]} lies outside in ${outside} of ${cells} cells: it is ${parts.join(", and ")}.`;
};

const worst = (a: keyof typeof table2, b: keyof typeof table2): string[] =>
  datasets.flatMap(({title}, i) =>
    table2[a].line[i] > table2[b].line[i]
      ? []
      : [`${title} (${two(table2[a].line[i])} against ${two(table2[b].line[i])})`]
  );

/** Alice: claims that its own tables do not bear out, by arithmetic on the published tables, and places that do not agree. */
export const inside: NonNullable<Paper["inside"]> = [
  {
    place: "Abstract, introduction, table 1",
    text: `“+4.0%”, “+22.62%” and “+12.11%” are called “relative gains”. From table 1, Alice less Q-CoT-A is ${byGroup((group) => signed(groupPoints(group, "alice", "qcota")))} on average: absolute points, and over Q-CoT-A alone. Relative to Q-CoT-A, the mean gain is ${byGroup((group) => `${points(relative(group, "qcota") / 100)}%`)}; over the other original method, Q-A, Alice gains ${byGroup((group) => signed(groupPoints(group, "alice", "qa")))} points.`
  },
  {
    place: "Section 4.2, table 1",
    text: `Alice has “gains across all four datasets and teacher-student configurations”. It is not above Q-CoT-A in ${notAbove("alice", "qcota").length} of ${cells} cells: ${said(notAbove("alice", "qcota"))}.`
  },
  {
    place: "Section 4.2, table 1",
    text: `The conventional method is “intermediate between weak and ground-truth performance”. ${between("qa")}`
  },
  {place: "Section 4.2, table 1", text: between("qcota")},
  {
    place: "Section 5.3, table 2",
    text: `Cross-model is “improved … across all four datasets” against w/o Cascade. It is not on ${listed(worst("cross-model", "without cascade"))}.`
  },
  {
    place: "Section 5.2, table 2",
    text: `The cascade is “more effective” than several teachers at once. Mix-teacher, without a cascade, is above Alice on ${listed(worst("alice", "mix-teacher"))}.`
  },
  {
    place: "Tables 1 to 3",
    text: "No number has an interval or a number of runs, and sizes of the test sets are not given: which differences are more than chance cannot be told from the paper."
  },
  {
    place: "Section 3.2",
    text: "Responses with a cosine “below a threshold T are grouped with the reference response”: as written, those least alike share a cluster. T has no value."
  },
  {
    place: "Section 3.2",
    text: "Uncertainty is put into words by “Qwen2.5-70B-Instruct”, a size that this family does not have. Whichever is meant, it is larger than every student, which learns from what it says."
  },
  {
    place: "Section 4.1",
    text: "“Since Llama 3.1 doesn’t include an 8B variant, we utilize the corresponding Llama 3.2 model”; table 1 has Llama 3.2 with 1B and 3B, and Llama 3.1 with 8B. Its head of the second Qwen pair says 1B, where the text and table 2 say 1.5B."
  },
  {
    place: "Section 4.1, table 1",
    text: "Strong is fine-tuned on answers, and on chains for GSM8K alone, while the students of Q-CoT-A and Alice write chains everywhere: that they exceed it may be a matter of format. Here both ceilings stand beside each other on the page Results."
  },
  {
    place: "Section 5.1",
    text: "“w/o Cascade” gives the student all questions from the weak model at once; whether each stage of the cascade has all questions or a part of its own is not said. Here each has its own, and a direct arm with as many questions stands beside it."
  }
];
