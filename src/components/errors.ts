import {errorBars} from "../charts/errorBars.js";
import type {ErrorKind} from "../statistics/errorTypes.js";
import {dataTable} from "./dataTable.js";
import {intervalCell} from "./estimateCell.js";
import type {ErrorChoice, ErrorListing} from "./errorExamples.js";
import {errorKindNames, errorKindTitles} from "./errorKinds.js";
import {type CountedKind, type CountedRow, type ErrorRows, errorRows} from "./errorRows.js";
import type {TagStore} from "./errorTagLog.js";
import {figure} from "./figure.js";
import {afterFirstChart} from "./firstChart.js";
import {count, inSentence, listed, plural, range, share} from "./format.js";
import {html} from "./kit.js";
import {setAddress} from "./linked.js";
import {missing} from "./missing.js";
import type {ModelSizes} from "./modelSizes.js";
import {modelSizes} from "./modelSizes.js";
import type {Names} from "./names.js";
import {namesOf} from "./names.js";
import {armItem} from "./roleKey.js";
import {pageUrl} from "./site.js";
import type {SizeControls, SizeView} from "./sizeControls.js";
import {sizeControls} from "./sizeControls.js";
import {ladderSentence} from "./sizeSeries.js";
import type {OpenStudy} from "./study.js";

const empty = () => html`<div></div>`;

/** Controls of the page on errors; what they choose is drawn by `errors`. */
export async function errorControls(study: OpenStudy): Promise<SizeControls> {
  const tables = await study.tables("errors", "tasks");
  return sizeControls(study, tables.errors, tables.tasks, {over: "a domain’s tasks together"});
}

/** Errors of students by kind: by method and size, by task, and one by one. The bar that is chosen is in the page's address. */
export async function errors(study: OpenStudy, view: SizeView, store: TagStore) {
  const tables = await study.tables("errors", "tasks");
  const rows = errorRows(study, tables, view);
  const {bySize, byTask} = rows;
  if (!bySize.length) {
    const none = missing("No errors of weak-to-strong students are published with this choice.", study.command);
    return {headline: "Nothing was evaluated yet.", bySize: none, byTask: empty(), table: empty(), examples: empty()};
  }
  const names = namesOf(study, tables.tasks);
  const sizes = modelSizes(study);
  const chosen = chosenBar(rows);
  const examples: HTMLElement = html`<div><p class="meta">The errors, one by one, follow.</p></div>`;
  let listing: ErrorListing | undefined;

  function select(key: string): void {
    chosen.set(key);
    for (const bar of document.querySelectorAll<SVGElement>(".error-bar"))
      bar.setAttribute("aria-pressed", String(bar.dataset.bar === key));
    listing?.show(true);
  }
  const drawn = (rows: readonly CountedRow[], ariaLabel: string) => ({
    provenance: pageUrl(study.study, "provenance"),
    data: rows.flatMap(plain),
    draw: (width: number) =>
      errorBars(rows, {
        width,
        kinds: kindsOf(rows).map((kind) => ({kind, ...errorKindTitles[kind]})),
        selected: chosen.key(),
        onselect: (key) => {
          select(key);
          listing?.heading.focus();
        },
        ariaLabel
      })
  });

  void afterFirstChart().then(async () => {
    const {errorExamples} = await import("./errorExamples.js");
    const {choice} = chosen;
    const onkind = (kind: ErrorKind) => select(chosen.keyOf(kind));
    const kinds = kindsOf([...bySize, ...byTask]);
    listing = errorExamples({study, tasks: tables.tasks, names, store, kinds, choice, onkind});
    examples.replaceChildren(listing.node);
    listing.show(chosen.addressed);
  });
  return {
    headline: headline(rows, sizes, names, view),
    bySize: sizeFigure(rows, sizes, names, view, drawn),
    byTask: byTask.length ? taskFigure(byTask, names, drawn) : empty(),
    table: errorTable(study, rows, view),
    examples
  };
}

