import type {ComparisonRow} from "../charts/comparisonChart.js";
import {comparisonChart} from "../charts/comparisonChart.js";
import type {Evidence} from "../reproduction/evidence.js";
import type {Measure} from "../reproduction/measures.js";
import {measures, told, written, writtenRange} from "../reproduction/measures.js";
import type {Examined, Measured, Paper, Published, Verdict} from "../reproduction/paper.js";
import {examine, tally, verdicts} from "../reproduction/paper.js";
import {papers, reproducedBy} from "../reproduction/papers.js";
import {rules} from "../reproduction/rules.js";
import type {CsvRow} from "./csv.js";
import {dataTable} from "./dataTable.js";
import {figure} from "./figure.js";
import {afterFirstChart} from "./firstChart.js";
import {capital, count, inSentence, plural, words} from "./format.js";
import {Inputs, d3, html} from "./kit.js";
import {linked} from "./linked.js";
import {missing} from "./missing.js";
import type {Arm} from "./palette.js";
import {armsOf} from "./palette.js";
import {publishedTasks} from "./publishedTasks.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";

/** A paper's claims beside what a study found, each with a verdict and its reason. */
export async function reproduction(study: OpenStudy, id: string) {
  const {paired, ...reproduced} = papers.find((d) => d.id === id)!;
  const paper = await reproduced.load();
  const first = await study.tables("estimates", "tasks");
  const figurePlace = html`<div></div>`;
  const examineAll = (tables: Omit<Evidence, "study">) => {
    const examined = examine(paper, {study, ...tables});
    figurePlace.replaceChildren(publishedFigure(study, paper, examined));
    return examined;
  };
  examineAll({...first, comparisons: [], errors: [], probes: [], verdicts: [], compute: []});
  // What fewer numbers of the figure are read from comes after it.
  const all = afterFirstChart()
    .then(() => study.tables("comparisons", "errors", "probes", "verdicts", "compute"))
    .then(async (rest) => {
      const tables = {...first, ...rest, ...(paired ? {paired: await publishedPairs(study)} : {})};
      return {evidence: {study, ...tables}, examined: examineAll(tables)};
    });
  const claims = all.then(({examined}) => filteredClaims(study, paper, examined));
  return {
    headline: all.then(({examined}) => headline(paper, examined)),
    figure: figurePlace,
    controls: claims.then((d) => d.controls),
    table: claims.then((d) => d.table),
    rules: ruleList(),
    tasks: all.then(({evidence}) => publishedTasks(evidence, paper)),
    inside: insideTable(paper),
    earlier: all.then(async ({evidence}) => {
      const earlier = await reproduced.earlier();
      return earlier.length
        ? earlierTable(
            study,
            earlier,
            earlier.flatMap((other) => examine(other, evidence))
          )
        : html`<p>No figure of an earlier work is restated.</p>`;
    })
  };
}

/** A control for the paper that is looked at, kept in the page's address; empty where a study is about one. */
export function paperControl(study: OpenStudy): HTMLElement & {value: string} {
  const about = reproducedBy(study);
  const select = Inputs.select(
    about.map((d) => d.id),
    {label: "Paper", format: (id) => about.find((d) => d.id === id)!.title}
  );
  const control = linked("paper", select);
  const root = Object.assign(html`<div class="controls">${about.length > 1 ? control : null}</div>`, {
    value: control.value
  });
  control.addEventListener("input", () => (root.value = control.value));
  return root;
}

async function publishedPairs(study: OpenStudy) {
  const {pairedRoles} = await import("./scoresOfRoles.js");
  return pairedRoles(await study.tables("runs", "run_models", "predictors", "predictions", "examples"));
}

/** The claims as a table, and a control for those of one verdict, kept in the page's address. */
function filteredClaims(study: OpenStudy, paper: Paper, examined: readonly Examined[]) {
  const of = tally(examined);
  const verdict = linked(
    "verdict",
    Inputs.select(["", ...verdicts.filter((d) => of[d])], {
      label: "Verdict",
      format: (d) => (d ? `${capital(d)} (${of[d as Verdict]})` : `all (${of.claims})`)
    })
  );
  const table = html`<div></div>`;
  const show = () => {
    const chosen = examined.filter(({outcome}) => !verdict.value || outcome.verdict === verdict.value);
    table.replaceChildren(claimTable(study, chosen, {quoted: paper.quoted, caption: `Claims of ${paper.title}`}));
  };
  verdict.addEventListener("input", show);
  show();
  return {controls: html`<div class="controls">${verdict}</div>`, table};
}

/** How many claims came to what. */
function headline({title}: Paper, examined: readonly Examined[]): string {
  const of = tally(examined);
  const open = of.undecided ? `, ${count(of.undecided)} of which its intervals leave open` : "";
  return (
    `Of ${plural(of.claims, "claim")} of “${title}”, this study reproduces ${count(of.reproduced)} and does not reproduce ${count(of["not reproduced"])}${open}. ` +
    `Another ${count(of["not testable here"])} cannot be tested here, and for ${count(of["not run here"])} it lacks a method, a task or a model.`
  );
}

