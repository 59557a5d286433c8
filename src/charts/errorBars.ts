import {interval, share} from "../components/format.js";
import {d3, svg} from "../components/kit.js";
import type {Ink} from "../components/palette.js";

export interface ErrorBar {
  /** Known by it when it is chosen. */
  key: string;
  /** Null where there is no error. */
  share: number | null;
  low: number | null;
  high: number | null;
}

export interface ErrorBarRow {
  /** Heading of rows that follow each other; none where empty. */
  group: string;
  label: string;
  /** What stands behind the label where it is not cut short; empty for nothing. */
  aside: string;
  /** What both do not say, read out and shown to who points at it. */
  detail: string;
  look: Pick<Ink, "color" | "fill" | "hollow">;
  /** By kind; a kind without a bar does not occur here. */
  bars: Readonly<Record<string, ErrorBar>>;
}

export interface ErrorBarsOptions {
  width: number;
  /** Panels: kinds of error. */
  kinds: readonly {kind: string; title: string; short: string}[];
  /** Key of the bar that is chosen. */
  selected: string;
  onselect: (key: string) => void;
  ariaLabel: string;
}

const barHeight = 25;
const numberWidth = 38;
const gap = 18;

/**
 * Shares of errors by kind, a panel a kind and a row a method or task, with intervals. A click, or Enter, chooses a bar; the chart
 * is one stop of the tab key, and arrows lead from bar to bar.
 */
