import {interval, share} from "../components/format.js";
import {svg} from "../components/kit.js";

/** A quantity of one pair of models, as a cell of a grid. */
export interface PairCell {
  weak: string;
  strong: string;
  /** Null where withheld. */
  value: number | null;
  low: number | null;
  high: number | null;
  /** Its value with its interval, or why it is withheld. */
  about: string;
  /** What stands in place of its interval. */
  aside?: string;
}

export interface PairGridOptions {
  width: number;
  title: string;
  subtitle: string;
  color: string;
  /** Models from the smallest to the largest, with their sizes in words. */
  weak: readonly {model: string; label: string}[];
  strong: readonly {model: string; label: string}[];
  /** Of what the sizes are. */
  unit: string;
  /** Tells a reader of the cell that they point or tab to; of none, null. */
  tell: (about: string | null) => void;
}

const left = 64;

/** PGR of every pair of weak and strong models, with its interval where a cell has room for it; withheld cells say so. */
export function pairGrid(
  cells: readonly PairCell[],
  {width, title, subtitle, color, weak, strong, unit, tell}: PairGridOptions
): SVGElement {
  const top = 44;
  const side = Math.min(72, (width - left - 2) / strong.length);
  const tall = Math.min(side, 52);
  const bottom = top + tall * weak.length;
  const height = bottom + 40;
  const middle = top + (tall * weak.length) / 2;
  const find = (row: string, column: string) => cells.find((d) => d.weak === row && d.strong === column);
  const shapes = weak.flatMap((row, i) =>
    strong.flatMap((column, j) => {
      const cell = find(row.model, column.model);
      if (!cell) return [];
      const {value} = cell;
      const [x, y] = [left + side * j, top + tall * (weak.length - 1 - i)];
      const ends = value !== null && side > 64 ? (cell.aside ?? bareInterval(cell)) : "";
      const about = `${title}, ${subtitle}, supervisor ${row.label}, student ${column.label} ${unit}: ${cell.about}`;
      const show = () => tell(about);
      const hide = () => tell(null);
      return [
        svg`<g class="pair-cell" role="img" tabindex="0" aria-label=${about}
          onfocus=${show} onblur=${hide} onpointerenter=${show} onpointerleave=${hide}>
          <rect x=${x + 1} y=${y + 1} width=${side - 2} height=${tall - 2} fill=${value === null ? "none" : color}
            fill-opacity=${0.06 + 0.4 * Math.max(0, Math.min(1, value ?? 0))} stroke=${value === null ? "currentColor" : color} stroke-opacity="0.35"
            stroke-dasharray=${value === null ? "3 3" : null}></rect>
          <text x=${x + side / 2} y=${y + tall / 2 + (ends ? -2 : 4.5)} text-anchor="middle" font-size=${value === null ? 11 : 14}
            font-weight=${value === null ? 400 : 600} class=${value === null ? "muted" : null}
            font-style=${value === null ? "italic" : null}>${value === null ? "withheld" : share(value)}</text>
          ${ends ? svg`<text x=${x + side / 2} y=${y + tall / 2 + 13} text-anchor="middle" font-size="10.5">${ends}</text>` : null}
        </g>`
      ];
    })
  );
  return svg`<svg width=${left + side * strong.length + 2} height=${height} font-size="12" font-family="var(--sans-serif)" fill="currentColor" role="group" aria-label=${`${title}, ${subtitle}`}>
    <g aria-hidden="true">
      <text x="0" y="14" font-size="13" font-weight="600">${title}</text>
      <text x="0" y="31" class="muted">${subtitle}</text>
      <text transform=${`translate(13,${middle}) rotate(-90)`} text-anchor="middle" class="muted">supervisor, ${unit}</text>
      ${weak.map((d, i) => svg`<text x=${left - 8} y=${bottom - tall * (i + 0.5) + 4} text-anchor="end">${d.label}</text>`)}
      ${strong.map((d, j) => svg`<text x=${left + side * (j + 0.5)} y=${bottom + 16} text-anchor="middle">${d.label}</text>`)}
      <text x=${left + (side * strong.length) / 2} y=${bottom + 34} text-anchor="middle" class="muted">student, ${unit}</text>
    </g>
    ${shapes}
  </svg>`;
}

/** Where the cell's value has its sign of percent, its ends do without. */
const bareInterval = ({low, high}: PairCell): string => interval(low, high, (d) => share(d).replace("%", ""));
