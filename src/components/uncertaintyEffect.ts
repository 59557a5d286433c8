import type {ForestRow} from "../charts/forestPlot.js";
import {forestPlot} from "../charts/forestPlot.js";
import type {CrossedMean} from "../statistics/crossedMeans.js";
import {crossedMeans} from "../statistics/crossedMeans.js";
import type {Study} from "../study.js";
import {dataTable} from "./dataTable.js";
import type {AnsweredDemonstration} from "./demonstrationAnswers.js";
import {modelsOf, questionOf} from "./demonstrationRows.js";
import type {DemonstrationView} from "./demonstrationViews.js";
import {isBeside, isInView} from "./demonstrationViews.js";
import {intervalCell} from "./estimateCell.js";
import {figure} from "./figure.js";
import {count, interval, percent, points} from "./format.js";
import {html} from "./kit.js";
import {absent} from "./missing.js";
import type {Arm} from "./palette.js";
import {armItem} from "./roleKey.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";

/** What is told of two arms that revise answers to the same questions; `there` is the other one. */
const quantities = [
  {name: "differs", title: "Revised answer differs", group: "Share of demonstrations"},
  {name: "gained", title: "Right here only", group: "Share of demonstrations"},
  {name: "lost", title: "Right there only", group: "Share of demonstrations"},
  {name: "right", title: "Revised answer right", group: "Difference, here less there"},
  {name: "corrected", title: "Own wrong, put right", group: "Difference, here less there"},
  {name: "spoiled", title: "Own right, spoiled", group: "Difference, here less there"}
] as const;

type QuantityName = (typeof quantities)[number]["name"];

/** An arm beside another: the same questions of the same seeds. */
export interface ArmEffect {
  arm: Arm;
  /** Whether it is one of the two controls of the teacher's uncertainty. */
  control: boolean;
  /** Demonstrations of both. */
  n: number;
  /** Of these, with an answer in at least one that is published: where none can be read in either, none differs. */
  told: number;
  means: Readonly<Record<QuantityName, CrossedMean>>;
}

type Kind = "shuffled" | "without";

type Declared = Pick<Study, "methods">;

const optionsOf = (study: Declared, setting: string, {method, variant}: Arm) =>
  study.methods.find((d) => d.method === method && d.variant === variant && d.setting === setting)?.options;

/** Whether two arms are taught in the same way, but for what their students are told of their teacher's uncertainty. */
function isTaughtAlike(study: Declared, setting: string, a: Arm, b: Arm): boolean {
  const [some, others] = [a, b].map((arm) => {
    const {uncertainty: _, uncertaintyTokens: __, ...rest} = optionsOf(study, setting, arm) ?? {};
    return JSON.stringify(Object.entries(rest).sort());
  });
  return a.method === b.method && some === others;
}

/** How an arm changes what its students are told of their teacher's uncertainty: that of another question, or nothing. */
function controlKind(study: Declared, setting: string, arm: Arm): Kind | null {
  const options = optionsOf(study, setting, arm);
  return options?.uncertainty === "shuffled" ? "shuffled" : options?.uncertainty === false ? "without" : null;
}

/** What changes from every other arm to the one in view, over questions and seeds that both ask the same student; the controls of uncertainty first. */
export function armEffects(
  study: OpenStudy,
  arms: readonly Arm[],
  all: readonly AnsweredDemonstration[],
  view: DemonstrationView
): ArmEffect[] {
  const key = (d: AnsweredDemonstration) => `${d.of.seed} ${questionOf(d)}`;
  const here = new Map(all.filter(isInView(view)).map((d) => [key(d), d]));
  const own = controlKind(study, view.setting, view.arm);
  const kinds: readonly Kind[] = own === null ? ["shuffled", "without"] : [];
  const effects = arms.flatMap((arm): (ArmEffect & {order: number})[] => {
    if (arm === view.arm) return [];
    const pairs = all
      .filter((d) => d.of.arm === arm && isBeside(view)(d))
      .flatMap((there) => {
        const found = here.get(key(there));
        return found && modelsOf(found).student === modelsOf(there).student ? [{here: found, there}] : [];
      });
    if (!pairs.length) return [];
    const kind = isTaughtAlike(study, view.setting, view.arm, arm) ? controlKind(study, view.setting, arm) : null;
    const place = kind === null ? -1 : kinds.indexOf(kind);
    return [{...effectOf(arm, pairs), control: place >= 0, order: place >= 0 ? place : kinds.length}];
  });
  return effects.sort((a, b) => a.order - b.order);
}

interface Pair {
  here: AnsweredDemonstration;
  there: AnsweredDemonstration;
}

