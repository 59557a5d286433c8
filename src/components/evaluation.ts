import type {AccuracyRow} from "../charts/accuracyChart.js";
import {accuracyChart} from "../charts/accuracyChart.js";
import type {AgreementRow} from "../charts/agreementSplit.js";
import {agreementSplit} from "../charts/agreementSplit.js";
import type {ForestRow} from "../charts/forestPlot.js";
import {forestPlot} from "../charts/forestPlot.js";
import {cellsOf, lookup, overallCells} from "./estimates.js";
import type {KeyItem} from "./figure.js";
import {figure} from "./figure.js";
import {inSentence, interval, listed, plural, points, range, share} from "./format.js";
import {leakSentence, leaksOf} from "./leaks.js";
import {missing} from "./missing.js";
import {namesOf} from "./names.js";
import type {Arm} from "./palette.js";
import {armsOf, ceilingColor, weakColor} from "./palette.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";

/** The figures of the page on evaluation; the examples are `exampleExplorer`'s. */
export async function evaluation(study: OpenStudy) {
  const tables = await study.tables("estimates", "tasks", "predictors", "runs", "run_models");
  const {estimates, tasks} = tables;
  const arms = armsOf(study);
  const names = namesOf(study, tasks);
  const find = lookup(estimates);
  const cells = cellsOf(estimates);
  const provenance = pageUrl(study.study, "provenance");
  const title = (cell: (typeof cells)[number]) =>
    [names.task(cell.task), names.pair(cell.weak, cell.strong)].filter(Boolean).join(", ");
  const own = estimates.filter((d) => d.task !== "all" && d.value !== null);
  const sizes = [
    range(
      own.map((d) => d.seeds),
      "seed"
    ),
    range(
      own.map((d) => d.n),
      "test row"
    )
  ];
  const note = `${sizes.join(", ")} each. 95% intervals by resampling seeds and rows.`;
  const none = () => missing("No estimate is published for this study.", study.command);
  const studentKey: KeyItem[] = arms.map((arm) => ({
    label: arm.title,
    color: arm.color,
    shape: arm.mark,
    hollow: arm.hollow
  }));

  const accuracies: AccuracyRow[] = cells.flatMap((cell) => {
    const row = (
      line: string,
      quantity: string,
      arm: Arm | undefined,
      color: string,
      shape: AccuracyRow["shape"],
      hollow = false
    ): AccuracyRow[] => {
      const found = (arm ? [arm] : arms).map((a) => find(cell, a, quantity)).find((d) => d && d.value !== null);
      return found
        ? [{title: title(cell), line, color, shape, hollow, value: found.value!, low: found.low, high: found.high}]
        : [];
    };
    return [
      ...row("Weak supervisor", "weak", undefined, weakColor, "tick"),
      ...row("Weak model on gold labels", "weak_ceiling", undefined, weakColor, "square"),
      ...arms.flatMap((arm) =>
        row(`Student, ${inSentence(arm.title)}`, "student", arm, arm.color, arm.mark, arm.hollow)
      ),
      ...row("Strong ceiling", "strong_ceiling", undefined, ceilingColor, "tick")
    ];
  });

  const forest = (quantity: string, some: readonly Arm[]): ForestRow[] =>
    [...cells, ...overallCells(estimates)].flatMap((cell) =>
      some.flatMap((arm): ForestRow[] => {
        const found = find(cell, arm, quantity);
        const overall = cell.task === "all";
        return found
          ? [
              {
                title: overall
                  ? ["All tasks, median", names.pair(cell.weak, cell.strong)].filter(Boolean).join(", ")
                  : title(cell),
                overall,
                arm,
                value: found.value,
                low: found.low,
                high: found.high,
                refused: found.refused
              }
            ]
          : [];
      })
    );
  const pgrs = forest("pgr", arms);
  const others = arms.filter((arm) => arm.key !== "baseline");
  const differences = forest("difference", others);
  const plain = (some: readonly ForestRow[]) =>
    some.map(({arm, ...d}) => ({...d, method: arm.method, variant: arm.variant}));

  const agreements: AgreementRow[] = cells.flatMap((cell) =>
    arms.flatMap((arm) =>
      (["right", "wrong"] as const).flatMap((where): AgreementRow[] => {
        const found = find(cell, arm, `agreement_${where}`);
        return found && found.value !== null
          ? [{title: title(cell), arm, where, value: found.value, low: found.low, high: found.high}]
          : [];
      })
    )
  );

  return {
    headline: headline(differences, others, cells.length) + leakSentence(arms, cells, leaksOf(tables)),
    accuracies: accuracies.length
      ? figure({
          id: "accuracies",
          title: "Accuracy of every model on the same test rows",
          note: `${note} In percent.`,
          data: accuracies.map(({color: _, shape: __, hollow: ___, ...d}) => d),
          provenance,
          draw: (width) => accuracyChart(accuracies, {width})
        })
      : none(),
    pgr: pgrs.length
      ? figure({
          id: "pgr",
          title: "Share of the gap that students recover",
          subtitle:
            "PGR = (student − weak) / (ceiling − weak). Withheld where the ceiling is not clearly above the supervisor, a rule that no method influences.",
          key: studentKey,
          note,
          data: plain(pgrs),
          provenance,
          draw: (width) =>
            forestPlot(pgrs, {
              width,
              label: "Performance gap recovered",
              ariaLabel: "Performance gap recovered, by task and method",
              format: share,
              tickFormat: (d) => `${Math.round(d * 100)}%`,
              references: [
                {at: 0, label: "supervisor"},
                {at: 1, label: "ceiling"}
              ]
            })
        })
      : none(),
    difference: differences.length
      ? figure({
          id: "difference",
          title: "Difference from the baseline’s student",
          key: others.map((arm) => ({label: arm.title, color: arm.color, shape: arm.mark, hollow: arm.hollow})),
          note: `${note} In percentage points; intervals that reach 0 show no clear difference.`,
          data: plain(differences),
          provenance,
          draw: (width) =>
            forestPlot(differences, {
              width,
              label: "Points of test accuracy above the baseline",
              ariaLabel: "Difference in accuracy from the baseline, by task and method",
              format: points,
              tickFormat: (d) => points(d).replace(".0", ""),
              references: [{at: 0, label: "baseline"}]
            })
        })
      : others.length
        ? none()
        : missing("This study has one method only, so there is nothing to compare.", study.command),
    agreement: agreements.length
      ? figure({
          id: "agreement-split",
          title: "Students repeat what their supervisor knows, and some of its errors",
          subtitle: "A student that only imitates agrees as often where its supervisor is wrong as where it is right.",
          key: [
            ...studentKey.map((d) => ({...d, label: `${d.label}, supervisor right`})),
            {label: "supervisor wrong", color: "var(--theme-foreground-muted)", shape: "tick"}
          ],
          note,
          data: agreements.map(({arm, ...d}) => ({...d, method: arm.method, variant: arm.variant})),
          provenance,
          draw: (width) => agreementSplit(agreements, {width})
        })
      : none()
  };
}

