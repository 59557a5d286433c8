import type {Row} from "../tables.js";
import {
  type Debate,
  debateControls,
  type Debates,
  differ,
  openDebates,
  type Question,
  questionsOf,
  type Side
} from "./debates.js";
import {download} from "./download.js";
import {fileInput} from "./fileInput.js";
import {capital, listed, plural, range} from "./format.js";
import {d3, html} from "./kit.js";
import {
  canUndo,
  entered,
  firstSide,
  given,
  type JudgeLog,
  keepLog,
  nextQuestion,
  openLog,
  parseVerdicts,
  undone,
  type VerdictsFile,
  withFile,
  withoutSkipped
} from "./judgeLog.js";
import {judgeResults} from "./judgeResults.js";
import {missing} from "./missing.js";
import type {OpenStudy} from "./study.js";

/** So many questions are judged before a reader sees how they did: fewer say little, and would teach what to look for. */
const enough = 10;

/** The page on which a person judges debates without knowing who speaks. */
export async function judgePage(study: OpenStudy) {
  const tables = await study.tables("debates", "examples");
  const all = await openDebates(study, tables.debates);
  const worded = new Set(tables.debates.filter((d) => d.explanation !== null).map((d) => d.debate));
  // Arms may share a debate, which is judged once.
  const readable = [
    ...d3
      .rollup(
        all.all,
        ([first]) => first,
        (d) => d.key
      )
      .values()
  ].filter((d) => worded.has(d.key));
  if (!readable.length)
    return {
      headline: all.all.length
        ? "The licences of this study’s rows do not let us show their text, so its debates cannot be judged here."
        : "There is nothing to judge: no debate of this study is published.",
      judge: all.all.length
        ? html`<div class="missing" role="note"><p>No debate of this study may be shown with its text.</p></div>`
        : missing("No debate of this study is published.", study.command)
    };
  const debates = {...all, all: readable};
  const texts = d3.rollup(
    tables.examples,
    (v) => new Map(v.map((d) => [d.example, d.text])),
    (d) => d.task
  );
  const withheld = d3.difference(
    all.all.map((d) => d.run.task),
    readable.map((d) => d.run.task)
  );
  const tasks = new Set(readable.map((d) => d.run.task));
  const asks = range(
    readable.map((d) => questionsOf(d, tables.debates).length),
    "question"
  );
  return {
    headline:
      `${plural(readable.length, "debate")} on ${listed([...tasks].map(debates.names.task))} can be judged here, ${asks} ${readable.length > 1 ? "in each" : "in it"}.` +
      (withheld.size ? ` The text of ${listed([...withheld].map(debates.names.task))} may not be shown.` : ""),
    judge: judging(study, debates, tables.debates, texts)
  };
}

