import {judgePlot, type JudgePlotRow} from "../charts/judgePlot.js";
import {firstPlace} from "../statistics/firstPlace.js";
import {constantSide, judgeAccuracy, type JudgedShare, positionBias, type Verdict} from "../statistics/judge.js";
import {dataTable} from "./dataTable.js";
import {
  accuracyMark,
  alwaysSays,
  benches,
  constantNote,
  type Debate,
  type Debates,
  differ,
  groupOf,
  heardBy,
  isRight,
  protocolTitles,
  type Question,
  type Side
} from "./debates.js";
import {figure} from "./figure.js";
import {interval, plural, share} from "./format.js";
import {d3, html} from "./kit.js";
import {given, type JudgeLog} from "./judgeLog.js";
import type {Mark} from "./palette.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";

interface Result {
  judge: string;
  heard: string;
  accuracy: JudgedShare;
  /** The side that the judge prefers on every question. */
  always: Side | null;
  bias: JudgedShare;
  color: string;
  mark: Mark;
  hollow: boolean;
}

/** What the reader judged, as the table of verdicts would have it. */
export function ownVerdicts(log: Pick<JudgeLog, "entries">, questions: readonly Question[]): Verdict[] {
  const asked = new Map(questions.map((d) => [d.example, d]));
  return given(log).flatMap(({example, choice, first}) => {
    const question = asked.get(example);
    if (!question) return [];
    const right = differ(question) ? isRight(question, question[choice]) : null;
    return [{example, order: `${first}_first`, log_odds: choice === "strong" ? 1 : -1, choice, right}];
  });
}

