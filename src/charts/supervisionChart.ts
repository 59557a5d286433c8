import {svg} from "../components/kit.js";
import type {Names} from "../components/names.js";
import type {SupervisionNode} from "../components/supervisionGraph.js";
import {leakTitle, supervisionWords} from "../components/supervisionWords.js";
import {flowGraph} from "./flowGraph.js";
import {lineageColors, lineageEdge} from "./stepGraph.js";

export interface SupervisionChartOptions {
  width: number;
  names: Pick<Names, "model">;
  /** Whether the strong model teaches the weak one. */
  reversed: boolean;
  /** Address of the steps behind a node. */
  href: (node: SupervisionNode) => string;
}

/** The models of a run and the labels that go between them, coloured by whose labels they are; a box leads to its steps. */
export function supervisionChart(
  nodes: readonly SupervisionNode[],
  {width, names, reversed, href}: SupervisionChartOptions
): SVGElement {
  const byId = new Map(nodes.map((d) => [d.id, d]));
  return flowGraph(
    nodes.map((d) => {
      const {head, text} = supervisionWords(d, names, reversed);
      const alarm = d.leak !== null || d.barred;
      const full = d.leak === null ? text : `${text}. Leak: ${leakTitle(d.leak)}`;
      return {
        id: d.id,
        inputs: d.inputs,
        head,
        text: full,
        foot: alarm && d.leak === null ? "Leak" : "",
        color: alarm ? "var(--bad)" : lineageColors[d.supervision],
        heavy: alarm || d.role === "student",
        label: `${head}: ${full}${alarm && d.leak === null ? ", leak" : ""}`
      };
    }),
    {
      width,
      ariaLabel: "Models and labels, from gold labels to the student and the ceilings",
      edge: (from, to) => {
        const of = byId.get(from.id)!;
        if (of.barred && byId.get(to.id)!.behindLeak) return {color: "var(--bad)", width: 2.5, opacity: 1};
        return lineageEdge(of.what === "model" ? "none" : of.supervision);
      },
      around: ({id, label}, place, box) =>
        svg`<a class="step" href=${href(byId.get(id)!)} aria-label=${label} transform=${place}>${box}</a>`
    }
  );
}
