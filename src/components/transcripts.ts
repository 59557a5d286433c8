import {debateValues, noPreference} from "../statistics/judge.js";
import type {Row} from "../tables.js";
import {dataTable} from "./dataTable.js";
import {
  benches,
  type Debate,
  type Debates,
  differ,
  groupOf,
  heardBy,
  isRight,
  protocolTitles,
  type Question,
  questionsOf,
  type Side
} from "./debates.js";
import {afterFirstChart} from "./firstChart.js";
import {capital, decimals, plural} from "./format.js";
import {d3, html, Inputs} from "./kit.js";
import {linked, setAddress} from "./linked.js";
import {missing} from "./missing.js";
import type {OpenStudy} from "./study.js";
import {quotes} from "./transcriptQuotes.js";

interface Judged extends Question {
  verdicts: readonly Row<"verdicts">[];
  /** Whether the judge, over both orders, prefers the side that is right; null where it cannot be told. */
  right: boolean | null;
  /** Whether the judge chose another side once the order changed. */
  split: boolean;
}

const filters = {
  sides: {"": "all", differ: "differ", alike: "decide alike"},
  judged: {"": "right or wrong", right: "right", wrong: "wrong"},
  orders: {"": "agree or not", disagree: "disagree", agree: "agree"}
} as const;

const keep: Readonly<Record<string, (question: Judged) => boolean>> = {
  differ,
  alike: (question) => !differ(question),
  right: ({right}) => right === true,
  wrong: ({right}) => right === false,
  disagree: ({split}) => split,
  agree: ({split}) => !split
};

/** One question's debate at a time: what both sides decided and said, and what the judges made of it; all of it in the page's address. */
export async function transcripts(
  study: OpenStudy,
  debates: Debates,
  {chosen, inputs}: {chosen: () => Debate[]; inputs: readonly HTMLElement[]}
): Promise<HTMLElement> {
  await afterFirstChart();
  const tables = await study.tables("debates", "examples");
  const distinct = <T extends string>(of: (debate: Debate) => T) => [...new Set(debates.all.map(of))];
  const texts = d3.rollup(
    tables.examples,
    (v) => new Map(v.map((d) => [d.example, d.text])),
    (d) => d.task
  );
  const task = linked(
    "task",
    Inputs.select(
      distinct((d) => d.run.task),
      {label: "Task", format: debates.names.task}
    )
  );
  const seed = linked(
    "seed",
    Inputs.select(
      distinct((d) => String(d.run.seed)),
      {label: "Seed"}
    )
  );
  const select = (name: keyof typeof filters, label: string) => {
    const titles: Readonly<Record<string, string>> = filters[name];
    return linked(name, Inputs.select(Object.keys(titles), {label, format: (d) => titles[d]}));
  };
  const narrowed = [select("sides", "The sides"), select("judged", "The judge is"), select("orders", "The orders")];
  const place = html`<div class="transcripts"></div>`;
  let wanted = new URLSearchParams(location.search).get("question");
  let found: Judged[] = [];

  const debate = () => chosen().find((d) => d.run.task === task.value && String(d.run.seed) === seed.value);
  const at = () =>
    Math.max(
      0,
      found.findIndex((d) => d.example === wanted)
    );

  function go(to: number): void {
    if (!found[to]) return;
    wanted = found[to].example;
    setAddress("question", wanted);
    show();
  }

  function filter(): void {
    const of = debate();
    const all = of ? judged(of, questionsOf(of, tables.debates)) : [];
    found = all.filter((question) => narrowed.every(({value}) => !value || keep[value](question)));
    show();
  }

  function show(): void {
    const of = debate();
    if (!of) return place.replaceChildren(missing("There is no such debate.", study.command));
    if (!found.length) return place.replaceChildren(html`<p class="meta">No question is like this.</p>`);
    const i = at();
    const question = found[i];
    const focused = place.contains(document.activeElement) ? document.activeElement?.getAttribute("data-step") : null;
    place.replaceChildren(
      overview(found, i, go),
      html`<p class="transcript-steps">
        <button type="button" class="plain" data-step="-1" disabled=${i === 0} onclick=${() => go(i - 1)}>
          ← Previous
        </button>
        <span>Question ${i + 1} of ${found.length}</span>
        <button type="button" class="plain" data-step="1" disabled=${i === found.length - 1} onclick=${() => go(i + 1)}>
          Next →
        </button>
        <span class="meta">Keys: ← and →</span>
      </p>`,
      transcript(debates, of, question, texts.get(of.run.task)?.get(question.example) ?? null)
    );
    if (focused) place.querySelector<HTMLElement>(`[data-step="${focused}"]`)?.focus();
  }

  document.addEventListener("keydown", (event) => {
    const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    const target = event.target as HTMLElement;
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !place.isConnected) return;
    if (target.closest("input, select, textarea, .table-scroll, svg")) return;
    event.preventDefault();
    go(at() + step);
  });
  for (const input of [...inputs, task, seed, ...narrowed]) input.addEventListener("input", filter);
  filter();
  return html`<section>
    <div class="controls">${task}${new Set(debates.all.map((d) => d.run.seed)).size > 1 ? seed : null}${narrowed}</div>
    ${place}
  </section>`;
}