export function errorBars(
  rows: readonly ErrorBarRow[],
  {width, kinds, selected, onselect, ariaLabel}: ErrorBarsOptions
): SVGElement {
  const longest = d3.max(rows, (d) => Math.max(`${d.label}${d.aside}`.length, d.group.length * 1.12)) ?? 0;
  // On a narrow screen, labels have a line of their own: cut short, variants of one method would read alike.
  const stacked = width < 560;
  const above = stacked ? 18 : 0;
  const rowHeight = barHeight + above;
  const left = stacked ? 0 : Math.min(longest * 6.7 + 14, 250);
  const columns = Math.max(1, Math.min(kinds.length, Math.floor((width - left + gap) / (118 + gap))));
  const panel = Math.min(230, (width - left - gap * (columns - 1)) / columns);
  const bars = rows.flatMap((d) => kinds.flatMap(({kind}) => (d.bars[kind] as ErrorBar | undefined) ?? []));
  // One wild interval must not squeeze the others: beyond this, it leaves the frame.
  const least = Math.max(-0.35, Math.min(0, d3.min(bars, (d) => Math.min(d.low ?? 0, d.share ?? 0)) ?? 0));
  const x = d3.scaleLinear([least, 1], [0, panel - numberWidth]).clamp(true);
  const head = 44;
  const heights = rows.map((d, i) => rowHeight + (d.group && d.group !== rows[i - 1]?.group ? 30 : 0));
  const ends = Array.from(d3.cumsum(heights));
  const foot = 26;
  const bands = Math.ceil(kinds.length / columns);
  // Between bands there is room for the next one's titles.
  const tall = head + (ends.at(-1) ?? 0) + foot + (bands > 1 ? 22 : 0);
  const full = tall * bands;
  const shapes: SVGElement[] = [];
  const labels: SVGElement[] = [];
  const at = (i: number) => ends[i] - rowHeight;
  const chosen = bars.some((d) => d.key === selected) ? selected : bars[0]?.key;

  for (let band = 0; band < bands; band++) {
    const top = band * tall;
    rows.forEach((row, i) => {
      const y = top + head + at(i);
      labels.push(
        svg`<text x="0" y=${y + (stacked ? 15 : 17)} class="muted" aria-hidden="true" stroke=${stacked ? "var(--theme-background)" : null} stroke-width="5" paint-order="stroke">${shortened(row, stacked ? width : left)}<title>${nameOf(row)}</title></text>`
      );
    });
    kinds.slice(band * columns, (band + 1) * columns).forEach(({kind, title, short}, column) => {
      const from = left + column * (panel + gap);
      const bottom = top + head + (ends.at(-1) ?? 0) + 4;
      shapes.push(
        svg`<g aria-hidden="true"><text x=${from + x(0)} y=${top + 14} font-weight="600">${title}</text>
          <text x=${from + x(0)} y=${top + 30} class="muted" font-size="12">${short}</text>
          ${[0, 0.5, 1].map(
            (
              tick
            ) => svg`<g><path d=${`M${from + x(tick)} ${top + head - 4}V${bottom}`} stroke="currentColor" stroke-opacity=${tick ? 0.12 : 0.5}></path>
            <text x=${from + x(tick)} y=${bottom + 15} text-anchor="middle" font-size="11" class="muted">${share(tick)}</text></g>`
          )}</g>`
      );
      rows.forEach((row, i) => {
        const bar = row.bars[kind] as ErrorBar | undefined;
        if (bar)
          shapes.push(
            drawBar(bar, row, title, {x: from, y: top + head + at(i) + above, row: i, column: band * columns + column})
          );
      });
    });
  }
  const groups = rows.flatMap((row, i) =>
    row.group && row.group !== rows[i - 1]?.group
      ? Array.from({length: bands}, (_, band) => ({text: row.group, y: band * tall + head + at(i) - 8}))
      : []
  );
  shapes.push(...labels);
  // Above the axes, which a long name crosses.
  for (const {text, y} of groups)
    shapes.push(
      svg`<text x="0" y=${y} font-weight="600" aria-hidden="true" stroke="var(--theme-background)" stroke-width="5" paint-order="stroke">${text}</text>`
    );
  const root = svg`<svg width=${width} height=${full} viewBox=${`0 0 ${width} ${full}`} font-size="13" font-family="var(--sans-serif)" fill="currentColor" role="group" aria-label=${ariaLabel} onkeydown=${move}>${shapes}</svg>`;
  return root;

  function drawBar(
    {key, share: value, low, high}: ErrorBar,
    row: ErrorBarRow,
    title: string,
    place: {x: number; y: number; row: number; column: number}
  ): SVGElement {
    const said =
      value === null ? "no error" : `${share(value)}${low === null ? "" : ` (${interval(low, high, share)})`}`;
    const {look} = row;
    const about = `${title}, ${nameOf(row)}`;
    const middle = place.y + barHeight / 2;
    const [zero, end] = [x(0), x(value ?? 0)];
    return svg`<g class="error-bar" data-bar=${key} data-row=${place.row} data-column=${place.column} role="button" tabindex=${key === chosen ? "0" : "-1"}
        aria-pressed=${String(key === selected)} aria-label=${`${about}: ${said}`} onclick=${() => onselect(key)}>
      <title>${about}: ${said}</title>
      <rect class="hit" x=${place.x} y=${place.y + 1} width=${panel} height=${barHeight - 2} fill="transparent" rx="3"></rect>
      ${
        value === null
          ? null
          : svg`<rect x=${place.x + Math.min(zero, end)} y=${middle - 6} width=${Math.abs(end - zero)} height="12" fill=${look.fill} stroke=${look.color} stroke-width=${look.hollow ? 1.5 : 0}></rect>`
      }
      ${low === null || high === null ? null : svg`<path d=${`M${place.x + x(low)} ${middle}H${place.x + x(high)}m0 -3.5v7M${place.x + x(low)} ${middle - 3.5}v7`} stroke="currentColor" stroke-width="1.25" fill="none"></path>`}
      <text x=${place.x + panel - 2} y=${middle + 4.5} text-anchor="end" font-variant-numeric="tabular-nums">${value === null ? "–" : share(value)}</text>
    </g>`;
  }

  function move(event: KeyboardEvent): void {
    const bar = (event.target as Element).closest<SVGElement>(".error-bar");
    if (!bar) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return onselect(bar.dataset.bar!);
    }
    const step = {ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1]}[event.key];
    if (!step) return;
    event.preventDefault();
    let [row, column] = [Number(bar.dataset.row), Number(bar.dataset.column)];
    for (;;) {
      [row, column] = [row + step[0], column + step[1]];
      if (row < 0 || column < 0 || row >= rows.length || column >= kinds.length) return;
      const next = root.querySelector<SVGElement>(`[data-row="${row}"][data-column="${column}"]`);
      if (!next) continue;
      bar.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      return next.focus();
    }
  }
}

const nameOf = ({group, label, detail}: ErrorBarRow): string => [group, label, detail].filter(Boolean).join(", ");

/** A label that fits into so many pixels with what stands behind it. */
function shortened({label, aside}: ErrorBarRow, width: number): string {
  const most = Math.floor((width - 10) / 6.7) - aside.length;
  return (label.length > most ? `${label.slice(0, most - 1)}…` : label) + aside;
}
