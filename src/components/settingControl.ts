import type {Study} from "../study.js";
import type {Row} from "../tables.js";
import type {Cell, ShareOfGap} from "./estimates.js";
import {cellsOf, isOverTasks} from "./estimates.js";
import {plural} from "./format.js";
import {Inputs, d3, html} from "./kit.js";
import {linked} from "./linked.js";
import type {Names} from "./names.js";
import {namesOf} from "./names.js";
import {armKey} from "./palette.js";
import type {OpenStudy} from "./study.js";

/** What a page shows of a study: one setting, and one pair of models in it. */
export type Shown = Omit<Cell, "task">;

/** Whether something is of the setting and of the pair of models that a page shows. */
export const isShown = (of: Shown, {setting, weak, strong}: Shown): boolean =>
  of.setting === setting && of.weak === weak && of.strong === strong;

/** Whether in a setting the strong model teaches the weak one, so that what is recovered is no weak-to-strong gap. */
export const isStrongToWeak = (setting: string): boolean => setting.endsWith("strong to weak");

/** Who teaches and who learns in a setting, as people write them. */
export function teacherAndLearner({setting, weak, strong}: Shown, {model}: Pick<Names, "model">): [string, string] {
  const [teacher, learner] = isStrongToWeak(setting) ? [strong, weak] : [weak, strong];
  return [model(teacher), model(learner)];
}

/**
 * A control for the setting and the pair of models that a page shows, both kept in its address; without anything to choose, it is
 * hidden. It opens on the setting with most tasks, then methods, and on the pair of models with most tasks and methods; of several, the widest.
 *
 * @param among what a page is about, where that is not all: only settings and pairs that have such estimates can be chosen
 * @param share what a page calls the share of the gap: only settings that have it can be chosen
 */
export async function settingControl(
  study: OpenStudy,
  among: (estimate: Row<"estimates">) => boolean = () => true,
  share: ShareOfGap = "pgr"
): Promise<HTMLElement & {value: Shown}> {
  const estimates = (await study.tables("estimates")).estimates.filter(among);
  const pairs = pairsBySetting(study, estimates, share);
  const settings = [...pairs.keys()];
  const fallback = defaultShown(study, estimates, share).setting;
  const setting = linked("setting", Inputs.select(settings, {label: "Setting", value: fallback}));
  const pairPlace = html`<span class="contents"></span>`;
  const about = html`<p class="meta" role="status"></p>`;
  const names = namesOf(study, []);
  const root = Object.assign(
    html`<div class="setting-control">
      <div class="controls">${settings.length > 1 ? setting : null}${pairPlace}</div>
      ${about}
    </div>`,
    {value: {setting: "", weak: "", strong: ""}}
  );
  root.hidden = settings.length < 2 && [...pairs.values()].every((some) => some.length < 2);

  function choose(): void {
    const some = pairs.get(setting.value) ?? [];
    if (!some.length) return;
    const keys = some.map(({weak, strong}) => `${weak} ${strong}`);
    const pair = linked(
      "models",
      Inputs.select(keys, {
        label: "Models",
        value: keys[some.indexOf(fullest(study, some, estimates))],
        format: (key) => teacherAndLearner(some[keys.indexOf(key)], names).join(" to ")
      })
    );
    const show = () => {
      const {weak, strong} = some[keys.indexOf(pair.value)];
      root.value = {setting: setting.value, weak, strong};
      about.textContent = said(settings, some, root.value, names);
    };
    pair.addEventListener("input", show);
    pairPlace.replaceChildren(...(some.length > 1 ? [pair] : []));
    show();
  }

  setting.addEventListener("input", choose);
  choose();
  return root;
}

/** What a page opens on: the setting with most tasks and, of several, with most methods; the pair of models with most tasks and methods there. */
export function defaultShown(study: Study, estimates: readonly Row<"estimates">[], share: ShareOfGap = "pgr"): Shown {
  const pairs = pairsBySetting(study, estimates, share);
  const setting = d3.greatest(
    pairs.keys(),
    (a, b) => tasksOf(estimates, a) - tasksOf(estimates, b) || armsIn(estimates, a) - armsIn(estimates, b)
  );
  return setting === undefined ? {setting: "", weak: "", strong: ""} : fullest(study, pairs.get(setting)!, estimates);
}

/** Pairs of models by setting, in the study's order. Where the strong model teaches, no gap is recovered: there is a page for that. */
function pairsBySetting(study: Study, estimates: readonly Row<"estimates">[], share: ShareOfGap): Map<string, Shown[]> {
  const cells = cellsOf(estimates.filter((d) => d.quantity === share));
  const place = (d: Shown) => [rank(study, "weak", d.weak), rank(study, "strong", d.strong)];
  const settings = [...new Set(study.methods.map((d) => d.setting))];
  const found = d3.rollup(
    cells,
    (v) => {
      const distinct = new Map(v.map(({setting, weak, strong}) => [`${weak} ${strong}`, {setting, weak, strong}]));
      return [...distinct.values()].sort((a, b) => place(a)[0] - place(b)[0] || place(a)[1] - place(b)[1]);
    },
    (d) => d.setting
  );
  return new Map(d3.sort(found, ([a], [b]) => settings.indexOf(a) - settings.indexOf(b)));
}

/** A model's place within its role, from the weakest. */
const rank = (study: Study, role: string, model: string): number =>
  study.models.find((d) => d.role === role && d.model === model)?.position ?? -1;

/** The pair on which most methods and tasks were run; among several, that from the weakest to the strongest model. */
function fullest(study: Study, pairs: readonly Shown[], estimates: readonly Row<"estimates">[]): Shown {
  const width = (d: Shown) => rank(study, "strong", d.strong) * 1000 - rank(study, "weak", d.weak);
  const cells = (d: Shown) =>
    new Set(
      estimates
        .filter((e) => isShown(e, d) && !isOverTasks(e.task))
        .map((e) => JSON.stringify([e.task, e.method, e.variant]))
    ).size;
  return d3.greatest(pairs, (a, b) => cells(a) - cells(b) || width(a) - width(b))!;
}

const tasksOf = (estimates: readonly Row<"estimates">[], setting: string): number =>
  new Set(cellsOf(estimates.filter((d) => d.setting === setting)).map((d) => d.task)).size;

const armsIn = (estimates: readonly Row<"estimates">[], setting: string): number =>
  new Set(estimates.filter((d) => d.setting === setting).map((d) => armKey(d.method, d.variant))).size;

function said(settings: readonly string[], pairs: readonly Shown[], shown: Shown, names: Names): string {
  const of =
    settings.length > 1 ? ` with the setting “${shown.setting}”, one of ${plural(settings.length, "setting")}` : "";
  const among = pairs.length > 1 ? `, one of ${plural(pairs.length, "pair")} of models` : "";
  const [teacher, learner] = teacherAndLearner(shown, names);
  return `Shown here: ${teacher} teaches ${learner}${among}${of}.`;
}