/** The kinds that occur in some rows, but for all of them together. */
const kindsOf = (rows: readonly CountedRow[]): ErrorKind[] =>
  errorKindNames.filter((kind) => kind !== "all" && rows.some((d) => kind in d.bars));

/** The bar that is chosen, kept in the page's address: where that has none, all errors of the last model's first method. */
function chosenBar({bySize, byTask}: ErrorRows) {
  const rows = [...bySize, ...byTask];
  const choices = new Map<string, ErrorChoice>(
    rows.flatMap(({place, bars, kinds}) => kinds.map(({kind}) => [bars[kind].key, {kind, place}] as const))
  );
  const fallback = lastModel(bySize)[0].bars.all.key;
  const asked = new URLSearchParams(location.search).get("bar");
  const addressed = asked !== null && choices.has(asked);
  let key = addressed ? asked : fallback;
  if (!addressed) setAddress("bar", null);
  return {
    addressed,
    key: () => key,
    choice: () => choices.get(key)!,
    /** Of the same row, another kind's bar. */
    keyOf: (kind: ErrorKind) => rows.find((d) => d.place === choices.get(key)!.place)!.bars[kind]?.key ?? key,
    set: (next: string) => setAddress("bar", (key = next) === fallback ? null : next)
  };
}

const lastModel = (rows: readonly CountedRow[]): CountedRow[] => rows.filter((d) => d.group === rows.at(-1)!.group);

/** A row as a figure's data holds it. */
const plain = ({place, kinds}: CountedRow) =>
  kinds.map(({kind, share, low, high, count, errors, n}) => ({
    setting: place.setting,
    weak: place.weak,
    strong: place.strong,
    method: place.arm.method,
    variant: place.arm.variant,
    tasks: place.tasks.join(" "),
    kind,
    share,
    low,
    high,
    count,
    errors,
    n
  }));

type Drawn = (
  rows: readonly CountedRow[],
  ariaLabel: string
) => Pick<Parameters<typeof figure>[0], "provenance" | "data" | "draw">;

const noteOf = (rows: readonly CountedRow[]): string =>
  `${range(
    rows.map((d) => d.kinds[0].errors),
    "error"
  )} a row, over all seeds. 95% intervals by resampling ${rows.some((d) => d.place.tasks.length > 1) ? "tasks" : "seeds and rows"}.`;

function sizeFigure(
  {bySize, tasks, domain}: ErrorRows,
  {depth}: ModelSizes,
  names: Names,
  {axis, other}: SizeView,
  drawn: Drawn
): HTMLElement {
  const [moving, still] = axis === "strong" ? ["student", "supervisor"] : ["supervisor", "student"];
  const kinds = kindsOf(bySize);
  const whole = [
    "Copied",
    ...kinds.filter((d) => ["novel", "other", "parse_failure"].includes(d)).map(titleInSentence)
  ];
  const parts = kinds.filter((d) => d === "copied_net" || d === "overfit").map((d) => `“${errorKindTitles[d].title}”`);
  return figure({
    id: "errors",
    title: `Of which kind errors are, by method and ${depth ? "depth" : "size"} of the ${moving}`,
    subtitle:
      `The ${still} is ${names.model(other)}. ${listed(whole)} add up to all errors; ${listed(parts)} ${parts.length > 1 ? "are parts" : "is a part"} of the copied. ` +
      "Choose a bar to read its errors below; by keyboard, arrows lead from bar to bar and Enter chooses.",
    key: [...new Set(bySize.map((d) => d.place.arm))].map(armItem),
    note: `${tasks.length > 1 ? `${plural(tasks.length, "task")} of ${domain} together${bySize.some((d) => d.aside) ? ", or as many as stand behind a method" : ""}` : names.task(tasks[0])}. ${noteOf(bySize)}`,
    ...drawn(bySize, `Shares of errors by kind, by method and size of the ${moving}`)
  });
}

