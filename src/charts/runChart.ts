import {count} from "../components/format.js";
import {Plot, d3} from "../components/kit.js";

export interface RunCount {
  method: string;
  variant: string;
  setting: string;
  /** Row: a method, with its setting where there are several. */
  title: string;
  /** Column: a task, as people name it. */
  task: string;
  /** Runs that are done, of all that were asked for. */
  done: number;
  runs: number;
}

/** Which runs there are: a row a method, a column a task, and in each cell their number; red where some are not done. */
export function runChart(rows: readonly RunCount[], {width}: {width: number}): SVGSVGElement | HTMLElement {
  const narrow = width < 600;
  const titles = [...new Set(rows.map((d) => d.title))];
  const tasks = [...new Set(rows.map((d) => d.task))];
  const marginLeft = narrow ? 4 : (d3.max(titles, (d) => d.length * 6.6) ?? 0) + 16;
  const longest = d3.max(tasks, (d) => d.length * 6.8) ?? 0;
  const slanted = longest > (width - marginLeft - 12) / tasks.length;
  // Slanted labels of narrow columns would lie on one another.
  const upright = slanted && (width - marginLeft - 12) / tasks.length < 20;
  // A slanted label reaches beyond its column.
  const marginRight = slanted && !upright ? Math.max(12, (tasks.at(-1)?.length ?? 0) * 4.6 - 8) : 12;
  const column = (width - marginLeft - marginRight) / tasks.length;
  const marginTop = upright ? Math.min(160, longest + 14) : slanted ? Math.min(120, longest * 0.72 + 22) : 30;
  const step = narrow ? 42 : 24;
  const numbers = d3.max(rows, (d) => label(d).length * 7.5 + 3)! < column;
  return Plot.plot({
    width,
    height: marginTop + step * titles.length + 8,
    marginLeft,
    marginTop,
    marginBottom: 8,
    marginRight,
    ariaLabel: "Number of runs by method and task",
    style: {fontFamily: "var(--sans-serif)", fontSize: "12px", overflow: "visible"},
    x: {
      axis: "top",
      domain: tasks,
      label: null,
      tickSize: 0,
      padding: 0.06,
      ...(slanted ? {tickRotate: upright ? -90 : -45} : {})
    },
    y: {axis: narrow ? null : "left", domain: titles, label: null, tickSize: 0, padding: 0.12},
    marks: [
      Plot.cell(rows, {
        x: "task",
        y: "title",
        insetTop: narrow ? 18 : 0,
        fill: (d) => (d.done < d.runs ? "var(--bad)" : "currentColor"),
        fillOpacity: (d) => (d.done < d.runs ? 0.22 : 0.1),
        rx: 2
      }),
      narrow
        ? Plot.text(titles, {y: (d) => d, text: (d) => d, frameAnchor: "left", textAnchor: "start", dy: -11})
        : null,
      numbers
        ? Plot.text(rows, {x: "task", y: "title", text: label, dy: narrow ? 9 : 0, fontVariant: "tabular-nums"})
        : null,
      Plot.tip(
        rows,
        Plot.pointer({
          x: "task",
          y: "title",
          title: (d) => `${d.title}, ${d.task}\n${count(d.done)} of ${count(d.runs)} runs done`
        })
      )
    ]
  });
}

const label = ({done, runs}: RunCount): string => (done < runs ? `${count(done)} of ${count(runs)}` : count(runs));
