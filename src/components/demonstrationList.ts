import {dataTable} from "./dataTable.js";
import type {AnsweredDemonstration} from "./demonstrationAnswers.js";
import {type Demonstrations, demonstrationKey} from "./demonstrationRows.js";
import {count, decimals} from "./format.js";
import {html} from "./kit.js";
import {setAddress} from "./linked.js";

const pageSize = 20;

export interface DemonstrationList {
  node: HTMLElement;
  /** Lists others; from the beginning, unless they are the first that are listed. */
  show: (demonstrations: readonly AnsweredDemonstration[]) => void;
}

/** Demonstrations as a table, a page at a time, kept in the address: who was right, what was answered, how far the teacher doubted. */
export function demonstrationList(
  study: string,
  {names}: Demonstrations,
  onread: (demonstration: AnsweredDemonstration) => void
): DemonstrationList {
  const node: HTMLElement = html`<div class="demonstration-list" aria-live="polite"></div>`;
  let all: readonly AnsweredDemonstration[] = [];
  let page = Number(new URLSearchParams(location.search).get("page") ?? 1);
  let listed = false;

  function draw(): void {
    const pages = Math.max(1, Math.ceil(all.length / pageSize));
    page = Math.min(pages, Math.max(1, Math.floor(page) || 1));
    setAddress("page", page === 1 ? null : String(page));
    const rows = all.slice((page - 1) * pageSize, page * pageSize);
    const go = (to: number) => () => {
      const step = to - page;
      page = to;
      draw();
      node.querySelector<HTMLElement>(`[data-step="${step}"]`)?.focus();
    };
    node.replaceChildren(
      all.length
        ? html`<div>
            ${table(rows)}
            ${
              pages > 1
                ? html`<p class="transcript-steps">
                    <button type="button" class="plain" data-step="-1" disabled=${page === 1} onclick=${go(page - 1)}>
                      ← Previous
                    </button>
                    <span>Page ${count(page)} of ${count(pages)}</span>
                    <button
                      type="button"
                      class="plain"
                      data-step="1"
                      disabled=${page === pages}
                      onclick=${go(page + 1)}
                    >
                      Next →
                    </button>
                  </p>`
                : null
            }
          </div>`
        : html`<p class="meta">No demonstration is like this.</p>`
    );
  }

  function table(rows: readonly AnsweredDemonstration[]): HTMLElement {
    const several = (of: (d: AnsweredDemonstration) => unknown) => new Set(all.map(of)).size > 1;
    const said = (right: boolean | null, answer: string | null) =>
      right === null
        ? null
        : html`<span
            >${answer === null ? null : html`${answer} `}<span class=${right ? "right" : "wrong"}
              >${right ? "right" : "wrong"}</span
            ></span
          >`;
    return dataTable(rows, {
      caption: "Demonstrations",
      columns: [
        {
          label: "Question",
          value: (d) =>
            html`<button type="button" class="plain" data-read=${demonstrationKey(d)} onclick=${() => onread(d)}>
              ${d.example}
            </button>`
        },
        ...(several((d) => d.of.task)
          ? [{label: "Task", value: (d: AnsweredDemonstration) => names.task(d.of.task)}]
          : []),
        ...(several((d) => d.of.seed)
          ? [{label: "Seed", numeric: true, value: (d: AnsweredDemonstration) => String(d.of.seed)}]
          : []),
        {label: "Teacher", value: (d) => said(d.teacher_right, d.teacher_answer)},
        {label: "Own answer", value: (d) => said(d.own_right, d.own_answer)},
        {label: "Revised", value: (d) => said(d.revised_right, d.revised_answer)},
        {label: "Clusters", numeric: true, value: (d) => (d.chains ? String(d.clusters) : null)},
        {label: "Entropy, nats", numeric: true, value: (d) => (d.chains ? decimals(2)(d.entropy) : null)},
        {label: "Learns", value: (d) => html`<span class="word">${d.learned ?? "nothing"}</span>`}
      ],
      csv: {name: `${study}-demonstrations.csv`, rows: all.map(plain)}
    });
  }

  return {
    node,
    show: (demonstrations) => {
      all = demonstrations;
      if (listed) page = 1;
      listed = true;
      draw();
    }
  };
}

/** A demonstration as a file holds it. */
function plain({of, place: _, ...d}: AnsweredDemonstration) {
  const {run, task, setting, seed, arm, weak, strong} = of;
  return {run, task, setting, seed, method: arm.method, variant: arm.variant, weak, strong, ...d};
}