function headline(differences: readonly ForestRow[], arms: readonly Arm[], cells: number): string {
  if (!cells) return "Nothing has been evaluated yet.";
  if (!arms.length) return "One method was evaluated.";
  const parts = arms.map((arm) => {
    const of = differences.filter((d) => d.arm === arm && d.value !== null && !d.overall);
    const over = differences.filter((d) => d.arm === arm && d.value !== null && d.overall);
    const better = of.filter((d) => d.low !== null && d.low > 0).length;
    const worse = of.filter((d) => d.high !== null && d.high < 0).length;
    const name = `“${inSentence(arm.title)}”`;
    if (!of.length) return `${name} was not compared`;
    const middle =
      over.length === 1 && cells > 1
        ? ` (median difference ${points(over[0].value!)} points, ${interval(over[0].low, over[0].high, points)})`
        : "";
    const verdicts = [
      ...(better ? [`clearly better on ${better}`] : []),
      ...(worse ? [`clearly worse on ${worse}`] : [])
    ];
    return verdicts.length
      ? `${name} is ${listed(verdicts)} of ${plural(cells, "task")}${middle}`
      : `${name} is not clearly different on any of ${plural(cells, "task")}${middle}`;
  });
  return `Against the baseline’s student, ${listed(parts)}.`;
}
