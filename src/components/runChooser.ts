import {Inputs, d3, html} from "./kit.js";

/** What tells runs apart, such as their task. */
export interface RunChoice<Run> {
  label: string;
  of: (run: Run) => string;
  format: (value: string) => string;
}

/**
 * Controls that lead to one run: each offers what agrees with the choices before it, so that every choice is a run. What all runs
 * share is not asked for.
 */
export function runChooser<Run>(
  runs: readonly Run[],
  choices: readonly RunChoice<Run>[],
  {start, onchange}: {start: Run; onchange: (run: Run) => void}
): HTMLElement {
  const node = html`<span class="contents"></span>`;
  const asked = choices.filter(({of}) => new Set(runs.map(of)).size > 1);
  const draw = (current: Run, focus = -1): void => {
    const inputs = asked.map(({label, of, format}, i) => {
      const same = runs.filter((d) => asked.slice(0, i).every((choice) => choice.of(d) === choice.of(current)));
      const input = Inputs.select([...new Set(same.map(of))], {label, value: of(current), format});
      input.addEventListener("input", () => {
        const next = d3.greatest(
          same.filter((d) => of(d) === input.value),
          (d) => asked.filter((choice) => choice.of(d) === choice.of(current)).length
        )!;
        draw(next, i);
        onchange(next);
      });
      return input;
    });
    node.replaceChildren(...inputs);
    inputs[focus]?.querySelector("select")?.focus();
  };
  draw(start);
  return node;
}
