import {count} from "../components/format.js";
import {svg} from "../components/kit.js";
import type {MosaicCell} from "../statistics/mosaic.js";

export interface MosaicOptions {
  width: number;
  color: string;
  /** The cell that filters the examples, as in `cellName`. */
  selected: string | null;
  onselect: (cell: string | null) => void;
}

const initial = (right: boolean) => (right ? "r" : "w");

/** A cell by who was right, supervisor, student, ceiling: `rwr` where only the student was wrong. */
export const cellName = (cell: Omit<MosaicCell, "n">): string =>
  initial(cell.supervisor) + initial(cell.student) + initial(cell.ceiling);

export function describeCell(name: string): string {
  const [supervisor, student, ceiling] = Array.from(name, (d) => (d === "r" ? "right" : "wrong"));
  return `supervisor ${supervisor}, student ${student}, ceiling ${ceiling}`;
}

/**
 * Test rows by who was right: columns for the supervisor, bands for the student, and within a band the ceiling. Areas are counts.
 * A click, or Enter, selects a cell.
 */
export function mosaicChart(
  cells: readonly MosaicCell[],
  {width, color, selected, onselect}: MosaicOptions
): SVGElement {
  const total = cells.reduce((sum, d) => sum + d.n, 0);
  const narrow = width < 500;
  const [top, left, gap] = [44, narrow ? 68 : 104, 6];
  const height = Math.min(420, Math.max(280, width * 0.5));
  const inner = {width: width - left - 2, height: height - top - 2};
  const sum = (some: readonly MosaicCell[]) => some.reduce((n, d) => n + d.n, 0);
  const shapes: SVGElement[] = [];
  const thin: MosaicCell[] = [];
  let x = left;
  for (const supervisor of [true, false]) {
    const column = cells.filter((d) => d.supervisor === supervisor);
    if (!sum(column)) continue;
    const columnWidth = ((inner.width - gap) * sum(column)) / total;
    const [head, anchor] = x > left && columnWidth < 116 ? [x + columnWidth, "end"] : [x, "start"];
    shapes.push(
      svg`<text x=${head} y="18" text-anchor=${anchor} font-weight="600">Supervisor ${supervisor ? "right" : "wrong"}</text>`,
      svg`<text x=${head} y="35" text-anchor=${anchor} class="muted">${count(sum(column))} rows</text>`
    );
    let y = top;
    for (const student of [true, false]) {
      const band = column.filter((d) => d.student === student);
      if (!sum(band)) continue;
      const bandHeight = ((inner.height - gap) * sum(band)) / sum(column);
      if (x === left)
        shapes.push(
          svg`<text x=${left - 10} y=${y + Math.max(11, Math.min(bandHeight / 2 + 4, 20))} text-anchor="end" font-weight="600">Student${narrow ? svg`<tspan x=${left - 10} dy="1.25em" font-weight="400">${student ? "right" : "wrong"}</tspan>` : ` ${student ? "right" : "wrong"}`}</text>`
        );
      let at = x;
      for (const cell of band.filter((d) => d.n > 0)) {
        const w = (columnWidth * cell.n) / sum(band);
        shapes.push(...tile(cell, {x: at, y, width: w, height: bandHeight}));
        at += w;
      }
      y += bandHeight + gap;
    }
    x += columnWidth + gap;
  }
  const foot = narrow ? 22 : 10;
  // Tiles too thin for their count have it below.
  const below = thin.map(
    (cell, i) =>
      svg`<text x=${narrow ? 0 : left} y=${height + foot + 12 + 18 * i} aria-hidden="true" font-size="12"><tspan font-weight="600">${count(cell.n)}</tspan><tspan class="muted"> ${describeCell(cellName(cell))}</tspan></text>`
  );
  shapes.push(...below);
  const full = height + foot + 18 * below.length;
  return svg`<svg width=${width} height=${full} viewBox=${`0 0 ${width} ${full}`} font-size="13" font-family="var(--sans-serif)" fill="currentColor" role="group" aria-label="Test rows by who was right">${shapes}</svg>`;

  function tile(cell: MosaicCell, box: {x: number; y: number; width: number; height: number}): SVGElement[] {
    const name = cellName(cell);
    const chosen = name === selected;
    const toggle = () => onselect(chosen ? null : name);
    const roomy = box.width > 92 && box.height > 40;
    const inset = 0.75;
    const button = svg`<g class="tile" data-cell=${name} role="button" tabindex="0" aria-pressed=${chosen ? "true" : "false"} aria-label=${`${describeCell(name)}: ${count(cell.n)} rows`}
      onclick=${toggle} onkeydown=${(event: KeyboardEvent) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        toggle();
      }}>
      <title>${describeCell(name)}: ${count(cell.n)} rows</title>
      <rect x=${box.x + inset} y=${box.y + inset} width=${Math.max(0.5, box.width - 2 * inset)} height=${Math.max(0.5, box.height - 2 * inset)} fill=${color}
        fill-opacity=${(cell.student ? 0.42 : 0.12) + (cell.ceiling ? 0 : -0.06)} stroke=${chosen ? "currentColor" : color} stroke-width=${chosen ? 3 : 1} stroke-opacity=${chosen ? 1 : 0.5}></rect>
    </g>`;
    const label = roomy
      ? svg`<text x=${box.x + 10} y=${box.y + 20}><tspan font-weight="600">${count(cell.n)}</tspan><tspan class="muted" x=${box.x + 10} dy="1.35em">ceiling ${cell.ceiling ? "right" : "wrong"}</tspan></text>`
      : box.width > 26 && box.height > 18
        ? svg`<text x=${box.x + box.width / 2} y=${box.y + Math.min(box.height / 2 + 4, 20)} text-anchor="middle">${count(cell.n)}</text>`
        : null;
    if (!label) thin.push(cell);
    // What is seen is read out in the tile’s name.
    return label ? [button, svg`<g aria-hidden="true" pointer-events="none">${label}</g>`] : [button];
  }
}
