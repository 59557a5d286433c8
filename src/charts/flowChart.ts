import {count, interval, share} from "../components/format.js";
import {svg} from "../components/kit.js";
import type {Flow, Outcome} from "../statistics/flows.js";
import {flowName} from "../statistics/flows.js";

export interface Share {
  value: number;
  low: number;
  high: number;
}

/** Demonstrations that began alike: who was right before the student read its teacher. */
export interface FlowSource extends Omit<Outcome, "revised"> {
  n: number;
  /** Whose revised answer is right. */
  right: Share;
}

export interface FlowChartOptions {
  width: number;
  /** Of all, whose revised answer is right. */
  right: Share;
  /** The flow that filters the demonstrations, as in `flowName`; empty for none. */
  selected: string;
  onselect: (flow: string) => void;
}

const verdict = (right: boolean): string => (right ? "right" : "wrong");

export const describeSource = ({teacher, own}: Omit<Outcome, "revised">): string =>
  teacher === null ? `own answer ${verdict(own)}` : `teacher ${verdict(teacher)}, own answer ${verdict(own)}`;

export const describeFlow = (outcome: Outcome): string =>
  `${describeSource(outcome)}, revised ${verdict(outcome.revised)}`;

const barWidth = 10;
const lineHeight = 16;
const between = 14;

/**
 * From who was right at first, at the left, to whether the revised answer is right, at the right: widths are counts, whiskers the
 * intervals of where each source divides. A click, or Enter, selects a flow.
 */
export function flowChart(
  flows: readonly Flow[],
  sources: readonly FlowSource[],
  {width, right, selected, onselect}: FlowChartOptions
): SVGElement {
  const narrow = width < 560;
  const [left, margin, top] = [narrow ? 160 : 210, narrow ? 84 : 140, 8];
  const labelHeight = (narrow ? 4 : 3) * lineHeight;
  const total = sources.reduce((sum, d) => sum + d.n, 0);
  const scale = (narrow ? 300 : 340) / total;
  const [x0, x1] = [left, width - margin - barWidth];
  let y = top;
  const placed = sources.map((source) => {
    const from = y;
    y += Math.max(source.n * scale, labelHeight) + between;
    return {source, from};
  });
  const height = y;
  const ends = [true, false].map((revised) => ({
    revised,
    n: flows.filter((d) => d.revised === revised).reduce((sum, d) => sum + d.n, 0)
  }));
  const gap = height - top - between - total * scale;
  const targets = new Map([
    [true, top + gap / 4],
    [false, top + gap / 4 + ends[0].n * scale + gap / 2]
  ]);
  const reached = new Map(targets);
  const ribbons: SVGElement[] = [];
  const labels: SVGElement[] = [];
  for (const {source, from} of placed) {
    let at = from;
    for (const flow of flows.filter((d) => d.teacher === source.teacher && d.own === source.own)) {
      const to = reached.get(flow.revised)!;
      const thick = flow.n * scale;
      ribbons.push(ribbon(flow, {from: at, to, thick: Math.max(thick, 1)}));
      at += thick;
      reached.set(flow.revised, to + thick);
    }
    const bar = source.n * scale;
    const split = (value: number) => from + value * bar;
    const middle = x0 + barWidth / 2;
    labels.push(
      svg`<g>
        <rect x=${x0} y=${from} width=${barWidth} height=${Math.max(bar, 1)} fill="var(--weak)"></rect>
        <path d=${`M${middle} ${split(source.right.low)}V${split(source.right.high)}m-3.5 0h7M${middle - 3.5} ${split(source.right.low)}h7M${middle - 5} ${split(source.right.value)}h10`} stroke="currentColor" stroke-width="1.25"></path>
        <text x=${x0 - 12} text-anchor="end"><tspan x=${x0 - 12} y=${from + 12} font-weight="600">${heading(source)}</tspan><tspan x=${x0 - 12} dy=${lineHeight} class="muted">${count(source.n)} (${share(source.n / total)})</tspan>${said(source.right).map((line) => svg`<tspan x=${x0 - 12} dy=${lineHeight} class="muted">${line}</tspan>`)}</text>
      </g>`
    );
  }
  for (const {revised, n} of ends) {
    if (!n) continue;
    const from = targets.get(revised)!;
    const x = x1 + barWidth + 10;
    const own = revised ? right : {value: 1 - right.value, low: 1 - right.high, high: 1 - right.low};
    labels.push(
      svg`<g>
        <rect x=${x1} y=${from} width=${barWidth} height=${Math.max(n * scale, 1)} fill=${outcomeColor(revised)}></rect>
        <text><tspan x=${x} y=${from + 12} font-weight="600">Revised</tspan><tspan x=${x} dy=${lineHeight} font-weight="600">${verdict(revised)}</tspan><tspan x=${x} dy=${lineHeight} class="muted">${count(n)} (${share(own.value)})</tspan><tspan x=${x} dy=${lineHeight} class="muted">${interval(own.low, own.high, share)}</tspan></text>
      </g>`
    );
  }
  return svg`<svg width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} font-size="12.5" font-family="var(--sans-serif)" fill="currentColor" role="group" aria-label="Demonstrations by who was right at first, and whether the revised answer is right"><g>${ribbons}</g><g aria-hidden="true" pointer-events="none">${labels}</g></svg>`;

  function said({value, low, high}: Share): string[] {
    const lines = [`${share(value)} to right`, `(${interval(low, high, share)})`];
    return narrow ? lines : [lines.join(" ")];
  }

  function ribbon(flow: Flow, {from, to, thick}: {from: number; to: number; thick: number}): SVGElement {
    const name = flowName(flow);
    const toggle = ({currentTarget}: Event) =>
      onselect((currentTarget as Element).getAttribute("aria-pressed") === "true" ? "" : name);
    const [a, b] = [x0 + barWidth, x1];
    const mid = (a + b) / 2;
    const path = `M${a} ${from}C${mid} ${from} ${mid} ${to} ${b} ${to}V${to + thick}C${mid} ${to + thick} ${mid} ${from + thick} ${a} ${from + thick}Z`;
    const about = `${describeFlow(flow)}: ${count(flow.n)}`;
    // What changed sides stands out from what stayed.
    const opacity = flow.own === flow.revised ? 0.22 : 0.62;
    return svg`<g class="flow" data-flow=${name} role="button" tabindex="0" aria-pressed=${String(name === selected)} aria-label=${about}
      onclick=${toggle} onkeydown=${(event: KeyboardEvent) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        toggle(event);
      }}>
      <title>${about}</title>
      <path d=${path} fill=${outcomeColor(flow.revised)} fill-opacity=${opacity} stroke=${outcomeColor(flow.revised)} stroke-width="0.75" stroke-opacity="0.5"></path>
    </g>`;
  }
}

const outcomeColor = (right: boolean): string => (right ? "var(--good)" : "var(--bad)");

function heading({teacher, own}: FlowSource): string {
  if (teacher === null) return `Own answer ${verdict(own)}`;
  if (teacher === own) return `Both ${verdict(own)}`;
  return teacher ? "Only the teacher right" : "Only the student right";
}