function judging(
  study: OpenStudy,
  debates: Debates,
  turns: readonly Row<"debates">[],
  texts: ReadonlyMap<string, ReadonlyMap<string, string | null>>
): HTMLElement {
  const {inputs, chosen, set} = debateControls(debates, ["of", "models", "task", "seed"]);
  const panel: HTMLElement = html`<section class="judging" aria-label="Judge" tabindex="-1"></section>`;
  const results = html`<div class="judge-results"></div>`;
  const {input: file, notice} = fileInput({
    label: "Verdicts taken earlier, as JSON",
    accept: "application/json,.json",
    take: takeFile
  });
  let debate: Debate | undefined;
  let questions: Question[] = [];
  let log: JudgeLog;
  let showing = false;

  function open(): void {
    debate = chosen()[0];
    notice.textContent = "";
    results.replaceChildren();
    if (!debate) return panel.replaceChildren(missing("There is no such debate.", study.command));
    questions = questionsOf(debate, turns);
    log = openLog(study.study, debate.key);
    showing = log.seen > 0;
    draw();
  }

  function update(next: JudgeLog): void {
    log = next;
    keepLog(study.study, debate!.key, log);
    draw();
  }

  /** Says how the reader did; from then on, what was judged stands. */
  function reveal(): void {
    showing = true;
    update({...log, seen: log.entries.length});
    results.scrollIntoView({block: "nearest"});
  }

  const mayReveal = (left: number) => given(log).length > 0 && (given(log).length >= enough || left === 0);

  function act(key: string): boolean {
    if (!debate) return false;
    const question = nextQuestion(log, questions);
    if (key === "u" && canUndo(log)) update(undone(log));
    else if (question && (key === "1" || key === "2" || key === "0"))
      update(entered(log, question.example, Number(key) as 0 | 1 | 2));
    else return false;
    return true;
  }

  function draw(): void {
    const question = nextQuestion(log, questions);
    const done = log.entries.length;
    const left = questions.length - done;
    const skipped = done - given(log).length;
    const text = question && (texts.get(debate!.run.task)?.get(question.example) ?? null);
    panel.replaceChildren(
      html`<p class="judge-progress">
        <progress max=${questions.length} value=${done} aria-label="Questions done"></progress>
        <span>
          ${question ? `Question ${done + 1} of ${questions.length} in this debate` : `All ${questions.length} questions of this debate done`}${
            skipped ? `, ${skipped} skipped` : ""
          }
        </span>
      </p>`,
      question
        ? asked(debates, debate!, question, text ?? null, firstSide(log, question.example))
        : html`<p class="lead">Nothing is left to judge.</p>`,
      html`<div class="judge-keys">
        ${
          question
            ? [
                key("1", "The first explains better", act),
                key("2", "The second explains better", act),
                key("0", "Skip", act)
              ]
            : null
        }
        ${canUndo(log) ? key("u", "Undo", act) : null}
        ${!question && skipped ? html`<button type="button" onclick=${() => update(withoutSkipped(log))}>Judge the skipped ones</button>` : null}
      </div>`,
      html`<div class="judge-after">
        ${
          mayReveal(left)
            ? showing && log.seen === log.entries.length
              ? null
              : html`<button type="button" class="primary" onclick=${reveal}>
                  ${showing ? "Show how I did by now" : "Show how I did"}
                </button>`
            : html`<p class="meta">
                How you did is shown after ${Math.min(enough, questions.length)} verdicts:
                ${Math.min(enough, questions.length) - given(log).length} to go.
              </p>`
        }
      </div>`
    );
    results.replaceChildren(
      showing && log.seen
        ? judgeResults(study, debates, debate!, questions, {...log, entries: log.entries.slice(0, log.seen)})
        : ""
    );
  }

  function save(): void {
    const content: VerdictsFile = {study: study.study, debate: debate!.key, verdicts: given(log)};
    const name = `verdicts-${study.study}-${debate!.key.slice(0, 8)}.json`;
    download(name, `${JSON.stringify(content, null, 2)}\n`, "application/json");
  }

  async function takeFile(from: File): Promise<string> {
    const taken = parseVerdicts(await from.text());
    const own = debates.all.find((d) => d.key === taken.debate);
    if (taken.study !== study.study || !own)
      throw new Error(`expected verdicts on a debate of ${study.study}: ${taken.debate} of ${taken.study}`);
    const known = new Set(questionsOf(own, turns).map((d) => d.example));
    const unknown = taken.verdicts.find((d) => !known.has(d.example));
    if (unknown) throw new Error(`expected questions of the debate: ${unknown.example}`);
    if (own.key !== debate?.key) set(own);
    update(withFile(log, taken));
    return `${plural(taken.verdicts.length, "verdict")} taken from ${from.name}.`;
  }

  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.altKey || event.ctrlKey || event.metaKey || event.repeat || !panel.isConnected) return;
    if (target.closest("input, select, textarea")) return;
    if (act(event.key)) {
      event.preventDefault();
      panel.focus({preventScroll: true});
    }
  });
  for (const input of inputs) input.addEventListener("input", open);
  open();
  return html`<div>
    <div class="controls">${inputs}</div>
    ${panel}
    <div class="judge-file">
      <p>
        <button type="button" class="plain" onclick=${save}>Take my verdicts (JSON)</button>
        <label>Go on from a file: ${file}</label>
      </p>
      ${notice}
      <p class="meta">
        To make the study use them: copy the file into <code>data/cache/verdicts/</code> (<code>verdicts/</code> in
        <code>W2S_CACHE</code>) and run <code>${study.command}</code> again; an arm with
        <code>judge: "human"</code> learns from them. Your verdicts stay in this browser until you take them.
      </p>
    </div>
    ${results}
  </div>`;
}

const key = (name: string, label: string, act: (key: string) => boolean): HTMLElement =>
  html`<button type="button" onclick=${() => act(name)}><kbd>${name}</kbd> ${label}</button>`;

/** A question with both explanations, by place alone: the same markup whoever speaks. */
function asked({tasks}: Debates, {run}: Debate, question: Question, text: string | null, first: Side): HTMLElement {
  const task = tasks.get(run.task);
  const meaning = (label: number) => capital((label === 1 ? task?.positive : task?.negative) ?? `class ${label}`);
  const places = [question[first], question[first === "strong" ? "weak" : "strong"]];
  const names = ["First", "Second"];
  const rounds = Math.max(...places.map((d) => d.rounds.length));
  return html`<div class="judge-question" aria-live="polite">
    <p class="question-text">${text ?? ""}</p>
    <p class="meta">
      ${differ(question) ? "Two answers. Which explanation is the better one?" : "Both answer alike. Which explanation is the better one?"}
    </p>
    <div class="debate-columns">
      ${places.map(
        ({decision}, i) =>
          html`<div class="side-head">
            <h3>${names[i]}</h3>
            <p>Answers: <b>${meaning(decision)}</b></p>
          </div>`
      )}
      ${d3.range(rounds).flatMap((round) =>
        places.map(
          ({rounds: said}, i) =>
            html`<div class="round">
              ${rounds > 1 ? html`<p class="meta">${names[i]}, round ${round + 1}</p>` : html`<p class="meta place">${names[i]}</p>`}
              <p class="words">${said[round]?.trim() || html`<span class="absent">said nothing</span>`}</p>
            </div>`
        )
      )}
    </div>
  </div>`;
}
