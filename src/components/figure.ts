import type {CsvRow} from "./csv.js";
import {csv} from "./csv.js";
import {download} from "./download.js";
import {figureSvg} from "./figureSvg.js";
import {firstChartDrawn} from "./firstChart.js";
import {html, svg} from "./kit.js";
import type {Mark} from "./palette.js";
import {markPath} from "./palette.js";
import {parquetFile} from "./parquetFile.js";

/** An entry of a figure's key: a tick, a cross, a line, an area, or a method's mark. */
export interface KeyItem {
  label: string;
  color: string;
  shape: Mark | "tick" | "cross" | "line" | "dashes" | "area";
  hollow?: boolean;
  /** What fills a mark, where that is not its colour. */
  fill?: string;
}

export interface FigureOptions {
  /** Name of the figure in its address (`#gap`) and in the files that a reader takes. */
  id: string;
  /** What is seen, as a sentence. */
  title: string;
  subtitle?: string;
  key?: readonly KeyItem[];
  /** Number of rows and seeds, and what the intervals are. */
  note: string;
  /** What is drawn, a row each; a function where that changes, or is more than one would make for nobody. */
  data: readonly CsvRow[] | (() => readonly CsvRow[]);
  /** Address of the steps behind the numbers. */
  provenance: string;
  /** Draws the figure at a width in pixels. */
  draw: (width: number) => Element;
}

/** A chart with what every figure owes its reader: what is seen, its data, a link to this view, and the way back to its steps. */
export function figure(options: FigureOptions): HTMLElement {
  const {id, title, subtitle, key = [], note, data, provenance, draw} = options;
  const stage: HTMLElement = html`<div class="figure-stage"></div>`;
  const rows = () => (typeof data === "function" ? data() : data);
  const action = (label: string, what: string, run: () => void | Promise<void>) =>
    html`<button type="button" onclick=${run} title=${what}>${label}</button>`;
  const node: HTMLElement = html`<figure class="figure" id=${id} aria-labelledby=${`${id}-title`}>
    <div class="figure-head">
      <p class="figure-title" id=${`${id}-title`}>${title}</p>
      ${subtitle ? html`<p class="figure-subtitle">${subtitle}</p>` : null}
      ${
        key.length
          ? html`<ul class="figure-key">
              ${key.map((item) => html`<li>${keyIcon(item)}${item.label}</li>`)}
            </ul>`
          : null
      }
    </div>
    ${stage}
    <figcaption class="figure-source">
      <span class="figure-note">${note}</span>
      <span class="figure-actions">
        ${action("CSV", "Data of this figure as CSV", () => download(`${id}.csv`, csv(rows()), "text/csv"))}
        ${action("Parquet", "Data of this figure as Parquet", async () => download(`${id}.parquet`, await parquetFile(rows()), "application/vnd.apache.parquet"))}
        ${action("SVG", "This figure as SVG", () => download(`${id}.svg`, figureSvg(stage, options), "image/svg+xml"))}
        <a href=${`#${id}`}>Link to this view</a>
        <a href=${provenance}>Where these numbers come from</a>
      </span>
    </figcaption>
  </figure>`;
  let width = 0;
  redraws.set(node, () => {
    if (width) stage.replaceChildren(readable(draw(width)));
  });
  new ResizeObserver(([entry]) => {
    const next = Math.floor(entry.contentRect.width);
    if (next === 0 || next === width) return;
    const first = width === 0;
    width = next;
    stage.replaceChildren(readable(draw(width)));
    node.dataset.drawn = String(width);
    firstChartDrawn();
    // The browser looked for the address's figure before it was there.
    if (first && decodeURIComponent(location.hash) === `#${id}`) node.scrollIntoView();
  }).observe(stage);
  return node;
}

const redraws = new WeakMap<HTMLElement, () => void>();

/** Draws a figure anew in its frame, since what it shows has changed; one that was never drawn will show that anyway. */
export const redraw = (node: HTMLElement): void => redraws.get(node)?.();

/** A drawn chart as one image to those who listen: Plot labels its groups, which have no role to carry a label. */
function readable(chart: Element): Element {
  for (const image of [chart, ...chart.querySelectorAll("svg")])
    if (image.matches("svg[aria-label]:not([role])")) image.setAttribute("role", "img");
  for (const group of chart.querySelectorAll("g[aria-label]:not([role])")) {
    group.setAttribute("data-mark", group.getAttribute("aria-label")!);
    group.removeAttribute("aria-label");
  }
  return chart;
}

/** An entry's mark, 18 x 14 pixels. */
export function keyIcon(item: KeyItem): SVGElement {
  return svg`<svg class="key-icon" width="18" height="14" viewBox="-9 -7 18 14" aria-hidden="true">${keyShape(item)}</svg>`;
}

export function keyShape({shape, color, hollow, fill}: Omit<KeyItem, "label">): SVGElement {
  switch (shape) {
    case "tick":
      return svg`<rect x="-1.5" y="-7" width="3" height="14" fill=${color}></rect>`;
    case "cross":
      return svg`<path d="M-4 -4L4 4M-4 4L4 -4" stroke=${color} stroke-width="1.75"></path>`;
    case "line":
      return svg`<path d="M-9 0H9" stroke=${color} stroke-width="2"></path>`;
    case "dashes":
      return svg`<path d="M-9 0H9" stroke=${color} stroke-width="1.5" stroke-dasharray="4 3"></path>`;
    case "area":
      return svg`<rect x="-7" y="-5" width="14" height="10" fill=${color}></rect>`;
    default:
      return svg`<path d=${markPath(shape, 64)} fill=${fill ?? (hollow ? "var(--theme-background)" : color)} stroke=${color} stroke-width=${hollow ? 2 : 0}></path>`;
  }
}
