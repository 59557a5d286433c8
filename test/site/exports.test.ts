import fc from "fast-check";
import {parquetReadObjects} from "hyparquet";
import {expect, test} from "vitest";
import {csv} from "../../src/components/csv.js";
import {escapeTex, latexTable} from "../../src/components/latex.js";
import {parquetFile} from "../../src/components/parquetFile.js";

/** A reader of RFC 4180, apart from the writer. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(match[1] !== undefined ? match[1].replaceAll('""', '"') : match[2]);
    if (match[3] !== ",") {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

test("CSV gives back every text and number", () => {
  fc.assert(
    fc.property(fc.array(fc.record({text: fc.string(), number: fc.double({noNaN: true})}), {minLength: 1}), (rows) => {
      const [header, ...read] = parseCsv(csv(rows));
      expect(header).toEqual(["text", "number"]);
      expect(read).toEqual(rows.map(({text, number}) => [text, String(number)]));
    })
  );
});

test("Parquet gives back numbers, text, truths and their absence", async () => {
  const rows = [
    {n: 1.5, text: "a", yes: true},
    {n: null, text: null, yes: false}
  ];
  expect(await parquetReadObjects({file: await parquetFile(rows)})).toEqual(rows);
});

test("LaTeX's own characters are escaped", () => {
  expect(escapeTex("50% of A&B_1 {x} $3 #2 ~ ^ \\ −1")).toBe(
    "50\\% of A\\&B\\_1 \\{x\\} \\$3 \\#2 \\textasciitilde{} \\textasciicircum{} \\textbackslash{} $-$1"
  );
});

test("a LaTeX table writes a group's name once, with a rule between groups", () => {
  const table = latexTable(
    [
      {task: "A", value: "1"},
      {task: "A", value: "2"},
      {task: "B", value: "3"}
    ],
    [
      {label: "Task", value: (d) => d.task, group: true},
      {label: "Value", value: (d) => d.value, numeric: true}
    ],
    "Caption",
    "tab:x"
  );
  expect(
    table
      .split("\n")
      .slice(6, 13)
      .map((line) => line.trim())
  ).toEqual(["\\toprule", "Task & Value \\\\", "\\midrule", "A & 1 \\\\", "& 2 \\\\", "\\midrule", "B & 3 \\\\"]);
});
