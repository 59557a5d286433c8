import {binDebateValues, debateValueChart, type DebateValue, truths, truthTitles} from "../charts/debateValueChart.js";
import {judgePlot, type JudgePlotRow} from "../charts/judgePlot.js";
import {countedOnce} from "../statistics/countedOnce.js";
import {firstPlace} from "../statistics/firstPlace.js";
import {
  constantSide,
  debateValues,
  judgeAccuracy,
  type JudgedShare,
  positionBias,
  type Verdict
} from "../statistics/judge.js";
import {wilson} from "../statistics/wilson.js";
import type {Row} from "../tables.js";
import {dataTable} from "./dataTable.js";
import {
  alwaysSays,
  type Bench,
  benches,
  benchTitle,
  constantNote,
  type Debate,
  accuracyMark,
  debateControls,
  type Debates,
  differ,
  groupOf,
  heardBy,
  isRight,
  openDebates,
  pooled,
  questionsOf,
  type Side
} from "./debates.js";
import {figure, type KeyItem} from "./figure.js";
import {afterFirstChart} from "./firstChart.js";
import {capital, decimals, interval, listed, plural, share} from "./format.js";
import {d3, html, Inputs} from "./kit.js";
import {missing} from "./missing.js";
import {type Arm} from "./palette.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";
import {transcripts} from "./transcripts.js";

/** The parts of the page on debates, for the debates that its controls choose. */
export async function debatePage(study: OpenStudy) {
  const debates = await openDebates(study);
  const place = (): HTMLElement => html`<div></div>`;
  if (!debates.all.length) {
    const none = "No debate of this study was judged.";
    return {
      question: html`<span
        >Two models decide and explain, and a judge says which explains better. Does it find the one that is
        right?</span
      >`,
      headline: html`<span>${none}</span>`,
      controls: html`<span></span>`,
      accuracy: missing(none, study.command),
      orders: html`<span></span>`,
      values: html`<span></span>`,
      decisions: () => html`<span></span>`,
      transcripts: () => html`<span></span>`
    };
  }
  const {inputs, chosen} = debateControls(debates, ["of", "models"]);
  const [question, headline, accuracy, orders, values] = Array.from({length: 5}, place);
  const redraw = () => {
    const some = chosen();
    if (!some.length) {
      for (const part of [question, headline, orders, values]) part.replaceChildren();
      accuracy.replaceChildren(missing("There is no such debate.", study.command));
      return;
    }
    question.replaceChildren(asked(debates, some));
    headline.replaceChildren(cameOut(debates, some));
    accuracy.replaceChildren(accuracyFigure(study, debates, some));
    orders.replaceChildren(orderFigure(study, debates, some));
    values.replaceChildren(valueFigure(study, debates, some));
  };
  for (const input of inputs) input.addEventListener("input", redraw);
  redraw();
  const following = (draw: (some: readonly Debate[], turns: readonly Row<"debates">[]) => Node) => async () => {
    const node = place();
    await afterFirstChart();
    const {debates: turns} = await study.tables("debates");
    const fill = () => node.replaceChildren(draw(chosen(), turns));
    for (const input of inputs) input.addEventListener("input", fill);
    fill();
    return node;
  };
  return {
    question,
    headline,
    controls: html`<div class="controls">${inputs}</div>`,
    accuracy,
    orders,
    values,
    decisions: following((some, turns) => decisionTable(debates, some, turns)),
    transcripts: () => transcripts(study, debates, {chosen, inputs})
  };
}

/** What the first model that judges, or whoever judged, heard of both sides. */
const mainBench = (some: readonly Debate[]): Bench => {
  const all = allBenches(some);
  return all.find((d) => !d.oracle && d.protocol === "debate") ?? all[0];
};

const allBenches = (some: readonly Debate[]): Bench[] => benches(some.flatMap((d) => d.verdicts));

function asked({judge, names}: Debates, some: readonly Debate[]): Node {
  const [{weak, strong}] = some;
  const bench = mainBench(some);
  const who = bench.judge === weak ? `${judge(bench)} as it is` : judge(bench);
  return html`<span
    >${names.model(strong)} and ${names.model(weak)} decide and explain; the judge (${who}) says which side explains
    better. Does it find the side that is right, and better than without the explanations?</span
  >`;
}

/** Judge accuracy over debates of several tasks and seeds; the interval counts each question once. */
function accuracyOf(some: readonly Debate[], bench: Bench): JudgedShare {
  const told = (d: Row<"verdicts">) => heardBy(bench)(d) && d.right !== null;
  return countedOnce(judgeAccuracy(pooled(some, heardBy(bench))), distinct(some, told));
}