/** A published number with ours of the same. */
interface Pair {
  claim: Examined["claim"];
  verdict: Verdict;
  published: Published;
  ours: Measured;
}

function pairsOf(examined: readonly Examined[]): Pair[] {
  return examined.flatMap(({claim, outcome}) =>
    claim.published.flatMap((published): Pair[] => {
      const ours = outcome.ours.find((d) => d.label === published.label && d.measure === published.measure);
      return ours && !published.bound && published.measure !== "number"
        ? [{claim, verdict: outcome.verdict, published, ours}]
        : [];
    })
  );
}

/** Axes of the figure that have a line with a meaning. */
const references: Partial<Record<Measure, {at: number; label: string}>> = {
  pgr: {at: 0, label: "supervisor"},
  pgrDifference: {at: 0, label: "no difference"},
  p: {at: 0.05, label: "5%"}
};
/** Smaller p values than this stand at the end of their axis. */
const leastP = 1e-6;

const rangeOf = (value: Published["value"]): readonly [number, number] =>
  typeof value === "number" ? [value, value] : value;

function publishedText({measure, value, bound}: Published, write = told): string {
  const [from, to] = rangeOf(value);
  const text = from === to ? write(measure, from) : writtenRange(measure, from, to);
  return bound ? `${bound} ${text}` : text;
}

/** Points are named by the axis. */
const withoutUnit = (text: string): string => text.replace(" points", "");
const bare = (measure: Measure, value: number): string => withoutUnit(written(measure, value));

const hasInterval = ({low, high}: Measured): boolean => low !== null || high !== null;

function publishedFigure(study: OpenStudy, {title}: Paper, examined: readonly Examined[]): HTMLElement {
  const pairs = pairsOf(examined);
  if (!pairs.length) return missing(`No number of “${title}” has one of this study beside it yet.`, study.command);
  const arms = new Map(armsOf(study).map((arm) => [arm.key, arm]));
  const groups = d3.groups(pairs, (d) => d.published.measure);
  const shown = [...arms.values()].filter((arm) => pairs.some(({ours}) => ours.arm === arm.key));
  return figure({
    id: "published",
    title: "What was published, and what this study found, where both have a number",
    subtitle:
      "Other models, other numbers of rows: the distance is no error of either. Which claim a number belongs to, and what it comes to, is in the table.",
    key: [
      {label: "published", color: "var(--theme-foreground)", shape: "cross"},
      ...(pairs.some((d) => typeof d.published.value !== "number")
        ? [
            {
              label: "published range",
              color: "color-mix(in srgb, currentColor 22%, transparent)",
              shape: "area" as const
            }
          ]
        : []),
      ...shown.map((arm) => ({
        label: `ours, ${inSentence(arm.title)}`,
        color: arm.color,
        fill: arm.fill,
        shape: arm.mark,
        hollow: arm.hollow
      }))
    ],
    note: `${plural(pairs.length, "published number")} with ours. Bars are 95% intervals; what each rests on is in the table.${pairs.some((d) => d.published.measure === "p") ? " A p value has none: beside it stands whether the method is better or worse than the baseline." : ""}`,
    data: pairs.map(pairRow),
    provenance: pageUrl(study.study, "provenance"),
    draw: (width) => html`<div>${groups.map(([measure, some]) => measureChart(measure, some, arms, width))}</div>`
  });
}

function measureChart(measure: Measure, pairs: readonly Pair[], arms: ReadonlyMap<string, Arm>, width: number) {
  const rows = pairs.map(({claim, published, ours}): ComparisonRow => {
    const place = (value: number) => (measure === "p" ? Math.max(leastP, value) : value);
    const [from, to] = rangeOf(published.value);
    return {
      group: `${measures[measure].title}`,
      label:
        width >= 640 && /^(Table|Figure)/.test(claim.place) ? `${claim.place}: ${published.label}` : published.label,
      look: arms.get(ours.arm ?? "") ?? {color: "var(--other)", fill: "var(--other)", hollow: false, mark: "circle"},
      value: place(ours.value),
      low: ours.low,
      high: ours.high,
      published: [from, to],
      // Where there is no room for heads, each number says what it is.
      columns:
        width < 640
          ? [
              `${publishedText(published, bare)} there`,
              `${bare(measure, ours.value)}${ours.side ? `, ${ours.side},` : ""} here`
            ]
          : [
              bare(measure, ours.value),
              hasInterval(ours) ? withoutUnit(writtenRange(measure, ours.low, ours.high)) : (ours.side ?? ""),
              publishedText(published, bare)
            ]
    };
  });
  const log = measure === "p";
  return comparisonChart(rows, {
    width,
    label: "",
    ariaLabel: `${measures[measure].title}: published and ours`,
    tickFormat: (d) => (log ? (Number.isInteger(Math.log10(d)) ? String(d) : "") : bare(measure, d).replace(".0", "")),
    columns: ["Ours", "95% interval", "Published"],
    marginLeft: width < 640 ? undefined : Math.max(250, ...rows.map((d) => d.label.length * 6.8 + 16)),
    reference: references[measure],
    scale: log ? "log" : "linear"
  });
}

