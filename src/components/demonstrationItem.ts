import {type DiffPart, wordDiff} from "../statistics/wordDiff.js";
import type {AnsweredDemonstration} from "./demonstrationAnswers.js";
import {type Demonstrations, demonstrationKey, modelsOf} from "./demonstrationRows.js";
import type {DemonstrationTexts} from "./demonstrationTexts.js";
import {capital, decimals, plural} from "./format.js";
import {html} from "./kit.js";
import {weakColor} from "./palette.js";
import {pageUrl} from "./site.js";

const learnedTitles: Readonly<Record<string, string>> = {
  revised: "The student learns its revised answer",
  teacher: "The student learns the teacher’s answer",
  both: "The student learns the teacher’s and its revised answer"
};

/** What the student learns of a demonstration, in a sentence. */
export const learnedTitle = (learned: string | null): string =>
  learned === null ? "The student learns nothing from it" : (learnedTitles[learned] ?? learned);

/** One demonstration as a reader reads it: the question, all that was said of it, and how the words changed. */
export function demonstrationItem(
  study: string,
  {names, tasks}: Demonstrations,
  demonstration: AnsweredDemonstration,
  {question, gold, own, teacher, uncertainty, revised}: DemonstrationTexts,
  {open = false}: {open?: boolean} = {}
): HTMLElement {
  const {of, stage, example, weight, learned, teachers} = demonstration;
  const models = modelsOf(demonstration);
  const published = tasks.get(of.task)?.publishable ?? false;
  const {color} = of.arm;
  const said = (
    title: string,
    model: string,
    fill: string,
    {right, answer, text}: {right: boolean; answer: string | null; text: string | null}
  ) =>
    html`<section>
      <div class="side-head" style=${`border-color:${fill}`}>
        <p><strong>${title}</strong> <small>${model}</small></p>
        <p>
          ${published ? (answer === null ? html`<em>no answer</em>, ` : html`<b>${answer}</b>, `) : null}<span
            class=${right ? "right" : "wrong"}
            >${right ? "right" : "wrong"}</span
          >
        </p>
      </div>
      ${text === null ? null : words(text)}
    </section>`;
  const taught = demonstration.teacher_right !== null;
  return html`<article class="demonstration">
    <div class="question-text">
      ${
        published
          ? question === null
            ? null
            : html`<p>${question}</p>`
          : html`<p class="withheld">
              The licence of these rows does not let us show their text: who was right, and no words.
            </p>`
      }
      <p class="meta">
        ${gold === null ? null : html`Gold answer: <b>${gold}</b> · `}${names.task(of.task)}, seed
        ${of.seed}${of.chain.length > 2 ? `, stage ${stage + 1} of the cascade` : ""} ·
        <code>${example}</code>
      </p>
    </div>
    <div class="debate-columns">
      ${said("The student by itself", names.model(models.student), color, {
        right: demonstration.own_right,
        answer: demonstration.own_answer,
        text: own
      })}
      ${
        taught
          ? said(
              teachers > 1 ? `The first of ${teachers} teachers` : "The teacher",
              names.model(models.teacher),
              weakColor,
              {right: demonstration.teacher_right!, answer: demonstration.teacher_answer, text: teacher}
            )
          : html`<p class="meta">Nobody teaches in this arm: the student reads its own answer again.</p>`
      }
    </div>
    ${taught ? doubt(demonstration, uncertainty, published) : null}
    ${said("The student in the end", names.model(models.student), color, {
      right: demonstration.revised_right,
      answer: demonstration.revised_answer,
      text: revised
    })}
    ${differences({own, teacher, revised}, open)}
    <p class="meta">
      ${learnedTitle(learned)}${weight === 1 ? "" : `, with a weight of ${decimals(2)(weight)}`}.
      ${links(study, demonstration)}
    </p>
  </article>`;
}

/** How many answers the teacher gave, and what the student is told of that. */
function doubt(
  {chains, clusters, largest, entropy}: AnsweredDemonstration,
  uncertainty: string | null,
  published: boolean
): HTMLElement {
  return html`<section class="doubt">
    <p class="meta">
      ${
        chains
          ? `The teacher’s ${plural(chains, "chain")} fall into ${plural(clusters, "cluster")}, ${largest} in the largest: an entropy of ${decimals(2)(entropy)} nats.`
          : null
      }
    </p>
    ${
      uncertainty === null
        ? published
          ? html`<p class="meta">The student is told nothing of the teacher’s uncertainty.</p>`
          : null
        : html`<p class="words"><span class="meta">Its uncertainty, as the student reads it:</span> ${uncertainty}</p>`
    }
  </section>`;
}

function differences(
  {own, teacher, revised}: Pick<DemonstrationTexts, "own" | "teacher" | "revised">,
  open: boolean
): HTMLElement | null {
  if (revised === null) return null;
  const from = [
    {title: "From its own answer to the revised one", text: own},
    {title: "From the teacher’s answer to the revised one", text: teacher}
  ].flatMap(({title, text}) => (text === null ? [] : [{title, parts: wordDiff(text, revised)}]));
  return html`<details class="fold" open=${open}>
    <summary>Word by word</summary>
    <div class="debate-columns">
      ${from.map(
        ({title, parts}) =>
          html`<section>
            <p class="meta">${title}</p>
            ${words(parts.every((d) => d.kind === "same") ? html`<em>The same words.</em>` : parts.map(diffPart))}
          </section>`
      )}
    </div>
    <p class="meta"><del>Struck out</del>: left out of the revised answer; <ins>underlined</ins>: new in it.</p>
  </details>`;
}

/** Words as they were said, line breaks kept. */
const words = (said: string | Node | readonly (string | Node)[]): Node => html`<p class="words">${said}</p>`;

const diffPart = ({kind, text}: DiffPart): Node | string =>
  kind === "removed" ? html`<del>${text}</del>` : kind === "added" ? html`<ins>${text}</ins>` : text;

/** Ways from a demonstration: to this view of it, its row, its chains, and the steps behind it. */
function links(study: string, demonstration: AnsweredDemonstration): HTMLElement {
  const {of, stage, example, elicitations} = demonstration;
  const here = new URL(location.href);
  here.searchParams.set("demonstration", demonstrationKey(demonstration));
  here.hash = "demonstration";
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const sql = `SELECT *\nFROM demonstrations\nWHERE run = ${quoted(of.run)} AND stage = ${stage} AND example = ${quoted(example)}`;
  const [first] = elicitations.split(" ");
  const question = `${of.seed}/${example}`;
  const all: (readonly [string, string])[] = [
    ["Link to this demonstration", here.href],
    ["its row", pageUrl(study, "workbench", {sql})],
    ...(first
      ? [["the teacher’s chains", pageUrl(study, "uncertainty", {elicitation: first, question})] as const]
      : []),
    ["the steps behind it", pageUrl(study, "provenance", {run: of.run})]
  ];
  return html`<span class="demonstration-links"
    >${all.map(([title, href], i) => html`${i ? " · " : ""}<a href=${href}>${capital(title)}</a>`)}</span
  >`;
}
