import {type ErrorTag, checkpointTag} from "../errorTags.js";
import type {ErrorKind} from "../statistics/errorTypes.js";
import type {Row} from "../tables.js";
import {openDatabase} from "./database.js";
import type {SqlRow} from "./duckdb.js";
import {errorKindNames, errorKindTitles} from "./errorKinds.js";
import type {ErrorPlace} from "./errorRows.js";
import {errorTagControl} from "./errorTagControl.js";
import {type TagStore, errorKey} from "./errorTagLog.js";
import {asked, exampleItem, saidColumns} from "./exampleItem.js";
import {exampleList} from "./exampleList.js";
import {inSentence, listed, plural} from "./format.js";
import {Inputs, html} from "./kit.js";
import {linked} from "./linked.js";
import type {Names} from "./names.js";
import type {OpenStudy} from "./study.js";

const roles = {weak: "weak", student: "student", ceiling: "strong_ceiling"} as const;

/** Whether a model says what the student says, which is wrong: the same class, or the same answer. */
const same = (name: string) =>
  `CASE WHEN student_probability IS NULL THEN coalesce(${name}_parsed = student_parsed, false) ELSE ${name}_score <= 0.5 END`;

/**
 * Errors of students whose predictions are published, by kind: of a setting ($1), method ($2) and variant ($3), supervisor ($4)
 * and student ($5), on some tasks ($6), of a kind ($7), with a text ($8), tagged or not ($9) by the reader ($10).
 */
const query = `
WITH chosen AS (
  SELECT run, task, seed,
    ${asked.map((name) => `max(predictor) FILTER (role = '${roles[name]}') AS ${name}_key`).join(", ")}
  FROM runs JOIN predictors USING (run)
  WHERE status = 'done' AND setting = $1 AND method = $2 AND variant = $3 AND position = 0
    AND run IN (SELECT run FROM run_models WHERE role = 'weak' AND position = 0 AND model = $4)
    AND run IN (SELECT run FROM run_models WHERE role = 'strong' AND position = 0 AND model = $5)
    AND contains($6, concat('|', task, '|'))
  GROUP BY run, task, seed
), said AS (
  SELECT run, task, seed, student.example,
    ${saidColumns((name, column) => `${name}.${column}`)}
  FROM chosen
  JOIN predictions AS student ON student.predictor = student_key AND student.split = 'test'
  JOIN predictions AS weak ON weak.predictor = weak_key AND weak.split = 'test' AND weak.example = student.example
  JOIN predictions AS ceiling ON ceiling.predictor = ceiling_key AND ceiling.split = 'test' AND ceiling.example = student.example
  WHERE student.score <= 0.5
), alike AS (
  SELECT *, ${same("weak")} AS as_weak, ${same("ceiling")} AS as_ceiling,
    student_probability IS NULL AND student_parsed IS NULL AS unanswered
  FROM said
), told AS (
  SELECT run, example, bool_or(tagger = '${checkpointTag.tagger}') AS overfit,
    arg_max(tag, weight) FILTER (tagger <> '${checkpointTag.tagger}') AS proposed,
    max(weight) FILTER (tagger <> '${checkpointTag.tagger}') AS proposed_weight,
    any_value(tagger) FILTER (tagger <> '${checkpointTag.tagger}') AS proposer
  FROM error_tags GROUP BY run, example
), kinds AS (
  SELECT *, coalesce(overfit, false) AS was_right,
    CASE WHEN unanswered THEN 'parse_failure' WHEN weak_score > 0.5 THEN 'novel' WHEN as_weak THEN 'copied' ELSE 'other' END AS kind
  FROM alike LEFT JOIN told USING (run, example)
)
SELECT *, count(*) OVER () AS found, (SELECT string_agg(DISTINCT seed::VARCHAR, ' ') FROM said) AS seeds
FROM kinds JOIN examples USING (task, example)
WHERE ($7 = 'all' OR kind = $7 OR ($7 = 'copied_net' AND kind = 'copied' AND NOT as_ceiling) OR ($7 = 'overfit' AND was_right))
  AND ($8 = '' OR contains(lower(concat_ws(' ', text, other)), lower($8)))
  AND CASE $9 WHEN 'mine' THEN contains($10, concat('|', run, ' ', example, '|'))
    WHEN 'not' THEN NOT contains($10, concat('|', run, ' ', example, '|'))
    WHEN 'proposed' THEN proposed IS NOT NULL ELSE true END
ORDER BY `;

const orders: Record<string, {title: string; sql: string}> = {
  mixed: {title: "mixed, always alike", sql: "md5(run || example)"},
  "student-most": {title: "student most sure first", sql: "abs(student_probability - 0.5) DESC, md5(run || example)"},
  "student-least": {title: "student least sure first", sql: "abs(student_probability - 0.5), md5(run || example)"},
  example: {title: "by task and id", sql: "task, example"}
};

