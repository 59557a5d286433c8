import type {Row} from "../tables.js";
import type {SqlRow} from "./duckdb.js";
import {html} from "./kit.js";
import type {Arm} from "./palette.js";

/** Who is asked of each example, as the columns of a query are called. */
export const asked = ["weak", "student", "ceiling"] as const;

/** The columns of a query that `exampleItem` reads of what each model said, for the alias of its predictions. */
export const saidColumns = (of: (name: (typeof asked)[number], column: string) => string): string =>
  asked
    .map((name) =>
      ["probability", "score", "output", "parsed"]
        .map((column) => `${of(name, column)} AS ${name}_${column}`)
        .join(", ")
    )
    .join(",\n    ");

/** An example as a list shows it: its text where that may be shown, its gold label, and what each model said of it. */
export function exampleItem(
  row: SqlRow,
  {color, title}: Pick<Arm, "color" | "title">,
  about: Row<"tasks"> | undefined
): HTMLElement {
  const label = Number(row.label);
  const meaning = about && (label === 1 ? about.positive : about.negative);
  const said = (name: string, of: string, fill: string) => {
    const right = Number(row[`${of}_score`]) > 0.5;
    const verdict = html`<span class=${right ? "right" : "wrong"}>${right ? "right" : "wrong"}</span>`;
    const probability = row[`${of}_probability`];
    if (probability === null) {
      const answer = row[`${of}_parsed`] ?? html`<em title=${String(row[`${of}_output`] ?? "")}>no answer</em>`;
      return html`<div class="said answered">
        <span class="who">${name}</span><span class="answer">${answer}</span>${verdict}
      </div>`;
    }
    const p = Number(probability);
    return html`<div class="said">
      <span class="who">${name}</span
      ><span class="bar" aria-hidden="true"
        ><span
          style=${`left:${Math.min(p, 0.5) * 100}%;width:${Math.abs(p - 0.5) * 100}%;background:${fill}`}
        ></span></span
      ><span class="number">${p.toFixed(2)}</span>${verdict}
    </div>`;
  };
  const gold = row.answer === null ? `Class ${label}${meaning ? `: ${meaning}` : ""}` : `Answer: ${String(row.answer)}`;
  return html`<li>
    <div class="text">
      ${row.text === null ? html`<span class="withheld">The licence of these rows does not let us show their text.</span>` : html`<span>${String(row.text)}</span>`}
      ${row.other === null ? null : html`<span class="other"><small>compared with</small>${String(row.other)}</span>`}
    </div>
    <div class="facts">
      <p class="meta">${gold}<br /><code>${String(row.example)}</code></p>
      ${said("supervisor", "weak", "var(--weak)")}${said(title, "student", color)}${said("ceiling", "ceiling", "var(--ceiling)")}
    </div>
  </li>`;
}
