import type {AccuracyRow} from "../charts/accuracyChart.js";
import {accuracyChart} from "../charts/accuracyChart.js";
import type {AgreementRow} from "../charts/agreementSplit.js";
import {agreementSplit} from "../charts/agreementSplit.js";
import type {ForestRow} from "../charts/forestPlot.js";
import {forestPlot} from "../charts/forestPlot.js";
import {gapChart} from "../charts/gapChart.js";
import {sameAsBaseline} from "./comparisons.js";
import {domainsOf, overTitle} from "./domains.js";
import {isOverTasks} from "./estimates.js";
import type {KeyItem} from "./figure.js";
import {figure} from "./figure.js";
import {afterFirstChart} from "./firstChart.js";
import {inSentence, interval, listed, plural, points, range, share} from "./format.js";
import {gapRows} from "./gapRows.js";
import {d3} from "./kit.js";
import {leakSentence, leaksOf} from "./leaks.js";
import {absent, missing} from "./missing.js";
import {namesOf} from "./names.js";
import type {Arm, Ink} from "./palette.js";
import {ceilingColor, weakColor} from "./palette.js";
import {roleKey} from "./roleKey.js";
import type {Shown} from "./settingControl.js";
import {shownResults} from "./shownResults.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";
import {referenceOf} from "../statistics/reference.js";

/** With more tasks than these, the accuracies of one stand on one line. */
const most = 8;

