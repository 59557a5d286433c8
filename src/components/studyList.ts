import {plural} from "./format.js";
import {headline} from "./headline.js";
import {html} from "./kit.js";
import {armsOf} from "./palette.js";
import {defaultShown} from "./settingControl.js";
import {shownResults} from "./shownResults.js";
import {pageUrl} from "./site.js";
import {listStudies, openStudy} from "./study.js";

/** The published studies with what they asked and what came out. */
export async function studyList(): Promise<HTMLElement> {
  const studies = await listStudies();
  if (!studies.length)
    return html`<div class="missing" role="note">
      <p>No study is published here yet.</p>
      <p>To compute one: <code>w2s run demo</code></p>
    </div>`;
  const items = await Promise.all(
    studies.map(async ({study: name, title, question, tasks, seeds}) => {
      const study = await openStudy(name);
      const {estimates, comparisons} = await study.tables("estimates", "comparisons");
      return html`<li>
        <h2><a href=${pageUrl(name, "index")}>${title}</a></h2>
        <p class="question">${question}</p>
        <p>${headline(shownResults(study, estimates, defaultShown(study, estimates)), comparisons)}</p>
        <p class="meta">
          ${plural(tasks.length, "task")}, ${plural(armsOf(study).length, "method")}, ${plural(seeds.length, "seed")}
        </p>
      </li>`;
    })
  );
  return html`<ol class="study-list">
    ${items}
  </ol>`;
}