function effectOf(arm: Arm, pairs: readonly Pair[]): Omit<ArmEffect, "control"> {
  const cell = ({here}: Pair, values: number[]) => ({seed: String(here.of.seed), question: questionOf(here), values});
  const told = pairs.filter(
    ({here, there}) => here.kept !== null && (here.revised_answer !== null || there.revised_answer !== null)
  );
  const [differs] = crossedMeans(
    told.map((d) => cell(d, [Number(d.here.revised_answer !== d.there.revised_answer)])),
    1,
    bootstrap
  );
  const [gained, lost, right, corrected, spoiled] = crossedMeans(
    pairs.map((d) => {
      const [a, b] = [d.here.revised_right, d.there.revised_right].map(Number);
      const moves = (of: AnsweredDemonstration, from: boolean) =>
        Number(of.own_right === from && of.revised_right !== from);
      return cell(d, [
        Number(a > b),
        Number(a < b),
        a - b,
        moves(d.here, false) - moves(d.there, false),
        moves(d.here, true) - moves(d.there, true)
      ]);
    }),
    5,
    bootstrap
  );
  return {arm, n: pairs.length, told: told.length, means: {differs, gained, lost, right, corrected, spoiled}};
}

/** Enough for two digits of an interval, and quick enough for a page. */
const bootstrap = {replicates: 1000};

/** What the teacher's uncertainty changed: the arm in view beside its controls, drawn; beside every other arm, as a table. */
export function uncertaintyEffect(
  study: OpenStudy,
  effects: readonly ArmEffect[],
  view: DemonstrationView
): HTMLElement {
  const controls = effects.filter((d) => d.control);
  return html`<div>
    ${
      controls.length
        ? effectFigure(study, controls, view)
        : absent(
            controlKind(study, view.setting, view.arm)
              ? "This arm is itself a control: choose the method above to see what its teacher’s uncertainty changed."
              : 'No arm that is taught in the same way shows its students another question’s uncertainty, or none. To compare, add to the methods of the study: {method: "alice", variant: "shuffled uncertainty", uncertainty: "shuffled"} and {method: "alice", variant: "without uncertainty", uncertainty: false}.'
          )
    }
    ${effects.length ? effectTable(study, effects, view) : null}
  </div>`;
}

const armOf = (view: DemonstrationView, effect: ArmEffect) => ({
  setting: view.setting,
  method: view.arm.method,
  variant: view.arm.variant,
  against: effect.arm.key,
  task: view.task || "all"
});

function effectFigure(study: OpenStudy, controls: readonly ArmEffect[], view: DemonstrationView): HTMLElement {
  const rows = quantities.flatMap(({name, title, group}) =>
    controls.flatMap(({arm, means}): ForestRow[] => {
      const {value, low, high} = means[name];
      return value === null ? [] : [{title, domain: group, overall: false, arm, value, low, high, refused: null}];
    })
  );
  return figure({
    id: "uncertainty-effect",
    title: effectTitle(controls[0]),
    subtitle: `“${view.arm.title}” (here) beside the same students on the same questions where they read another question’s uncertainty, or none (there).`,
    key: controls.map(({arm}) => ({...armItem(arm), label: `beside ${arm.title}`})),
    note: `${controls.map(({arm, n, told}) => `${arm.title}: ${count(n)} pairs${told < n ? `, with answers to compare in ${count(told)}` : ""}`).join("; ")}. In percent, differences in points. 95% intervals by resampling seeds and questions.`,
    data: controls.flatMap((effect) =>
      quantities.map(({name}) => ({
        ...armOf(view, effect),
        quantity: name,
        ...effect.means[name],
        n: name === "differs" ? effect.told : effect.n
      }))
    ),
    provenance: pageUrl(study.study, "provenance"),
    draw: (width) =>
      forestPlot(rows, {
        width,
        label: "Percent of demonstrations",
        ariaLabel: "What the teacher’s uncertainty changed, beside its controls",
        format: percent,
        tickFormat: (d) => percent(d).replace(".0", ""),
        references: [{at: 0, label: "nothing"}]
      })
  });
}

/** What the figure shows of the first control, in words that its numbers bear out. */
function effectTitle({arm, means: {right}}: ArmEffect): string {
  const beside = `beside “${arm.title}”`;
  if (right.value === null || right.low === null || right.high === null) return `The teacher’s uncertainty ${beside}`;
  const by = `${points(right.value)} points, ${interval(right.low, right.high, points)}`;
  if (right.low > 0) return `With the teacher’s own uncertainty, more revised answers are right ${beside} (${by})`;
  if (right.high < 0) return `With the teacher’s own uncertainty, fewer revised answers are right ${beside} (${by})`;
  return `Whether the uncertainty is the teacher’s own makes no clear difference ${beside} (${by})`;
}

function effectTable(study: OpenStudy, effects: readonly ArmEffect[], view: DemonstrationView): HTMLElement {
  return dataTable(effects, {
    caption: `“${view.arm.title}” beside every other arm, on the same questions, in percent`,
    columns: [
      {label: "Beside", value: (d) => d.arm.title},
      {label: "Pairs", numeric: true, value: (d) => count(d.n)},
      ...quantities.map(({name, title, group}) => ({
        label: group.startsWith("Difference") ? `${title}, difference` : title,
        numeric: true,
        value: (d: ArmEffect) => intervalCell(d.means[name], group.startsWith("Difference") ? points : percent)
      }))
    ],
    csv: {
      name: `${study.study}-uncertainty-effect.csv`,
      rows: effects.flatMap((effect) =>
        quantities.map(({name}) => ({
          ...armOf(view, effect),
          quantity: name,
          ...effect.means[name],
          n: name === "differs" ? effect.told : effect.n
        }))
      )
    }
  });
}
