import {dataTable} from "./dataTable.js";
import {type Demonstration, type Demonstrations, shareOf} from "./demonstrationRows.js";
import {type DemonstrationView, isBeside} from "./demonstrationViews.js";
import {intervalCell} from "./estimateCell.js";
import {count, percent} from "./format.js";
import {d3, html} from "./kit.js";
import type {Leak} from "./leaks.js";
import type {OpenStudy} from "./study.js";

const columns = [
  {name: "own_right", label: "Own right", of: () => true, holds: (d: Demonstration) => d.own_right},
  {
    name: "teacher_right",
    label: "Teacher right",
    of: (d: Demonstration) => d.teacher_right !== null,
    holds: (d: Demonstration) => d.teacher_right === true
  },
  {name: "revised_right", label: "Revised right", of: () => true, holds: (d: Demonstration) => d.revised_right},
  {
    name: "put_right",
    label: "Own wrong, put right",
    of: (d: Demonstration) => !d.own_right,
    holds: (d: Demonstration) => d.revised_right
  },
  {
    name: "spoiled",
    label: "Own right, spoiled",
    of: (d: Demonstration) => d.own_right,
    holds: (d: Demonstration) => !d.revised_right
  }
] as const;

/** Every arm with the same models, task by task: who was right before and after. An arm that saw what it must not is marked. */
export function demonstrationResults(
  study: OpenStudy,
  {all, names, arms}: Demonstrations,
  view: DemonstrationView,
  leak: Leak
): HTMLElement {
  const {setting, weak, strong} = view;
  const own = all.filter(isBeside(view));
  const several = new Set(own.map((d) => d.stage)).size > 1;
  const groups = d3.sort(
    d3
      .groups(own, ({of, stage}) => JSON.stringify([of.arm.key, of.task, stage]))
      .map(([, some]) => ({some, of: some[0].of, stage: some[0].stage})),
    (d) => arms.indexOf(d.of.arm),
    (d) => study.tasks.indexOf(d.of.task),
    (d) => d.stage
  );
  const measured = groups.map(({some, of, stage}) => ({
    of,
    stage,
    n: some.length,
    shares: columns.map((column) => {
      const counted = some.filter(column.of);
      return counted.length ? shareOf(counted, column.holds) : null;
    })
  }));
  return dataTable(measured, {
    grouped: true,
    caption: "Who was right before and after, by method and task, in percent with 95% Wilson intervals",
    columns: [
      {
        label: "Method",
        value: ({of}) =>
          leak(of, of.arm)
            ? html`<span>${of.arm.title} <strong class="leak">not weak-to-strong</strong></span>`
            : of.arm.title
      },
      {label: "Task", value: ({of}) => names.task(of.task)},
      ...(several ? [{label: "Stage", numeric: true, value: (d: {stage: number}) => String(d.stage + 1)}] : []),
      {label: "n", numeric: true, value: ({n}) => count(n)},
      ...columns.map(({label}, i) => ({
        label,
        numeric: true,
        value: ({shares}: (typeof measured)[number]) => (shares[i] ? intervalCell(shares[i], percent) : null)
      }))
    ],
    csv: {
      name: `${study.study}-demonstration-results.csv`,
      rows: measured.flatMap(({of, stage, shares}) =>
        columns.map(({name}, i) => ({
          setting,
          weak,
          strong,
          method: of.arm.method,
          variant: of.arm.variant,
          task: of.task,
          stage,
          quantity: name,
          value: shares[i]?.value,
          low: shares[i]?.low,
          high: shares[i]?.high,
          n: shares[i]?.n,
          leak: leak(of, of.arm)
        }))
      )
    }
  });
}
