import {count} from "../components/format.js";
import {d3, svg} from "../components/kit.js";
import type {LineageKind} from "../components/lineage.js";
import {depths, inputsOf, lineageKind} from "../components/lineage.js";
import type {Row} from "../tables.js";

type Step = Row<"steps">;

export const lineageColors: Record<LineageKind, string> = {
  none: "var(--theme-foreground-muted)",
  gold: "var(--gold)",
  weak: "var(--student-lineage)"
};

export interface StepGraphOptions {
  width: number;
  /** Name of a model as people write it. */
  model: (model: string) => string;
  selected: string | null;
  /** Steps whose output must not have seen what it saw. */
  leaks: ReadonlySet<string>;
  /** Steps of the study that another one reads. */
  read: ReadonlySet<string>;
  onselect: (step: string) => void;
}

/** Steps from dataset rows at the left to a number's predictions at the right; an edge has the colour of the labels that it carries. */
export function stepGraph(
  steps: readonly Step[],
  {width, model, selected, leaks, read, onselect}: StepGraphOptions
): SVGElement {
  const depth = depths(steps);
  const columns = d3.groups(steps, (d) => depth.get(d.step)!).sort(([a], [b]) => a - b);
  const gapX = 26;
  const boxWidth = Math.max(112, (Math.max(width, 640) - gapX * (columns.length - 1)) / columns.length);
  const lines = new Map(steps.map((d) => [d.step, wrap(d.title, (boxWidth - 18) / 6.1)]));
  const models = (d: Step) => wrap(model(d.model), (boxWidth - 18) / 5.6);
  const boxHeight = (d: Step) => 40 + lines.get(d.step)!.length * 15 + (d.model ? 4 + 14 * models(d).length : 0);
  const gapY = 14;
  // Each column follows the mean height of what it reads, so that edges cross little.
  const centre = new Map<string, number>();
  const placed = new Map<string, {x: number; y: number; height: number}>();
  let height = 0;
  for (const [column, some] of columns) {
    const wanted = (d: Step) => d3.mean(inputsOf(d).flatMap((input) => centre.get(input) ?? [])) ?? 0;
    let y = 4;
    for (const d of d3.sort(some, (d) => (column === 0 ? 0 : wanted(d)))) {
      const box = {x: column * (boxWidth + gapX), y, height: boxHeight(d)};
      placed.set(d.step, box);
      centre.set(d.step, y + box.height / 2);
      y += box.height + gapY;
    }
    height = Math.max(height, y);
  }
  for (const [, some] of columns) {
    const used = d3.max(some, (d) => placed.get(d.step)!.y + placed.get(d.step)!.height)!;
    for (const d of some) placed.get(d.step)!.y += (height - gapY - used) / 2;
  }
  const lanes = new Map(
    columns.map(([column, some]) => {
      const boxes = d3.sort(
        some.map((d) => placed.get(d.step)!),
        (d) => d.y
      );
      const between = boxes.slice(1).map((d) => d.y - gapY / 2);
      const last = boxes[boxes.length - 1];
      return [column, [boxes[0].y - gapY / 2, ...between, last.y + last.height + gapY / 2].map((y) => ({y, used: 0}))];
    })
  );
  const full = columns.length * (boxWidth + gapX) - gapX;
  const edges = steps.flatMap((to) =>
    inputsOf(to).flatMap((input) => {
      const [a, b] = [placed.get(input), placed.get(to.step)];
      const from = steps.find((d) => d.step === input);
      if (!a || !b || !from) return [];
      const [x1, y1, x2, y2] = [a.x + boxWidth, a.y + a.height / 2, b.x, b.y + b.height / 2];
      const kind = lineageKind(from, read);
      // A line that passes a column goes between its boxes, in the lane nearest to the straight way.
      let [path, x, y] = [`M${x1},${y1}`, x1, y1];
      const reach = (nextX: number, nextY: number) => {
        const bend = (nextX - x) / 2;
        path += `C${x + bend},${y} ${nextX - bend},${nextY} ${nextX},${nextY}`;
        [x, y] = [nextX, nextY];
      };
      for (let column = depth.get(input)! + 1; column < depth.get(to.step)!; column++) {
        const left = column * (boxWidth + gapX);
        const straight = y1 + ((left + boxWidth / 2 - x1) / (x2 - x1)) * (y2 - y1);
        const lane = d3.least(lanes.get(column) ?? [], (d) => Math.abs(d.y - straight));
        if (!lane) continue;
        const at = lane.y + (((lane.used++ + 2) % 5) - 2) * 2.2;
        reach(left, at);
        path += `H${left + boxWidth}`;
        x = left + boxWidth;
      }
      reach(x2, y2);
      return [
        svg`<path d=${path} fill="none" stroke=${lineageColors[kind]} stroke-width=${kind === "none" ? 1 : 1.75} stroke-opacity=${kind === "none" ? 0.5 : 0.85}></path>`
      ];
    })
  );
  const nodes = steps.map((d) => {
    const box = placed.get(d.step)!;
    const color = leaks.has(d.step) ? "var(--bad)" : lineageColors[lineageKind(d, read)];
    const choose = () => onselect(d.step);
    return svg`<g><g class="step" data-step=${d.step} role="button" tabindex="0" aria-pressed=${d.step === selected ? "true" : "false"}
      aria-label=${`${d.verb}: ${d.title}, ${count(d.rows)} rows${leaks.has(d.step) ? ", leak" : ""}`} transform=${`translate(${box.x},${box.y})`}
      onclick=${choose} onkeydown=${(event: KeyboardEvent) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose();
      }}>
      <rect width=${boxWidth} height=${box.height} rx="4" fill="var(--theme-background)" stroke=${color} stroke-width=${d.step === selected || leaks.has(d.step) ? 2.5 : 1.25}></rect>
      <rect width="4" height=${box.height} rx="2" fill=${color}></rect>
    </g>
    <g aria-hidden="true" pointer-events="none" transform=${`translate(${box.x},${box.y})`}>
      <text x="12" y="18" font-weight="600">${d.verb}${leaks.has(d.step) ? " (leak)" : ""}</text>
      <text x=${boxWidth - 8} y="18" text-anchor="end" class="muted">${count(d.rows)}</text>
      <text y="33">${lines.get(d.step)!.map((line, i) => svg`<tspan x="12" dy=${i ? 15 : 0}>${line}</tspan>`)}</text>
      ${d.model ? svg`<text y=${37 + 15 * lines.get(d.step)!.length} class="muted" font-size="11">${models(d).map((line, i) => svg`<tspan x="12" dy=${i ? 14 : 0}>${line}</tspan>`)}</text>` : null}
    </g></g>`;
  });
  return svg`<svg class="wide" width=${full} height=${height + gapY} viewBox=${`-3 ${-gapY} ${full + 6} ${height + gapY}`} font-size="12" font-family="var(--sans-serif)" fill="currentColor" role="group" aria-label="Steps from dataset rows to predictions">${edges}${nodes}</svg>`;
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [""];
  const whole = Math.max(4, Math.floor(columns));
  const words = text.split(" ").flatMap((word) => word.match(new RegExp(`.{1,${whole}}`, "g")) ?? []);
  for (const word of words) {
    const last = lines.length - 1;
    if (!lines[last]) lines[last] = word;
    else if (lines[last].length + word.length + 1 <= columns) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}