function judged({verdicts}: Debate, questions: readonly Question[]): Judged[] {
  const bench = benches(verdicts).find((d) => !d.oracle && d.protocol === "debate") ?? benches(verdicts)[0];
  const own = bench ? verdicts.filter(heardBy(bench)) : [];
  const values = debateValues(own);
  const byExample = d3.group(verdicts, (d) => d.example);
  return questions.map((question) => {
    const value = values.get(question.example) ?? 0;
    const choices = new Set(own.filter((d) => d.example === question.example).map((d) => d.choice));
    const told = differ(question) && Math.abs(value) >= noPreference;
    return {
      ...question,
      verdicts: byExample.get(question.example) ?? [],
      right: told ? value > 0 === isRight(question, question.strong) : null,
      split: choices.size > 1
    };
  });
}

/** All questions that were found, a button each, by whether the judge was right. */
function overview(found: readonly Judged[], shown: number, go: (to: number) => void): HTMLElement {
  const said = ({right, split}: Judged) =>
    `judge ${right === null ? "neither right nor wrong" : right ? "right" : "wrong"}${split ? ", orders disagree" : ""}`;
  const kind = ({right}: Judged) => (right === null ? "alike" : right ? "right" : "wrong");
  const sign = {right: "✓", wrong: "✗", alike: "·"};
  return html`<div>
    <ol class="question-map" aria-label="Questions">
      ${found.map(
        (question, i) =>
          html`<li>
            <button
              type="button"
              class=${`${kind(question)}${question.split ? " split" : ""}`}
              aria-current=${i === shown ? "true" : null}
              aria-label=${`Question ${i + 1}: ${said(question)}`}
              title=${said(question)}
              onclick=${() => go(i)}
            >
              <span>${i + 1}</span><span>${sign[kind(question)]}</span>
            </button>
          </li>`
      )}
    </ol>
    <p class="meta">
      ✓ judge right, ✗ judge wrong, · both sides decide alike or no preference; dashed: the orders disagree.
    </p>
  </div>`;
}