/** The side that a bench prefers on every question; not told of the ground truth, which is right by definition. */
const alwaysOf = (some: readonly Debate[], bench: Bench): Side | null =>
  bench.judge === "gold" ? null : constantSide(pooled(some, heardBy(bench)));

/** How often a bench chose the side shown first. */
function biasOf(some: readonly Debate[], bench: Bench): JudgedShare & {logOdds: number | null} {
  const verdicts = pooled(some, heardBy(bench));
  const bias = positionBias(verdicts);
  const found = bias.n ? bias : {...firstPlace(verdicts), logOdds: null};
  return countedOnce(found, distinct(some, heardBy(bench)));
}

const distinct = (some: readonly Debate[], of: (d: Row<"verdicts">) => boolean): number =>
  new Set(some.flatMap(({run, verdicts}) => verdicts.filter(of).map((d) => `${run.task} ${d.example}`))).size;

const withRange = ({value, low, high}: JudgedShare): string => `${share(value!)} (${interval(low, high, share)})`;

function cameOut(debates: Debates, some: readonly Debate[]): Node {
  const bench = mainBench(some);
  const accuracy = accuracyOf(some, bench);
  const tasks = new Set(some.map((d) => d.run.task)).size;
  const seeds = new Set(some.map((d) => d.run.seed)).size;
  const over = `${plural(tasks, "task")}, ${plural(seeds, "seed")}`;
  if (accuracy.value === null) return html`<span>The sides decide alike on every question (${over}).</span>`;
  const control = (protocol: string) => {
    const found = allBenches(some).find((d) => d.judge === bench.judge && d.protocol === protocol);
    const own = found && accuracyOf(some, found);
    if (own?.value == null) return [];
    const side = alwaysOf(some, found!);
    return [{of: side ? share(own.value) : withRange(own), constant: side ? `, saying ${alwaysSays(side)}` : ""}];
  };
  const beside = [
    ...control("blind").map((d) => `${d.of} where it sees the answers alone${d.constant}`),
    ...control("consultancy").map((d) => `${d.of} where it hears the strong side alone${d.constant}`)
  ];
  const {value, low, high} = biasOf(some, bench);
  const chance =
    accuracy.low > 0.5
      ? "better than chance"
      : accuracy.high < 0.5
        ? "worse than chance"
        : "not told apart from chance";
  const side = alwaysOf(some, bench);
  const found = side
    ? `says ${alwaysSays(side)}, which is right ${share(accuracy.value)} of the time: no skill is measured`
    : `prefers the side that is right ${withRange(accuracy)} of the time: ${chance}`;
  return html`<span
    >On the ${plural(accuracy.n, "question")} on which the sides differ (${over}), ${debates.judge(bench)}
    ${found}${beside.length ? `; ${listed(beside)}` : ""}.${
      value === null
        ? ""
        : ` It chooses the side shown first in ${share(value)} (${interval(low, high, share)}) of its verdicts.`
    }</span
  >`;
}

/** By task, then over all of them. */
function byTask({names}: Debates, some: readonly Debate[]): [string, readonly Debate[]][] {
  const groups = d3
    .groups(some, (d) => d.run.task)
    .map(([task, of]): [string, readonly Debate[]] => [names.task(task), of]);
  return groups.length > 1 ? [["All tasks", some], ...groups] : groups;
}

const look = (bench: Bench, arm: Arm | undefined): Pick<JudgePlotRow, "color" | "mark"> =>
  bench.protocol === "debate" && !bench.oracle
    ? {color: arm?.color ?? "var(--other)", mark: arm?.mark ?? "circle"}
    : {color: bench.oracle ? "var(--gold)" : "var(--theme-foreground-muted)", mark: bench.oracle ? "star" : "circle"};

const intervals = "Wilson intervals, which count a question once though several seeds debate it.";

const provenanceOf = (study: OpenStudy, some: readonly Debate[]) =>
  pageUrl(study.study, "provenance", {run: some[0].run.run, role: "student"});

