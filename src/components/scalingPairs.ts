import type {PairCell} from "../charts/pairGrid.js";
import {pairGrid} from "../charts/pairGrid.js";
import {sameAsBaseline} from "./comparisons.js";
import {enteredTasks} from "./enteredTasks.js";
import {estimateInWords} from "./estimateInWords.js";
import {lookup} from "./estimates.js";
import {figure} from "./figure.js";
import {inSentence, listed, range, share} from "./format.js";
import {d3, html} from "./kit.js";
import {modelSizes} from "./modelSizes.js";
import {namesOf} from "./names.js";
import {armsOf} from "./palette.js";
import {pageUrl} from "./site.js";
import type {SizeView} from "./sizeControls.js";
import type {SizeTables} from "./sizeSeries.js";
import {domainPanels} from "./sizeSeries.js";
import type {OpenStudy} from "./study.js";

const noneBetween = "no model between, so the same student as the baseline’s";

/** PGR of each pair of models, a grid a domain and method. */
export function scalingPairs(
  study: OpenStudy,
  {estimates, tasks, comparisons}: SizeTables,
  view: SizeView
): HTMLElement {
  const names = namesOf(study, tasks);
  const sizes = modelSizes(study);
  const own = estimates.filter(
    (d) => d.setting === view.setting && d.quantity === "pgr" && (!view.task || d.task === view.task)
  );
  const panels = view.task
    ? [{title: names.task(view.task), short: names.task(view.task), task: view.task}]
    : domainPanels(own, tasks, names);
  const find = lookup(own);
  const ladder = (role: "weak" | "strong") =>
    d3.sort(new Set(own.map((d) => d[role])), sizes.of).map((model) => ({model, label: sizes.format(sizes.of(model))}));
  const [weak, strong] = [ladder("weak"), ladder("strong")];
  const arms = armsOf(study, view.setting).filter((arm) => !view.method || arm.key === view.method);
  const grids = panels
    .flatMap((panel) =>
      arms.map((arm) => ({
        panel,
        arm,
        estimates: weak.flatMap((w) =>
          strong.flatMap(
            (s) => find({task: panel.task, setting: view.setting, weak: w.model, strong: s.model}, arm, "pgr") ?? []
          )
        )
      }))
    )
    .filter(({estimates}) => estimates.length > 1);
  const shown = grids.flatMap((d) => d.estimates);
  const entered = enteredTasks(shown);
  const isSame = sameAsBaseline(comparisons);
  const same = new Set(grids.flatMap(({arm, estimates}) => (estimates.some((d) => isSame(d, arm)) ? [arm] : [])));
  const asBaseline = same.size
    ? ` Where no model lies between the two, ${listed([...same].map((d) => `“${inSentence(d.title)}”`))} trains the baseline’s student: “as baseline”.`
    : "";
  if (!grids.length)
    return html`<p>
      ${view.method || view.task ? "With this choice" : `With the setting “${view.setting}”`}, no method ran with more
      than one pair of models, so there is no grid of pairs.
    </p>`;
  return figure({
    id: "pairs",
    title: "Share of the gap recovered by each pair of models",
    note: `Models by their ${sizes.unit}. In small, 95% intervals. ${range(
      shown.map((d) => d.seeds),
      "seed"
    )}.${entered ? ` Medians are over the tasks whose value is not withheld, ${entered}, not always the same.` : ""}${asBaseline} Cells share supervisors, ceilings and test rows: they are not independent.`,
    data: shown,
    provenance: pageUrl(study.study, "provenance"),
    draw: (width) => {
      const idle = "Point at a cell, or tab to it, for its interval or for why it is withheld.";
      // What it says is also the label of the cell, which is read out.
      const said = html`<p class="meta figure-said" aria-hidden="true">${idle}</p>`;
      const tell = (about: string | null) => void (said.textContent = about ?? idle);
      return html`<div>
        <div class="figure-panels">
          ${grids.map(({panel, arm, estimates}) =>
            pairGrid(
              estimates.map((d): PairCell =>
                isSame(d, arm)
                  ? {...d, about: `${estimateInWords(d, share)}; ${noneBetween}`, aside: "as baseline"}
                  : {...d, about: estimateInWords(d, share)}
              ),
              {
                width,
                title: arm.title,
                subtitle: panel.title,
                color: arm.color,
                weak,
                strong,
                unit: sizes.unit,
                tell
              }
            )
          )}
        </div>
        ${said}
      </div>`;
    }
  });
}
