import {align} from "../loaders/commands/align.js";
import {type Figure, isMet, median} from "./figure.js";

const header = ["what", "figure", "goal", "met", "n", "min - max"];

/** Figures as rows of text: the median stands for the figure. */
function cells(figure: Figure): string[] {
  const {what, values, unit, goal, missing} = figure;
  const met = isMet(figure);
  return [
    what,
    missing ?? withUnit(median(values), unit),
    goal ? `${goal.at === "most" ? "at most" : "at least"} ${withUnit(goal.value, unit)}` : "",
    met === null ? "" : met ? "yes" : "**no**",
    String(values.length),
    values.length > 1 ? `${round(Math.min(...values))} - ${round(Math.max(...values))}` : ""
  ];
}

export function textTable(figures: readonly Figure[]): string {
  const rows = [header, ...figures.map(cells)].map((row) => row.map((cell) => cell.replaceAll("**", "")));
  return align(rows);
}

export function markdownTable(figures: readonly Figure[]): string {
  return [header, header.map(() => "---"), ...figures.map(cells)].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

const withUnit = (value: number, unit: string): string => `${round(value)} ${unit}`.trim();

function round(value: number): string {
  if (Number.isInteger(value)) return String(value);
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