function accuracyFigure(study: OpenStudy, debates: Debates, some: readonly Debate[]): HTMLElement {
  const {arm} = groupOf(debates, some[0]);
  const all = allBenches(some);
  const found = byTask(debates, some).flatMap(([title, of]) =>
    all.flatMap((bench) => {
      const accuracy = accuracyOf(of, bench);
      return accuracy.value === null
        ? []
        : [{title, bench, accuracy, value: accuracy.value, always: alwaysOf(of, bench)}];
    })
  );
  if (!found.length)
    return missing("The sides decide alike on every question: no judge could be right or wrong.", study.command);
  const rows = found.map(({title, bench, accuracy, value, always}): JudgePlotRow => ({
    title,
    label: capital(benchTitle(debates, bench, all)),
    ...look(bench, arm),
    ...accuracyMark(accuracy, value, always, bench.oracle || bench.protocol !== "debate")
  }));
  return figure({
    id: "judge-accuracy",
    title: "How often the judge prefers the side that is right",
    subtitle:
      "Questions on which the sides differ; verdicts averaged over both orders, a tie counts one half." +
      (all.some((d) => d.oracle)
        ? " An oracle knows the truth, or more than the weak model: no weak-to-strong judge."
        : ""),
    key: keyOf(all, arm),
    note: `n: questions of all seeds. 95% ${intervals}${constantNote(found.map((d) => d.always))}`,
    data: found.map(({title, bench, accuracy: {value, low, high, n}, always}) => ({
      task: title,
      judge: bench.judge,
      oracle: bench.oracle,
      protocol: bench.protocol,
      accuracy: value,
      low: always ? null : low,
      high: always ? null : high,
      n,
      always: always ?? ""
    })),
    provenance: provenanceOf(study, some),
    draw: (width) =>
      judgePlot(rows, {
        width,
        label: "Judge accuracy",
        ariaLabel: "Judge accuracy by task and protocol",
        half: "chance"
      })
  });
}

function keyOf(all: readonly Bench[], arm: Arm | undefined): KeyItem[] {
  const item = (label: string, bench: Bench | undefined, hollow: boolean): KeyItem[] => {
    if (!bench) return [];
    const {color, mark} = look(bench, arm);
    return [{label, color, shape: mark, hollow}];
  };
  return [
    ...item(
      "debate",
      all.find((d) => d.protocol === "debate" && !d.oracle),
      false
    ),
    ...item(
      "controls",
      all.find((d) => d.protocol !== "debate" && !d.oracle),
      true
    ),
    ...item(
      "oracle",
      all.find((d) => d.oracle),
      true
    )
  ];
}

function orderFigure(study: OpenStudy, debates: Debates, some: readonly Debate[]): HTMLElement {
  const {arm} = groupOf(debates, some[0]);
  const all = allBenches(some).filter((d) => d.protocol !== "consultancy");
  const found = byTask(debates, some).flatMap(([title, of]) =>
    all.flatMap((bench) => {
      const shares = (["strong_first", "weak_first"] as const).flatMap((order) => {
        const own = pooled(of, (d) => heardBy(bench)(d) && d.order === order);
        const strong = own.filter((d) => d.choice === "strong").length;
        const once = distinct(of, (d) => heardBy(bench)(d) && d.order === order);
        const n = own.length;
        return n ? [{order, ...countedOnce({value: strong / n, ...wilson(strong, n), n}, once)}] : [];
      });
      return shares.length ? [{title, bench, shares, bias: biasOf(of, bench)}] : [];
    })
  );
  const rows = found.map(({title, bench, shares, bias}): JudgePlotRow => ({
    title,
    label: capital(benchTitle(debates, bench, all)),
    ...look(bench, arm),
    shares: shares.map(({order, value, low, high}) => ({value: value!, low, high, hollow: order === "weak_first"})),
    text: bias.value === null ? "" : share(bias.value),
    subtext: bias.value === null ? "" : `${interval(bias.low, bias.high, share)}, n = ${bias.n}`
  }));
  const main = found.find((d) => d.bench.judge === mainBench(some).judge && d.bench.protocol === "debate");
  const worth = main?.bias.logOdds;
  const ink = "var(--theme-foreground)";
  return figure({
    id: "verdict-order",
    title: "Verdicts for the strong side, by which side was shown first",
    subtitle:
      "A judge that does not look at the place puts both marks on one spot. At the right, the position bias: the share of verdicts for the side shown first, one half without bias." +
      (worth == null ? "" : ` In debate, the first place is worth ${decimals(2)(worth)} nats on average.`),
    key: [
      {label: "strong side first", color: ink, shape: "circle"},
      {label: "weak side first", color: ink, shape: "circle", hollow: true}
    ],
    note: `All questions, whether the sides differ or not; n: those judged in both orders, of all seeds. 95% ${intervals}`,
    data: found.flatMap(({title, bench, shares, bias}) =>
      shares.map(({order, value, low, high, n}) => ({
        task: title,
        judge: bench.judge,
        oracle: bench.oracle,
        protocol: bench.protocol,
        order,
        for_strong: value,
        low,
        high,
        n,
        first_place: bias.value,
        first_place_low: bias.low,
        first_place_high: bias.high,
        first_place_log_odds: bias.logOdds
      }))
    ),
    provenance: provenanceOf(study, some),
    draw: (width) =>
      judgePlot(rows, {
        width,
        label: "Verdicts for the strong side",
        ariaLabel: "Verdicts for the strong side by order",
        half: "one half",
        heading: width < 600 ? "" : "chose the first"
      })
  });
}

