import type {Row} from "../tables.js";
import {dataTable} from "./dataTable.js";
import {estimateCell} from "./estimateCell.js";
import type {Cell} from "./estimates.js";
import type {SizePanel, SizeSeries} from "./sizeSeries.js";

/** What a row of the table is of: a method's students, or a role. */
export interface SizeTableLine {
  title: string;
  find: (cell: Cell, quantity: string) => Row<"estimates"> | undefined;
}

export interface SizeTableOptions {
  caption: string;
  /** Name of its file. */
  name: string;
  columns: readonly {quantity: string; label: string; format: (value: number) => string}[];
}

interface SizeRow {
  panel: SizePanel;
  model: string;
  line: SizeTableLine;
}

/** Quantities by size with their intervals, a row a domain, model of the axis and line: on the page, and as CSV at full precision. */
export function sizeTable(
  {panels, models, cell, sizes, sizeLabel}: SizeSeries,
  lines: readonly SizeTableLine[],
  {caption, name, columns}: SizeTableOptions
): HTMLElement {
  const at = ({panel, model, line}: SizeRow, quantity: string) => line.find(cell(panel, model), quantity);
  const rows = panels
    .flatMap((panel) => models.flatMap((model) => lines.map((line): SizeRow => ({panel, model, line}))))
    .filter((row) => columns.some(({quantity}) => at(row, quantity)));
  return dataTable(rows, {
    caption,
    grouped: true,
    columns: [
      {label: "Tasks", value: (d) => d.panel.title},
      {label: sizeLabel, numeric: true, value: (d) => sizes.format(sizes.of(d.model))},
      {label: "Model", value: (d) => d.line.title},
      ...columns.map(({quantity, label, format}) => ({
        label,
        numeric: true,
        value: (d: SizeRow) => estimateCell(at(d, quantity), format)
      }))
    ],
    csv: {
      name,
      rows: rows.map((row) => ({
        ...cell(row.panel, row.model),
        line: row.line.title,
        ...Object.fromEntries(
          columns.flatMap(({quantity}) => {
            const found = at(row, quantity);
            return [
              [quantity, found?.value ?? null],
              [`${quantity}_low`, found?.low ?? null],
              [`${quantity}_high`, found?.high ?? null]
            ];
          })
        )
      }))
    }
  });
}