const tagged: Record<string, string> = {
  "": "tagged or not",
  not: "not tagged by you",
  mine: "tagged by you",
  proposed: "with a proposal"
};

export interface ErrorChoice {
  kind: ErrorKind;
  place: ErrorPlace;
}

export interface ErrorExamplesOptions {
  study: OpenStudy;
  tasks: readonly Row<"tasks">[];
  names: Names;
  store: TagStore;
  kinds: readonly ErrorKind[];
  choice: () => ErrorChoice;
  /** Asks for another kind of error in the same place. */
  onkind: (kind: ErrorKind) => void;
}

export interface ErrorListing {
  node: HTMLElement;
  /** What a reader is led to. */
  heading: HTMLElement;
  /** Shows what is chosen now; waits for a reader to come near, unless they wanted it. */
  show: (wanted: boolean) => void;
}

/** Errors of a kind, one by one, each with what the models said and its tags: yours, and apart from them what a model proposes. */
export function errorExamples({study, tasks, names, store, kinds, choice, onkind}: ErrorExamplesOptions) {
  const about = new Map(tasks.map((d) => [d.task, d]));
  const shownKinds = [...errorKindNames].filter((d) => d === "all" || kinds.includes(d));
  const kind = Inputs.select(shownKinds, {label: "Errors", format: (d) => errorKindTitles[d].title});
  const order = linked("order", Inputs.select(Object.keys(orders), {label: "Order", format: (d) => orders[d].title}));
  const which = linked("tagged", Inputs.select(Object.keys(tagged), {label: "Show", format: (d) => tagged[d]}));
  const search = linked("text", Inputs.text({label: "Text contains"}));
  const heading: HTMLElement = html`<h2 id="examples" tabindex="-1">The errors, one by one</h2>`;
  const said: HTMLElement = html`<p></p>`;
  const list = exampleList({
    query: async (limit) => {
      const {place, kind} = choice();
      const tables = ["runs", "run_models", "predictors", "predictions", "examples", "error_tags"] as const;
      const database = await openDatabase(study, tables);
      const {rows} = await database.query(`${query}${orders[order.value].sql} LIMIT ${limit}`, [
        place.setting,
        place.arm.method,
        place.arm.variant,
        place.weak,
        place.strong,
        `|${place.tasks.join("|")}|`,
        kind,
        search.value,
        which.value,
        `|${store.all().map(errorKey).join("|")}|`
      ]);
      return rows;
    },
    about: (found, rows) =>
      found
        ? `${plural(found, "error")} of ${publishedSeeds(study, String(rows[0].seeds))}.`
        : "No error is like this among the predictions that are published.",
    item: (row) => {
      const {place} = choice();
      const error = {run: String(row.run), example: String(row.example)};
      const item = exampleItem(row, place.arm, about.get(String(row.task)));
      item.append(
        html`<div class="error-kind">
          <p class="meta">${kindOf(row, names)}</p>
          ${errorTagControl(store, error, proposalOf(row, names))}
        </div>`
      );
      return item;
    }
  });

  function show(wanted: boolean): void {
    const {place, kind: chosen} = choice();
    kind.value = chosen;
    said.textContent = `${errorKindTitles[chosen].title}: ${errorKindTitles[chosen].about}. ${names.model(place.weak)} teaches ${names.model(place.strong)}, ${inSentence(place.arm.title)}, ${place.tasks.length > 1 ? plural(place.tasks.length, "task") : names.task(place.tasks[0])}.`;
    list.restart(wanted);
  }
  kind.addEventListener("input", () => onkind(kind.value));
  for (const input of [order, which, search]) input.addEventListener("input", () => list.restart());
  const node: HTMLElement = html`<section class="explorer">
    ${heading}${said}
    <div class="controls">${kind}${order}${which}${search}</div>
    ${list.node}
  </section>`;
  return {node, heading, show};
}

/** Of a large study, predictions are published of some seeds only; bars count all. */
function publishedSeeds(study: OpenStudy, found: string): string {
  const seeds = found.split(" ").sort((a, b) => Number(a) - Number(b));
  const of = `${seeds.length > 1 ? "seeds" : "seed"} ${listed(seeds)}`;
  return seeds.length < study.seeds.length
    ? `${of}, whose predictions are published; the bars count all ${plural(study.seeds.length, "seed")}`
    : of;
}

function kindOf(row: SqlRow, names: Names): string {
  return [
    names.task(String(row.task)),
    `seed ${Number(row.seed)}`,
    errorKindTitles[String(row.kind) as ErrorKind].about,
    ...(row.was_right ? ["right at an earlier checkpoint"] : []),
    ...(row.kind === "copied" ? [row.as_ceiling ? "the ceiling makes it too" : "the ceiling does not make it"] : [])
  ].join("; ");
}

function proposalOf(row: SqlRow, names: Names) {
  if (row.proposed === null) return null;
  return {by: names.model(String(row.proposer)), tag: row.proposed as ErrorTag, weight: Number(row.proposed_weight)};
}