/** How the reader did beside the study's judges, on the questions that the reader judged. */
export function judgeResults(
  study: OpenStudy,
  debates: Debates,
  debate: Debate,
  questions: readonly Question[],
  log: JudgeLog
): HTMLElement {
  const own = ownVerdicts(log, questions);
  const examples = new Set(own.map((d) => d.example));
  const others = debate.verdicts.filter((d) => examples.has(d.example));
  const {arm} = groupOf(debates, debate);
  const results: Result[] = [
    {
      judge: "You",
      heard: protocolTitles.debate,
      accuracy: judgeAccuracy(own),
      always: constantSide(own),
      bias: firstPlace(own),
      color: "var(--theme-foreground-focus)",
      mark: "diamond",
      hollow: false
    },
    ...benches(debate.verdicts).map((bench): Result => {
      const verdicts = others.filter(heardBy(bench));
      const both = positionBias(verdicts);
      const plain = bench.protocol === "debate" && !bench.oracle;
      return {
        judge: debates.judge(bench),
        heard: protocolTitles[bench.protocol] ?? bench.protocol,
        accuracy: judgeAccuracy(verdicts),
        always: bench.judge === "gold" ? null : constantSide(verdicts),
        bias: both.n ? both : firstPlace(verdicts),
        color: plain ? (arm?.color ?? "var(--other)") : bench.oracle ? "var(--gold)" : "var(--theme-foreground-muted)",
        mark: plain ? (arm?.mark ?? "circle") : bench.oracle ? "star" : "circle",
        hollow: !plain
      };
    })
  ];
  const shown = (d: JudgedShare) => (d.value === null ? null : `${share(d.value)} (${interval(d.low, d.high, share)})`);
  const right = (d: Result) =>
    d.always && d.accuracy.value !== null ? `${share(d.accuracy.value)}, ${alwaysSays(d.always)}` : shown(d.accuracy);
  const [you] = results;
  const told = results.filter((d) => d.accuracy.value !== null);
  const rows = told.map(({judge, heard, accuracy, always, color, mark, hollow}): JudgePlotRow => ({
    title: "On the questions that you judged",
    label: judge === "You" ? judge : `${judge}, ${heard.replace(/:.*/, "")}`,
    color,
    mark,
    ...accuracyMark(accuracy, accuracy.value!, always, hollow)
  }));
  return html`<section>
    <h2>How you did</h2>
    <p class="lead">
      ${
        you.accuracy.value === null
          ? `On none of the ${plural(own.length, "question")} that you judged did the sides differ, so nobody could be right or wrong.`
          : `Of the ${plural(own.length, "question")} that you judged, the sides differed on ${you.accuracy.n}; ${
              you.always
                ? `you preferred ${alwaysSays(you.always)}, which is right in ${share(you.accuracy.value)} of these`
                : `you preferred the side that is right in ${shown(you.accuracy)} of these`
            }.`
      }
      You chose the explanation shown first in ${shown(you.bias)} of your verdicts; the order was drawn at random.
    </p>
    ${
      rows.length
        ? figure({
            id: "your-accuracy",
            title: "How often you and the study’s judges prefer the side that is right",
            note: `Questions on which the sides differ, among those that you judged (n). 95% Wilson intervals.${constantNote(told.map((d) => d.always))}`,
            data: told.map(({judge, heard, accuracy: {value, low, high, n}, always}) => ({
              judge,
              heard,
              accuracy: value,
              low: always ? null : low,
              high: always ? null : high,
              n,
              always: always ?? ""
            })),
            provenance: pageUrl(study.study, "provenance", {run: debate.run.run, role: "student"}),
            draw: (width) =>
              judgePlot(rows, {
                width,
                label: "Judge accuracy",
                ariaLabel: "Your accuracy beside that of the study’s judges",
                half: "chance"
              })
          })
        : null
    }
    ${dataTable(results, {
      caption: "Accuracy and position bias on the questions that you judged",
      csv: {
        name: "judges.csv",
        rows: results.map(({judge, heard, accuracy, always, bias}) => ({
          judge,
          heard,
          accuracy: accuracy.value,
          accuracy_low: always ? null : accuracy.low,
          accuracy_high: always ? null : accuracy.high,
          accuracy_n: accuracy.n,
          always: always ?? "",
          first_place: bias.value,
          first_place_low: bias.low,
          first_place_high: bias.high,
          first_place_n: bias.n
        }))
      },
      columns: [
        {label: "Judge", value: (d) => d.judge},
        {label: "Heard", value: (d) => d.heard},
        {label: "Right (95%)", numeric: true, value: right},
        {label: "n", numeric: true, value: (d) => String(d.accuracy.n)},
        {label: "Chose the first (95%)", numeric: true, value: (d) => shown(d.bias)},
        {label: "n", numeric: true, value: (d) => String(d.bias.n)}
      ]
    })}
    ${oneByOne(study, debates, debate, own)}
  </section>`;
}

/** Each verdict with its transcript, now that it was given. */
function oneByOne(study: OpenStudy, debates: Debates, debate: Debate, own: readonly Verdict[]): HTMLElement {
  const {run} = debate;
  const group = groupOf(debates, debate).key;
  const first = {of: groupOf(debates, debates.all[0]).key, task: debates.all[0].run.task};
  const link = (example: string) =>
    pageUrl(study.study, "debate", {
      of: group === first.of ? undefined : group,
      models: `${debate.weak}, ${debate.strong}`,
      task: run.task === first.task ? undefined : run.task,
      seed: String(run.seed),
      question: example
    });
  const rows = d3.sort(own, (d) => d.example);
  return html`<details class="fold">
    <summary>Your verdicts, one by one</summary>
    ${dataTable(rows, {
      caption: "Your verdicts",
      columns: [
        {label: "Question", value: (d) => html`<a href=${link(d.example)}>${d.example}</a>`},
        {label: "You preferred", value: (d) => `the ${d.choice} side`},
        {label: "Shown first", value: (d) => `the ${d.order.replace("_first", "")} side`},
        {
          label: "That side is",
          value: (d) =>
            d.right === null
              ? "as right as the other"
              : html`<span class=${d.right ? "right" : "wrong"}>${d.right ? "right" : "wrong"}</span>`
        }
      ]
    })}
  </details>`;
}