/** The figures of the page on evaluation; the examples are `exampleExplorer`'s. */
export async function evaluation(study: OpenStudy, shown: Shown) {
  const {estimates, comparisons, tasks} = await study.tables("estimates", "comparisons", "tasks");
  const results = shownResults(study, estimates, shown);
  const {find, arms} = results;
  const names = namesOf(study, tasks);
  const domains = domainsOf(tasks);
  const cells = d3.sort(results.cells, (d) => domains.place(d.task));
  const overall = d3.sort(results.overall, (d) => d.task.length);
  const provenance = pageUrl(study.study, "provenance");
  const own = cells.flatMap((cell) => arms.flatMap((arm) => find(cell, arm, "student") ?? []));
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
  const keyOf = (some: readonly Arm[]): KeyItem[] =>
    some.map(({title, mark, ...ink}) => ({...ink, label: title, shape: mark}));

  const accuracies: AccuracyRow[] = cells.flatMap((cell) => {
    const row = (
      line: string,
      quantity: string,
      arm: Arm | undefined,
      {color, fill, hollow}: Pick<Ink, "color" | "fill" | "hollow">,
      shape: AccuracyRow["shape"]
    ): AccuracyRow[] => {
      const found = (arm ? [arm] : arms).map((a) => find(cell, a, quantity)).find((d) => d && d.value !== null);
      return found
        ? [
            {
              title: names.task(cell.task),
              line,
              color,
              fill,
              hollow,
              shape,
              value: found.value!,
              low: found.low,
              high: found.high
            }
          ]
        : [];
    };
    const plain = (color: string) => ({color, fill: color, hollow: false});
    return [
      ...row("Weak supervisor", "weak", undefined, plain(weakColor), "tick"),
      ...row("Weak model on gold labels", "weak_ceiling", undefined, plain(weakColor), "square"),
      ...arms.flatMap((arm) => row(`Student, ${inSentence(arm.title)}`, "student", arm, arm, arm.mark)),
      ...row("Strong ceiling", "strong_ceiling", undefined, plain(ceilingColor), "tick")
    ];
  });

  const forest = (quantity: string, some: readonly Arm[]): ForestRow[] =>
    [...cells, ...overall].flatMap((cell) =>
      some.flatMap((arm): ForestRow[] => {
        const found = find(cell, arm, quantity);
        const over = isOverTasks(cell.task);
        return found
          ? [
              {
                title: over
                  ? new Set(tasks.map((d) => d.domain)).size > 1
                    ? `Median over ${overTitle(cell.task)}`
                    : "All tasks, median"
                  : names.task(cell.task),
                domain: over ? undefined : domains.title(cell.task),
                overall: over,
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
  const isSame = sameAsBaseline(comparisons);
  const same = arms.filter((arm) => isSame(shown, arm));
  const reference = referenceOf(shown.setting);
  const others = arms.filter((arm) => arm.key !== reference && !same.includes(arm));
  const plainly =
    reference === "baseline" ? "baseline" : (arms.find((arm) => arm.key === reference)?.title ?? reference);
  const noneBetween = same
    .map((arm) => ` With “${inSentence(arm.title)}” no model lies between these two, so its student is the baseline’s.`)
    .join("");
  const differences = forest("difference", others);
  const plain = (some: readonly ForestRow[]) =>
    some.map(({arm, domain: _, ...d}) => ({...d, method: arm.method, variant: arm.variant}));

  const agreements: AgreementRow[] = cells.flatMap((cell) =>
    arms.flatMap((arm) =>
      (["right", "wrong"] as const).flatMap((where): AgreementRow[] => {
        const found = find(cell, arm, `agreement_${where}`);
        return found && found.value !== null
          ? [{title: names.task(cell.task), arm, where, value: found.value, low: found.low, high: found.high}]
          : [];
      })
    )
  );
  const rows = gapRows({arms, names, domains, cells}, estimates);
  const perLine = cells.length <= most;

  return {
    headline: `${headline(differences, others, cells.length)}${noneBetween}`,
    /** Who saw what it must not is in a large table, which follows the first chart. */
    leaks: afterFirstChart()
      .then(() => study.tables("predictors", "runs", "run_models"))
      .then((tables) => leakSentence(arms, cells, leaksOf(tables))),
    accuracies: accuracies.length
      ? figure({
          id: "accuracies",
          title: "Accuracy of every model on the same test rows",
          key: perLine ? [] : roleKey(arms),
          note: `${note}${perLine ? " In percent." : ""}`,
          data: accuracies.map(({color: _, shape: __, hollow: ___, fill: ____, ...d}) => d),
          provenance,
          draw: (width) => (perLine ? accuracyChart(accuracies, {width}) : gapChart(rows, [], {width}))
        })
      : none(),
    pgr: pgrs.length
      ? figure({
          id: "pgr",
          title: "Share of the gap that students recover",
          subtitle:
            "PGR = (student − weak) / (ceiling − weak). Withheld where the ceiling is not clearly above the supervisor, a rule that no method influences.",
          key: keyOf(arms),
          note: `${note}${noneBetween}`,
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
          title:
            reference === "baseline"
              ? "Difference from the baseline’s student"
              : `Difference from the student of ${plainly}`,
          key: keyOf(others.filter((arm) => differences.some((d) => d.arm === arm))),
          note: `${note} In percentage points; intervals that reach 0 show no clear difference.${noneBetween}`,
          data: plain(differences),
          provenance,
          draw: (width) =>
            forestPlot(differences, {
              width,
              label: `Points of test accuracy above ${reference === "baseline" ? "the " : ""}${plainly}`,
              ariaLabel: `Difference in accuracy from ${plainly}, by task and method`,
              format: points,
              tickFormat: (d) => points(d).replace(".0", ""),
              references: [{at: 0, label: plainly}]
            })
        })
      : arms.some((arm) => arm.key === reference) && !others.length
        ? absent("One method only was run with this setting and these models, so there is nothing to compare.")
        : cells.length
          ? absent(`No ${plainly} was run with this setting and these models, so there is nothing to compare with.`)
          : none(),
    agreement: agreements.length
      ? figure({
          id: "agreement-split",
          title: agreementTitle(agreements),
          subtitle: "A student that only imitates agrees as often where its supervisor is wrong as where it is right.",
          key: [
            ...keyOf(arms).map((d) => ({...d, label: `${d.label}, supervisor right`})),
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

/** What the figure shows, in words that its numbers bear out. */
function agreementTitle(rows: readonly AgreementRow[]): string {
  const pairs = d3.groups(rows, (d) => `${d.title} ${d.arm.key}`).map(([, some]) => some);
  const apart = pairs.filter((some) => {
    const [right, wrong] = ["right", "wrong"].map((where) => some.find((d) => d.where === where)?.value);
    return right !== undefined && wrong !== undefined && right > wrong;
  }).length;
  return apart === pairs.length
    ? "Students repeat what their supervisor knows, and some of its errors"
    : `Students agree more where their supervisor is right in ${apart} of ${plural(pairs.length, "case")}`;
}

function headline(differences: readonly ForestRow[], arms: readonly Arm[], cells: number): string {
  if (!cells) return "Nothing has been evaluated yet.";
  if (!arms.length) return "One method was evaluated with this setting and these models.";
  if (!differences.length) return "No baseline ran in this setting, so methods are not compared here.";
  const parts = arms.map((arm) => {
    const of = differences.filter((d) => d.arm === arm && d.value !== null && !d.overall);
    const over = differences.filter((d) => d.arm === arm && d.value !== null && d.overall);
    const better = of.filter((d) => d.low !== null && d.low > 0).length;
    const worse = of.filter((d) => d.high !== null && d.high < 0).length;
    const name = `“${inSentence(arm.title)}”`;
    if (!of.length) return `${name} was not compared`;
    const middle =
      over.length === 1 && of.length > 1
        ? ` (${over[0].title === "All tasks, median" ? "median difference" : inSentence(over[0].title)} ${points(over[0].value!)} points, ${interval(over[0].low, over[0].high, points)})`
        : "";
    const verdicts = [
      ...(better ? [`clearly better on ${better}`] : []),
      ...(worse ? [`clearly worse on ${worse}`] : [])
    ];
    return verdicts.length
      ? `${name} is ${listed(verdicts)} of ${plural(of.length, "task")}${middle}`
      : `${name} is not clearly different on any of ${plural(of.length, "task")}${middle}`;
  });
  return `Against the baseline’s student, ${listed(parts)}.`;
}
