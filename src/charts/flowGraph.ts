import {d3, svg} from "../components/kit.js";

/** A box of a graph that reads from left to right. */
export interface FlowNode {
  id: string;
  /** Boxes whose output it reads; those that are not in the graph are left out. */
  inputs: readonly string[];
  /** Its first line; what stands at the right of that. */
  head: string;
  corner?: string;
  text: string;
  /** Smaller, below. */
  foot?: string;
  color: string;
  /** Drawn with a thick frame. */
  heavy?: boolean;
  /** What is read out. */
  label: string;
}

export interface FlowEdge {
  color: string;
  width: number;
  opacity: number;
}

export interface FlowOptions {
  width: number;
  ariaLabel: string;
  /** How the line from a box to one that reads it is drawn. */
  edge: (from: FlowNode, to: FlowNode) => FlowEdge;
  /** The element around a box that can be reached by keyboard: a link, or a button. */
  around: (node: FlowNode, place: string, box: readonly SVGElement[]) => SVGElement;
}

/** Boxes from left to right, each a column further than what it reads; inputs come before what reads them. */
export function flowGraph(nodes: readonly FlowNode[], {width, ariaLabel, edge, around}: FlowOptions): SVGElement {
  const depth = depths(nodes);
  const columns = d3.groups(nodes, (d) => depth.get(d.id)!).sort(([a], [b]) => a - b);
  const gapX = 26;
  const boxWidth = Math.max(112, (Math.max(width, 640) - gapX * (columns.length - 1)) / columns.length);
  const lines = new Map(nodes.map((d) => [d.id, wrap(d.text, (boxWidth - 18) / 6.5)]));
  const feet = new Map(nodes.map((d) => [d.id, d.foot ? wrap(d.foot, (boxWidth - 18) / 6.3) : []]));
  const boxHeight = ({id}: FlowNode) =>
    40 + lines.get(id)!.length * 15 + (feet.get(id)!.length ? 4 + 14 * feet.get(id)!.length : 0);
  const gapY = 14;
  // Each column follows the mean height of what it reads, so that edges cross little.
  const centre = new Map<string, number>();
  const placed = new Map<string, {x: number; y: number; height: number}>();
  let height = 0;
  for (const [column, some] of columns) {
    const wanted = (d: FlowNode) => d3.mean(d.inputs.flatMap((input) => centre.get(input) ?? [])) ?? 0;
    let y = 4;
    for (const d of d3.sort(some, (d) => (column === 0 ? 0 : wanted(d)))) {
      const box = {x: column * (boxWidth + gapX), y, height: boxHeight(d)};
      placed.set(d.id, box);
      centre.set(d.id, y + box.height / 2);
      y += box.height + gapY;
    }
    height = Math.max(height, y);
  }
  for (const [, some] of columns) {
    const used = d3.max(some, (d) => placed.get(d.id)!.y + placed.get(d.id)!.height)!;
    for (const d of some) placed.get(d.id)!.y += (height - gapY - used) / 2;
  }
  const lanes = new Map(
    columns.map(([column, some]) => {
      const boxes = d3.sort(
        some.map((d) => placed.get(d.id)!),
        (d) => d.y
      );
      const between = boxes.slice(1).map((d) => d.y - gapY / 2);
      const last = boxes[boxes.length - 1];
      return [column, [boxes[0].y - gapY / 2, ...between, last.y + last.height + gapY / 2].map((y) => ({y, used: 0}))];
    })
  );
  const full = columns.length * (boxWidth + gapX) - gapX;
  const byId = new Map(nodes.map((d) => [d.id, d]));
  const edges = nodes.flatMap((to) =>
    to.inputs.flatMap((input) => {
      const [a, b] = [placed.get(input), placed.get(to.id)];
      if (!a || !b) return [];
      const [x1, y1, x2, y2] = [a.x + boxWidth, a.y + a.height / 2, b.x, b.y + b.height / 2];
      const {color, width, opacity} = edge(byId.get(input)!, to);
      // A line that passes a column goes between its boxes, in the lane nearest to the straight way.
      let [path, x, y] = [`M${x1},${y1}`, x1, y1];
      const reach = (nextX: number, nextY: number) => {
        const bend = (nextX - x) / 2;
        path += `C${x + bend},${y} ${nextX - bend},${nextY} ${nextX},${nextY}`;
        [x, y] = [nextX, nextY];
      };
      for (let column = depth.get(input)! + 1; column < depth.get(to.id)!; column++) {
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
      return [svg`<path d=${path} fill="none" stroke=${color} stroke-width=${width} stroke-opacity=${opacity}></path>`];
    })
  );
  const boxes = nodes.map((d) => {
    const {x, y, height} = placed.get(d.id)!;
    const frame = [
      svg`<rect width=${boxWidth} height=${height} rx="4" fill="var(--theme-background)" stroke=${d.color} stroke-width=${d.heavy ? 2.5 : 1.25}></rect>`,
      svg`<rect width="4" height=${height} rx="2" fill=${d.color}></rect>`
    ];
    const place = `translate(${x},${y})`;
    return svg`<g>${around(d, place, frame)}
    <g aria-hidden="true" pointer-events="none" transform=${place}>
      <text x="12" y="18" font-weight="600">${d.head}</text>
      ${d.corner ? svg`<text x=${boxWidth - 8} y="18" text-anchor="end" class="muted">${d.corner}</text>` : null}
      <text y="33">${lines.get(d.id)!.map((line, i) => svg`<tspan x="12" dy=${i ? 15 : 0}>${line}</tspan>`)}</text>
      ${d.foot ? svg`<text y=${37 + 15 * lines.get(d.id)!.length} class="muted" font-size="11">${feet.get(d.id)!.map((line, i) => svg`<tspan x="12" dy=${i ? 14 : 0}>${line}</tspan>`)}</text>` : null}
    </g></g>`;
  });
  return svg`<svg class="wide" width=${full} height=${height + gapY} viewBox=${`-3 ${-gapY} ${full + 6} ${height + gapY}`} font-size="12" font-family="var(--sans-serif)" fill="currentColor" role="group" aria-label=${ariaLabel}>${edges}${boxes}</svg>`;
}

/** The longest way to each box: its column. */
function depths(nodes: readonly FlowNode[]): Map<string, number> {
  const depth = new Map<string, number>();
  for (const {id, inputs} of nodes) depth.set(id, Math.max(-1, ...inputs.map((input) => depth.get(input) ?? -1)) + 1);
  return depth;
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