function taskFigure(rows: readonly CountedRow[], names: Names, drawn: Drawn): HTMLElement {
  const {arm, weak, strong} = rows[0].place;
  return figure({
    id: "errors-by-task",
    title: `Of which kind errors are on each task: ${inSentence(arm.title)}`,
    subtitle: `${names.model(weak)} teaches ${names.model(strong)}. The method can be chosen above.`,
    note: noteOf(rows),
    ...drawn(rows, `Shares of errors by kind, by task, ${inSentence(arm.title)}`)
  });
}

const titleInSentence = (kind: ErrorKind): string => inSentence(errorKindTitles[kind].title);

/** Of the last model's students, the least and the most that any method has, of those that ran on most tasks. */
function headline({bySize, domain}: ErrorRows, sizes: ModelSizes, names: Names, {axis}: SizeView): string {
  const last = lastModel(bySize);
  const most = Math.max(...last.map((d) => d.place.tasks.length));
  const rows = last.filter((d) => d.place.tasks.length === most);
  const [{place}] = rows;
  const {tasks} = place;
  const where = tasks.length > 1 ? `on ${plural(tasks.length, "task")} of ${domain}` : `on ${names.task(tasks[0])}`;
  const who =
    axis === "strong" ? `students of ${names.model(place.strong)}` : `students taught by ${names.model(place.weak)}`;
  const shares = (kind: ErrorKind): string | null => {
    const values = rows.flatMap((row) => row.bars[kind]?.share ?? []);
    if (!values.length) return null;
    const [least, most] = [Math.min(...values), Math.max(...values)].map(share);
    return least === most ? least : `${least} to ${most}`;
  };
  const others: [ErrorKind, (shares: string) => string][] = [
    ["copied_net", (d) => `Less the errors that the ceiling makes too, that is ${d}.`],
    ["overfit", (d) => `In ${d} the student had been right at an earlier checkpoint.`],
    ["novel", (d) => `In ${d} the supervisor is right.`],
    ["parse_failure", (d) => `In ${d} there is no answer.`]
  ];
  const found = others.flatMap(([kind, say]) => {
    const said = shares(kind);
    return said === null ? [] : [say(said)];
  });
  const copied = shares("copied");
  const said =
    copied === null
      ? `There are no errors of ${who} ${where}.`
      : `Of the errors of ${who} ${where}, ${copied} ${rows.length > 1 ? "(by method) " : ""}repeat their supervisor’s. ${found.join(" ")}`;
  return `${said}${ladderSentence(sizes)}`;
}

function errorTable(study: OpenStudy, {bySize}: ErrorRows, {axis}: SizeView): HTMLElement {
  const several = bySize.some((d) => d.group);
  const cell = (d: CountedKind | undefined) => (d === undefined ? null : intervalCell({...d, value: d.share}, share));
  return dataTable(bySize, {
    caption: "Errors by kind, by method and size",
    grouped: several,
    columns: [
      ...(several
        ? [
            {
              label: axis === "strong" ? "Student" : "Supervisor",
              value: (d: CountedRow) => d.group.replace(/^\w+: /, "")
            }
          ]
        : []),
      {label: "Method", value: (d) => d.place.arm.title},
      {label: "Tasks", numeric: true, value: (d) => String(d.place.tasks.length)},
      {label: "Errors", numeric: true, value: (d) => count(d.kinds[0].errors)},
      {
        label: "Of all rows",
        numeric: true,
        value: ({kinds}) => share(kinds[0].errors / kinds.find((d) => d.kind === "all")!.n)
      },
      ...kindsOf(bySize).map((kind) => ({
        label: errorKindTitles[kind].title,
        numeric: true,
        value: (d: CountedRow) => cell(d.kinds.find((of) => of.kind === kind))
      }))
    ],
    csv: {name: `${study.study}-errors.csv`, rows: bySize.flatMap(plain)}
  });
}