/** D by question, with whose decision was right as far as verdicts tell. */
function valuesOf(some: readonly Debate[], bench: Bench): (DebateValue & {question: string})[] {
  return some.flatMap(({run, key, verdicts}) => {
    const own: readonly Verdict[] = verdicts.filter(heardBy(bench));
    const told = new Map(own.map((d) => [d.example, d]));
    return [...debateValues(own)].map(([example, value]) => {
      const {right, choice} = told.get(example)!;
      const strong = (choice === "strong") === right;
      return {
        question: `${run.run} ${key} ${example}`,
        value,
        truth: right === null ? "alike" : strong ? "strong" : "weak"
      };
    });
  });
}

function valueFigure(study: OpenStudy, debates: Debates, some: readonly Debate[]): HTMLElement {
  const all = allBenches(some).filter((d) => d.protocol === "debate");
  const place = html`<div></div>`;
  const bench = Inputs.select(
    all.map((_, i) => i),
    {
      label: "Judge",
      format: (i) => debates.judge(all[i]),
      value: Math.max(
        0,
        all.findIndex((d) => !d.oracle)
      )
    }
  );
  const draw = () => {
    const values = valuesOf(some, all[bench.value]);
    const bins = binDebateValues(values);
    const counts = truths
      .map((truth) => ({truth, n: values.filter((d) => d.truth === truth).length}))
      .filter((d) => d.n);
    place.replaceChildren(
      figure({
        id: "debate-value",
        title: "How far the judge leans, by whose decision was right",
        subtitle: `D of the paper’s definition 4: log-odds that the strong side explains better, averaged over both orders. Judge: ${debates.judge(all[bench.value])}.`,
        key: [
          {label: "leans to the right side", color: "var(--good)", shape: "area"},
          {label: "leans to the wrong side", color: "var(--bad)", shape: "area"},
          {label: "no side is more right", color: "var(--weak)", shape: "area"}
        ],
        note: `${listed(counts.map(({truth, n}) => `${truthTitles[truth].toLowerCase()} on ${plural(n, "question")}`))}, all seeds.`.replace(
          /^./,
          (first) => first.toUpperCase()
        ),
        data: values.map(({question, value, truth}) => ({question, value, truth})),
        provenance: provenanceOf(study, some),
        draw: (width) => debateValueChart(bins, {width})
      })
    );
  };
  if (!all.length) return html`<span></span>`;
  bench.addEventListener("input", draw);
  draw();
  return html`<div>${all.length > 1 ? html`<div class="controls">${bench}</div>` : null}${place}</div>`;
}

/** Who decided right, and whom the judge then preferred. */
function decisionTable(debates: Debates, some: readonly Debate[], turns: readonly Row<"debates">[]): HTMLElement {
  if (!some.length) return html`<span></span>`;
  const bench = mainBench(some);
  const asked = some.flatMap((debate) => {
    const own = debate.verdicts.filter(heardBy(bench));
    const values = debateValues(own);
    const byExample = d3.group(own, (d) => d.example);
    return questionsOf(debate, turns).map((question) => ({
      kind: differ(question)
        ? isRight(question, question.strong)
          ? "Only the strong side is right"
          : "Only the weak side is right"
        : isRight(question, question.strong)
          ? "Both are right"
          : "Both are wrong",
      value: values.get(question.example),
      split: new Set(byExample.get(question.example)?.map((d) => d.choice)).size > 1
    }));
  });
  const kinds = ["Only the strong side is right", "Only the weak side is right", "Both are right", "Both are wrong"];
  const rows = kinds.map((kind) => {
    const of = asked.filter((d) => d.kind === kind);
    const judged = of.filter((d) => d.value !== undefined);
    return {
      decisions: kind,
      questions: of.length,
      judged: judged.length,
      for_strong: judged.filter((d) => d.value! > 0).length,
      for_weak: judged.filter((d) => d.value! < 0).length,
      orders_disagree: judged.filter((d) => d.split).length
    };
  });
  return dataTable(rows, {
    caption: "Whose decision was right, and whom the judge preferred",
    csv: {name: "decisions.csv", rows},
    columns: [
      {label: "Decisions", value: (d) => d.decisions},
      {label: "Questions", numeric: true, value: (d) => String(d.questions)},
      {label: "Judge for strong", numeric: true, value: (d) => String(d.for_strong)},
      {label: "Judge for weak", numeric: true, value: (d) => String(d.for_weak)},
      {label: "Orders disagree", numeric: true, value: (d) => String(d.orders_disagree)}
    ]
  });
}
