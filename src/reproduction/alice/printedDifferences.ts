import type {Published} from "../paper.js";
import type {Dataset, Line, Table1Row} from "./published.js";
import {datasets, table1} from "./published.js";

/** Mean of numbers. */
export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Differences between two printed rows, in points, one for each dataset. */
export const pointsBetween = (a: Line, b: Line): number[] => a.map((d, i) => d - b[i]);

/** One printed row less another on each dataset, under the labels of ours. */
export const between2 = (label: string, a: Line, b: Line): Published[] =>
  pointsBetween(a, b).map((d, i) => ({
    label: `${label}, ${datasets[i].title}`,
    measure: "accuracyDifference",
    value: d / 100
  }));

/** The same of two rows of table 1, as the mean over its pairs of models. */
export const between1 = (label: string, a: Table1Row, b: Table1Row): Published[] =>
  datasets.map((d, i) => ({
    label: `${label}, ${d.title}`,
    measure: "accuracyDifference",
    value: mean(table1.map(({lines}) => lines[a][i] - lines[b][i])) / 100
  }));

/** The mean difference over pairs of models and the datasets of a group, in points. */
export function groupPoints(group: Dataset["group"], a: Table1Row, b: Table1Row): number {
  const places = datasets.flatMap((d, i) => (d.group === group ? [i] : []));
  return mean(table1.flatMap(({lines}) => places.map((i) => lines[a][i] - lines[b][i])));
}
