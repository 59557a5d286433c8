import type {Row} from "../tables.js";
import {dataTable} from "./dataTable.js";
import {count, decimals, plural} from "./format.js";
import {d3, html} from "./kit.js";
import {missing} from "./missing.js";
import {namesOf} from "./names.js";
import type {OpenStudy} from "./study.js";

type Cost = Row<"compute">;

const verbs: Record<string, string> = {
  activations: "Hidden states",
  "finetune lora": "Fine-tuning, LoRA",
  "finetune full": "Fine-tuning, all weights",
  classify: "Predictions",
  generate: "Texts written",
  score: "Texts scored",
  embed: "Texts embedded"
};

/** What a study's models read and wrote, and how long that took, as it was logged where it was computed. */
export async function cost(study: OpenStudy) {
  const {compute, tasks} = await study.tables("compute", "tasks");
  if (!compute.length)
    return {
      headline: "What it cost to compute is not recorded.",
      table: missing("No cost of computing is published for this study.", study.command)
    };
  const names = namesOf(study, tasks);
  const rows = d3.sort(compute, (d) => -d.seconds);
  const total = (of: keyof Cost & ("seconds" | "tokens")) => d3.sum(compute, (d) => d[of]);
  return {
    headline: `While this study was computed, its models read and wrote ${count(total("tokens"))} tokens in ${duration(total("seconds"))} of requests, ${listedDevices(compute)}.`,
    table: html`<div>
      ${dataTable(rows, {
        caption: "What it cost",
        columns: [
          {label: "Work", value: (d) => verbs[d.verb] ?? d.verb},
          {label: "Model", value: (d) => names.model(d.model)},
          {label: "Device", value: (d) => d.device},
          {label: "Requests", numeric: true, value: (d) => count(d.requests)},
          {label: "Rows", numeric: true, value: (d) => count(d.rows)},
          {label: "Tokens", numeric: true, value: (d) => count(d.tokens)},
          {label: "Time", numeric: true, value: (d) => duration(d.seconds)},
          {
            label: "Tokens/s",
            numeric: true,
            value: (d) => (d.seconds > 0 ? decimals(0)(d.tokens / d.seconds) : null)
          }
        ],
        csv: {name: `${study.study}-cost.csv`, rows}
      })}
      <p class="meta">
        As logged while this study was computed, or any study on the same cache where the log does not say which. What
        it found there is not among it; what other code or settings have since replaced is. A request waits for those
        before it, fine-tuning for other jobs, and all for what else the machine does: times add up to more than the
        clock. Heads on hidden states, trained in the lab itself, are not among them.
      </p>
    </div>`
  };
}

const listedDevices = (rows: readonly Cost[]): string =>
  `on ${plural(new Set(rows.map((d) => d.device)).size, "kind")} of device (${[...new Set(rows.map((d) => d.device))].join(", ")})`;

/** Seconds as people say them: 45 s, 12 min, 3.4 h. */
function duration(seconds: number): string {
  if (seconds < 90) return `${decimals(0)(seconds)} s`;
  return seconds < 5400 ? `${decimals(0)(seconds / 60)} min` : `${decimals(1)(seconds / 3600)} h`;
}
