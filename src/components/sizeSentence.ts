import type {Row} from "../tables.js";
import type {Cell} from "./estimates.js";
import {inSentence, listed, plural} from "./format.js";
import type {SizeSeries} from "./sizeSeries.js";
import {quantityOfPanel} from "./sizeSeries.js";

export interface SizeLineSaid {
  title: string;
  find: (cell: Cell) => Row<"estimates"> | undefined;
}

/** From the smallest to the largest model of the axis: what a quantity does, line by line, in the first panel. */
export function sizeSentence(
  {names, panels, models, cell, sizes, moving}: SizeSeries,
  lines: readonly SizeLineSaid[],
  {quantity, format}: {quantity: string; format: (value: number) => string}
): string {
  const panel = panels.at(0);
  if (!panel) return "Nothing was evaluated with this choice.";
  const [small, large] = [models[0], models.at(-1)!];
  if (models.length < 2)
    return `One ${moving} was run with this choice, ${names.model(small)}, so nothing can be said of ${sizes.depth ? "depth" : "size"}.`;
  const ends = lines.map(({title, find}) => ({
    title,
    found: [small, large].flatMap((model) => find(cell(panel, model)) ?? [])
  }));
  const parts = ends.flatMap(({title, found}) => {
    const [from, to] = found;
    if (from?.value == null || to?.value == null) return [];
    const text = `from ${format(from.value)} to ${format(to.value)} (${inSentence(title)})`;
    return [{text, found, apart: above(from, to) || above(to, from)}];
  });
  if (!parts.length) {
    const withheld = ends.some(({found}) => found.some((d) => d.value === null));
    return `No method has ${quantityOfPanel(quantity, panel, [])} at both ends of the ladder: ${withheld ? "it is withheld" : "it was run at one of them at most"}.`;
  }
  const what = quantityOfPanel(
    quantity,
    panel,
    parts.flatMap((d) => d.found)
  );
  const apart = parts.filter((d) => d.apart).length;
  return (
    `From ${names.model(small)} to ${names.model(large)} as the ${moving}, ${what} goes ${listed(parts.map((d) => d.text))}; ` +
    `the intervals of the two ends ${apart === 0 ? "overlap" : apart === parts.length ? "lie apart" : `lie apart for ${apart} of ${plural(parts.length, "method")}`}.`
  );
}

const above = (one: Row<"estimates">, other: Row<"estimates">): boolean =>
  one.low !== null && other.high !== null && one.low > other.high;
