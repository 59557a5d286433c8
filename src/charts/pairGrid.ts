import {share} from "../components/format.js";
import {d3, svg} from "../components/kit.js";

/** A quantity of one pair of models, as a cell of a grid. */
export interface PairCell {
  weak: string;
  strong: string;
  /** Null where withheld. */
  value: number | null;
  /** Its value with its interval, or why it is withheld. */
  about: string;
}

export interface PairGridOptions {
  width: number;
  title: string;
  color: string;
  /** Models from the smallest to the largest, with their sizes in words. */
  weak: readonly {model: string; label: string}[];
  strong: readonly {model: string; label: string}[];
  weakLabel: string;
  strongLabel: string;
}

/** PGR of every pair of weak and strong models, the number in the cell; its interval, or why it is withheld, where a reader points or tabs to. */
export function pairGrid(
  cells: readonly PairCell[],
  {width, title, color, weak, strong, weakLabel, strongLabel}: PairGridOptions
): SVGElement {
  const [left, top, foot] = [52, 46, 24];
  const side = Math.min(92, (width - left - 2) / strong.length);
  const tall = Math.min(side, 56);
  const height = top + tall * weak.length + 20;
  const full = height + foot;
  const find = (row: string, column: string) => cells.find((d) => d.weak === row && d.strong === column);
  const said = svg`<text x=${left} y=${height + 12} font-size="12" class="muted" aria-hidden="true"></text>`;
  const shapes = weak.flatMap((row, i) =>
    strong.flatMap((column, j) => {
      const cell = find(row.model, column.model);
      if (!cell) return [];
      const [x, y] = [left + side * j, top + tall * (weak.length - 1 - i)];
      const text = cell.value === null ? "withheld" : share(cell.value);
      const show = () => (said.textContent = cell.about);
      const hide = () => (said.textContent = "");
      return [
        svg`<g class="pair-cell" role="img" tabindex="0" aria-label=${`${title}, ${weakLabel} ${row.label}, ${strongLabel} ${column.label}: ${cell.about}`}
          onfocus=${show} onblur=${hide} onpointerenter=${show} onpointerleave=${hide}>
          <rect x=${x + 1} y=${y + 1} width=${side - 2} height=${tall - 2} fill=${cell.value === null ? "none" : color}
            fill-opacity=${0.06 + 0.4 * Math.max(0, Math.min(1, cell.value ?? 0))} stroke=${cell.value === null ? "currentColor" : color} stroke-opacity="0.35"
            stroke-dasharray=${cell.value === null ? "3 3" : null}></rect>
          <text x=${x + side / 2} y=${y + tall / 2 + 4.5} text-anchor="middle" font-size=${cell.value === null ? 11 : 14} font-weight=${cell.value === null ? 400 : 600}
            class=${cell.value === null ? "muted" : null} font-style=${cell.value === null ? "italic" : null}>${text}</text>
        </g>`
      ];
    })
  );
  const bottom = top + tall * weak.length;
  return svg`<svg width=${width} height=${full} viewBox=${`0 0 ${width} ${full}`} font-size="12" font-family="var(--sans-serif)" fill="currentColor" role="group" aria-label=${title}>
    <g aria-hidden="true">
      <text x="0" y="14" font-size="13" font-weight="600">${title}</text>
      <text x="0" y=${top - 12} class="muted">${weakLabel}</text>
      ${weak.map((d, i) => svg`<text x=${left - 10} y=${top + tall * (weak.length - 0.5 - i) + 4} text-anchor="end">${d.label}</text>`)}
      ${strong.map((d, j) => svg`<text x=${left + side * (j + 0.5)} y=${bottom + 16} text-anchor="middle">${d.label}</text>`)}
      <text x=${left + side * strong.length} y=${top - 12} text-anchor="end" class="muted">${strongLabel}, to the right</text>
    </g>
    ${shapes}${said}
  </svg>`;
}

/** Grids beside each other, as many as fit. */
export const gridWidth = (width: number, strong: number): number => Math.min(width, 54 + 92 * d3.max([strong, 2])!);
