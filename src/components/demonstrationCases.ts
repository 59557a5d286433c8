import type {AnsweredDemonstration} from "./demonstrationAnswers.js";
import {demonstrationItem} from "./demonstrationItem.js";
import {type Demonstrations, demonstrationKey} from "./demonstrationRows.js";
import type {DemonstrationTexts} from "./demonstrationTexts.js";
import {decimals} from "./format.js";
import {d3, html} from "./kit.js";

/** What a case is an example of; of those, the first by id is shown, so that nobody chooses by what was said. */
const rules: readonly {title: string; holds: (d: AnsweredDemonstration) => boolean}[] = [
  {
    title: "Teacher and student are wrong, the revised answer is right",
    holds: (d) => d.teacher_right === false && !d.own_right && d.revised_right
  },
  {
    title: "Only the teacher is right, and the student takes that over",
    holds: (d) => d.teacher_right === true && !d.own_right && d.revised_right
  },
  {
    title: "The student is right, the revised answer is wrong",
    holds: (d) => d.own_right && !d.revised_right
  }
];

const uncertain = "The teacher is least certain";

export interface DemonstrationCase {
  title: string;
  /** Null where there is none like this. */
  demonstration: AnsweredDemonstration | null;
}

/** The cases of one task: of the lowest seed, the first example by id of each kind, and the one whose clusters have most entropy. */
export function casesOf(demonstrations: readonly AnsweredDemonstration[]): DemonstrationCase[] {
  const seed = d3.min(demonstrations, (d) => d.of.seed);
  const own = d3.sort(
    demonstrations.filter((d) => d.of.seed === seed),
    (d) => d.example
  );
  // Of equal entropies, the first by id.
  const most = own.reduce<AnsweredDemonstration | null>(
    (found, d) => (d.teacher_right !== null && d.entropy > (found?.entropy ?? 0) ? d : found),
    null
  );
  return [
    ...rules.map(({title, holds}) => ({title, demonstration: own.find(holds) ?? null})),
    {
      title: most ? `${uncertain}: an entropy of ${decimals(2)(most.entropy)} nats` : uncertain,
      demonstration: most
    }
  ];
}

/** Cases of each task that is shown, in the manner of the paper’s appendix B. */
export function demonstrationCases(
  study: string,
  demonstrations: Demonstrations,
  shown: readonly AnsweredDemonstration[],
  texts: (of: AnsweredDemonstration) => DemonstrationTexts
): HTMLElement {
  const byTask = d3.groups(shown, (d) => d.of.task).map(([task, some]) => ({task, cases: casesOf(some)}));
  const first = byTask.flatMap((d) => d.cases).find((d) => d.demonstration);
  return html`<div class="cases">
    ${byTask.map(
      ({task, cases}) =>
        html`<section>
          ${byTask.length > 1 ? html`<h3>${demonstrations.names.task(task)}</h3>` : null}
          ${cases.map((d) => {
            const {title, demonstration} = d;
            return demonstration
              ? html`<details class="fold case" open=${d === first} data-case=${demonstrationKey(demonstration)}>
                  <summary>${title}</summary>
                  ${demonstrationItem(study, demonstrations, demonstration, texts(demonstration))}
                </details>`
              : html`<p class="meta">${title}: there is no such demonstration.</p>`;
          })}
        </section>`
    )}
  </div>`;
}
