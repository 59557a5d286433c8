import {count} from "../components/format.js";
import {svg} from "../components/kit.js";
import type {LineageKind} from "../components/lineage.js";
import {inputsOf, lineageKind} from "../components/lineage.js";
import type {Row} from "../tables.js";
import {flowGraph} from "./flowGraph.js";

type Step = Row<"steps">;

export const lineageColors: Record<LineageKind, string> = {
  none: "var(--theme-foreground-muted)",
  gold: "var(--gold)",
  weak: "var(--student-lineage)",
  stronger: "var(--stronger-lineage)"
};

/** A line has the colour of the labels that it carries. */
export const lineageEdge = (kind: LineageKind) => ({
  color: lineageColors[kind],
  width: kind === "none" ? 1 : 1.75,
  opacity: kind === "none" ? 0.5 : 0.85
});

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
  const kinds = new Map(steps.map((d) => [d.step, lineageKind(d, read)]));
  return flowGraph(
    steps.map((d) => {
      const leak = leaks.has(d.step);
      return {
        id: d.step,
        inputs: inputsOf(d),
        head: `${d.verb}${leak ? " (leak)" : ""}`,
        corner: count(d.rows),
        text: d.title,
        foot: d.model && model(d.model),
        color: leak ? "var(--bad)" : lineageColors[kinds.get(d.step)!],
        heavy: d.step === selected || leak,
        label: `${d.verb}: ${d.title}, ${count(d.rows)} rows${leak ? ", leak" : ""}`
      };
    }),
    {
      width,
      ariaLabel: "Steps from dataset rows to predictions",
      edge: (from) => lineageEdge(kinds.get(from.id)!),
      around: ({id, label}, place, box) => {
        const choose = () => onselect(id);
        return svg`<g class="step" data-step=${id} role="button" tabindex="0" aria-pressed=${id === selected ? "true" : "false"}
          aria-label=${label} transform=${place} onclick=${choose} onkeydown=${(event: KeyboardEvent) => {
            if (event.key !== "Enter" && event.key !== " ") return;
            event.preventDefault();
            choose();
          }}>${box}</g>`;
      }
    }
  );
}