const pairRow = ({claim, verdict, published, ours}: Pair): CsvRow => {
  const [low, high] = rangeOf(published.value);
  return {
    claim: claim.id,
    place: claim.place,
    number: published.label,
    measure: published.measure,
    published_low: low,
    published_high: high,
    ours: ours.value,
    ours_low: ours.low,
    ours_high: ours.high,
    side: ours.side ?? null,
    n: ours.n,
    verdict
  };
};

/** Our numbers of a claim, those that rest on the same under one another. */
function oursCell(ours: readonly Measured[]): Node | null {
  if (!ours.length) return null;
  const runs: {n: string; some: Measured[]}[] = [];
  for (const d of ours) {
    const last = runs.at(-1);
    if (last?.n === d.n) last.some.push(d);
    else runs.push({n: d.n, some: [d]});
  }
  return html`<span class="prose"
    >${runs.map(
      ({n, some}) =>
        html`<span class="estimate claim-numbers"
          >${some.map(
            (d) =>
              html`<span
                >${d.label}
                <strong>${told(d.measure, d.value)}</strong
                >${hasInterval(d) ? ` (${writtenRange(d.measure, d.low, d.high)})` : d.side ? ` (${d.side})` : ""}</span
              >`
          )}<small>${n}</small></span
        >`
    )}</span
  >`;
}

function claimTable(
  study: OpenStudy,
  examined: readonly Examined[],
  {quoted, caption}: {quoted: boolean; caption: string}
): HTMLElement {
  const table = dataTable(examined, {
    caption,
    grouped: true,
    columns: [
      {label: "Place", value: ({claim}) => claim.place},
      {
        label: "Claim, and what was published",
        value: ({claim: {says, published}}) =>
          html`<span class="prose estimate claim-numbers"
            ><span>${quoted ? `“${says}”` : says}</span>${published.map(
              (d) => html`<span>${d.label} <strong>${publishedText(d)}</strong></span>`
            )}</span
          >`
      },
      {label: "Here, with 95% interval", value: ({outcome}) => oursCell(outcome.ours)},
      {
        label: "Verdict",
        value: ({claim: {page}, outcome: {verdict, undecided, reason, add}}) =>
          html`<span class="prose"
            ><strong class="verdict" data-verdict=${verdict}>${capital(verdict)}${undecided ? ", open" : ""}</strong>
            ${capital(reason)}${add ? html` To add: <code>${add}</code>, then <code>${study.command}</code>.` : null}
            <a href=${pageUrl(study.study, page.path, page.query)}
              >${capital(words(page.path.replace("-", " ")))}</a
            ></span
          >`
      }
    ],
    csv: {name: `${study.study}-reproduction.csv`, rows: examined.flatMap(claimRows)}
  });
  table.classList.add("ruled", "claims");
  return table;
}

/** A claim as rows: one for each of our numbers, or one where there is none. */
function claimRows({claim, outcome}: Examined): CsvRow[] {
  const shared = {
    claim: claim.id,
    place: claim.place,
    says: claim.says,
    published: claim.published.map((d) => `${d.label} ${publishedText(d)}`).join("; "),
    verdict: outcome.verdict,
    open: outcome.undecided,
    reason: outcome.reason,
    add: outcome.add ?? null
  };
  const none = {number: null, measure: null, value: null, low: null, high: null, n: null};
  if (!outcome.ours.length) return [{...shared, ...none}];
  return outcome.ours.map(({label, measure, value, low, high, n}) => ({
    ...shared,
    number: label,
    measure,
    value,
    low,
    high,
    n
  }));
}

const ruleList = (): HTMLElement =>
  html`<dl class="settings">
    ${rules.map(
      ({name, rule}) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${rule}</dd>
        </div>`
    )}
  </dl>`;

function insideTable({inside = []}: Paper): HTMLElement {
  return html`<dl class="settings">
    ${inside.map(
      ({place, text}) =>
        html`<div>
          <dt>${place}</dt>
          <dd>${text}</dd>
        </div>`
    )}
  </dl>`;
}

function earlierTable(study: OpenStudy, earlier: readonly Paper[], examined: readonly Examined[]): HTMLElement {
  const of = tally(examined);
  return html`<details class="fold">
    <summary>
      ${earlier.map((d) => `${d.title} (${d.source})`).join(" and ")}: ${plural(of.claims, "claim")},
      ${count(of.reproduced)} reproduced, ${count(of["not reproduced"])} not reproduced
    </summary>
    ${claimTable(study, examined, {quoted: false, caption: "Claims of earlier works"})}
  </details>`;
}