function transcript(debates: Debates, debate: Debate, question: Judged, text: string | null): HTMLElement {
  const task = debates.tasks.get(debate.run.task);
  const meaning = (label: number) => (label === 1 ? task?.positive : task?.negative) ?? `class ${label}`;
  const color = groupOf(debates, debate).arm?.color ?? "var(--other)";
  const published = question.strong.rounds.some((d) => d !== null) || question.weak.rounds.some((d) => d !== null);
  const head = (side: Side, model: string, fill: string) => {
    const {decision, probability} = question[side];
    const right = isRight(question, question[side]);
    return html`<div class="side-head" style=${`border-color:${fill}`}>
      <h3>${capital(side)} side <small>${debates.names.model(model)}</small></h3>
      <p>
        Decides: <b>${meaning(decision)}</b>, which is
        <span class=${right ? "right" : "wrong"}>${right ? "right" : "wrong"}</span>
      </p>
      ${probability === null ? null : probabilityBar(probability, fill)}
    </div>`;
  };
  const rounds = Math.max(question.strong.rounds.length, question.weak.rounds.length);
  const words = (side: Side, round: number, fill: string) =>
    html`<div class="round" style=${`border-color:${fill}`}>
      <p class="meta">${capital(side)} side${rounds > 1 ? `, round ${round + 1}` : ""}</p>
      ${spoken(question[side].rounds[round] ?? null, text)}
    </div>`;
  return html`<article class="transcript" aria-live="polite">
    <div class="question-text">
      ${
        text === null
          ? html`<p class="withheld">
              The licence of these rows does not let us show their text: decisions and verdicts only.
            </p>`
          : html`<p>${text}</p>`
      }
      <p class="meta">Truth: ${meaning(question.label)} · <code>${question.example}</code></p>
    </div>
    <div class="debate-columns">
      ${head("strong", debate.strong, color)}${head("weak", debate.weak, "var(--weak)")}
      ${
        published
          ? d3.range(rounds).flatMap((round) => [words("strong", round, color), words("weak", round, "var(--weak)")])
          : null
      }
    </div>
    ${published ? html`<p class="meta"><mark>Marked</mark>: repeated from the question, three words or more.</p>` : null}
    ${verdictTable(debates, question)}
  </article>`;
}

function probabilityBar(p: number, fill: string): HTMLElement {
  return html`<div class="said">
    <span class="who">class 1</span
    ><span class="bar" aria-hidden="true"
      ><span
        style=${`left:${Math.min(p, 0.5) * 100}%;width:${Math.abs(p - 0.5) * 100}%;background:${fill}`}
      ></span></span
    ><span class="number">${p.toFixed(2)}</span>
  </div>`;
}

function spoken(said: string | null, question: string | null): HTMLElement {
  if (said === null || said.trim() === "")
    return html`<p class="absent">${said === null ? "not published" : "said nothing"}</p>`;
  const stretches = question === null ? [{text: said.trim(), quoted: false}] : quotes(said.trim(), question);
  return html`<p class="words">${stretches.map(({text, quoted}) => (quoted ? html`<mark>${text}</mark>` : text))}</p>`;
}

function verdictTable(debates: Debates, question: Judged): HTMLElement {
  const rows = benches(question.verdicts).map((bench) => {
    const own = question.verdicts.filter(heardBy(bench));
    const inOrder = (order: string) => own.find((d) => d.order === order);
    return {
      bench,
      own,
      strongFirst: inOrder("strong_first"),
      weakFirst: inOrder("weak_first"),
      alone: inOrder("alone")
    };
  });
  const said = (verdict: Row<"verdicts"> | undefined) =>
    verdict && `${verdict.choice}, ${decimals(2)(verdict.log_odds)}`;
  const value = (own: readonly Row<"verdicts">[]) => [...debateValues(own).values()][0];
  return rows.length
    ? dataTable(rows, {
        caption: "Verdicts by order: side chosen, log-odds for the strong side (nats)",
        columns: [
          {
            label: "Judge",
            value: ({bench}) =>
              html`<span>${debates.judge(bench)}<br /><small>${protocolTitles[bench.protocol]}</small></span>`
          },
          {label: "Strong first", numeric: true, value: ({strongFirst}) => said(strongFirst) ?? null},
          {label: "Weak first", numeric: true, value: ({weakFirst}) => said(weakFirst) ?? null},
          {label: "Alone", numeric: true, value: ({alone}) => said(alone) ?? null},
          {label: "Mean", numeric: true, value: ({own}) => decimals(2)(value(own))},
          {
            label: "Judge is",
            value: ({own}) => {
              const mean = value(own);
              if (!differ(question) || Math.abs(mean) < noPreference) return null;
              const right = mean > 0 === isRight(question, question.strong);
              return html`<span class=${right ? "right" : "wrong"}>${right ? "right" : "wrong"}</span>`;
            }
          }
        ]
      })
    : html`<p class="meta">${plural(0, "verdict")} on this question.</p>`;
}
