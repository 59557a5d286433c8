export interface TexColumn<T> {
  label: string;
  value: (row: T) => string;
  numeric?: boolean;
  /** Left empty where it repeats the row above, with a rule between groups. */
  group?: boolean;
}

/** A table for a paper, with booktabs' rules. */
export function latexTable<T>(
  rows: readonly T[],
  columns: readonly TexColumn<T>[],
  caption: string,
  label: string
): string {
  const at = columns.findIndex((d) => d.group);
  const lines = rows.flatMap((row, i) => {
    const previous = i > 0 && at >= 0 ? columns[at].value(rows[i - 1]) : null;
    const repeated = at >= 0 && columns[at].value(row) === previous;
    const line = columns.map((column, j) => (j === at && repeated ? "" : escapeTex(column.value(row)))).join(" & ");
    return previous !== null && !repeated ? ["\\midrule", `${line} \\\\`] : [`${line} \\\\`];
  });
  return [
    "% needs \\usepackage{booktabs}",
    "\\begin{table}",
    "  \\centering",
    `  \\caption{${escapeTex(caption)}}`,
    `  \\label{${label}}`,
    `  \\begin{tabular}{${columns.map((d) => (d.numeric ? "r" : "l")).join("")}}`,
    "    \\toprule",
    `    ${columns.map((d) => escapeTex(d.label)).join(" & ")} \\\\`,
    "    \\midrule",
    ...lines.map((line) => `    ${line}`),
    "    \\bottomrule",
    "  \\end{tabular}",
    "\\end{table}",
    ""
  ].join("\n");
}

const special: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "−": "$-$",
  "∞": "$\\infty$",
  "–": "--",
  "“": "``",
  "”": "''",
  "’": "'"
};

export function escapeTex(text: string): string {
  return text.replace(/[\\~^−∞–“”’&%$#_{}]/g, (c) => special[c] ?? `\\${c}`);
}
