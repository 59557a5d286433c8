import type {ErrorBarRow} from "../charts/errorBars.js";
import type {ErrorKind} from "../statistics/errorTypes.js";
import {pooledShare} from "../statistics/pooledShare.js";
import type {Row} from "../tables.js";
import {domainsOf} from "./domains.js";
import {errorKindNames} from "./errorKinds.js";
import {plural} from "./format.js";
import {d3} from "./kit.js";
import {modelSizes} from "./modelSizes.js";
import {namesOf} from "./names.js";
import type {Arm} from "./palette.js";
import {armKey, armsOf} from "./palette.js";
import type {SizeView} from "./sizeControls.js";
import type {OpenStudy} from "./study.js";

type ErrorRow = Row<"errors">;

/** Whose errors a row of bars counts: those of one arm's students, of one pair of models, on some tasks. */
export interface ErrorPlace {
  arm: Arm;
  setting: string;
  weak: string;
  strong: string;
  tasks: readonly string[];
}

export interface CountedKind {
  kind: ErrorKind;
  count: number;
  errors: number;
  /** Test rows over all seeds. */
  n: number;
  share: number | null;
  low: number | null;
  high: number | null;
}

export interface CountedRow extends ErrorBarRow {
  place: ErrorPlace;
  kinds: readonly CountedKind[];
}

/** What a view counts: on one task, or on the tasks of one domain together. */
export interface ErrorRows {
  /** A row for each model along the axis and each arm. */
  bySize: CountedRow[];
  /** A row for each task, of the last of these models and its first arm; none where the view is of one task. */
  byTask: CountedRow[];
  /** The tasks that `bySize` counts together, and their domain as a sentence names it. */
  tasks: string[];
  domain: string;
}

export function errorRows(
  study: OpenStudy,
  {errors, tasks}: {errors: readonly ErrorRow[]; tasks: readonly Row<"tasks">[]},
  {setting, axis, other, method, task}: SizeView
): ErrorRows {
  const names = namesOf(study, tasks);
  const domains = domainsOf(tasks);
  const fixed = axis === "strong" ? "weak" : "strong";
  const own = errors.filter((d) => d.setting === setting && d[fixed] === other);
  const present = study.tasks.filter((name) => own.some((d) => d.task === name));
  const domain = d3.least(present, domains.place);
  const counted = task ? [task] : present.filter((name) => domain && domains.place(name) === domains.place(domain));
  const models = d3.sort(new Set(own.map((d) => d[axis])), modelSizes(study).of);
  const arms = armsOf(study, setting).filter((arm) => !method || arm.key === method);
  const found = models.flatMap((model) =>
    arms.flatMap((arm) => {
      const place = placeOf(own, {arm, setting, weak: other, strong: other, [axis]: model, tasks: counted});
      return place ? {place, model} : [];
    })
  );
  const most = d3.max(found, (d) => d.place.tasks.length)!;
  const role = axis === "strong" ? "Student" : "Supervisor";
  const bySize = found.map(({place, model}) =>
    rowOf(own, place, {
      group: models.length > 1 ? `${role}: ${names.model(model)}` : "",
      label: place.arm.title,
      aside: place.tasks.length < most ? ` (${place.tasks.length} of ${most})` : "",
      key: `${place.arm.key} ${model}`
    })
  );
  const last = bySize.findIndex((d) => d.group === bySize.at(-1)!.group);
  const several = new Set(present.map(domains.place)).size > 1;
  const byTask =
    task || last < 0
      ? []
      : d3.sort(present, domains.place).flatMap((name) => {
          const place = placeOf(own, {...bySize[last].place, tasks: [name]});
          const group = several ? domains.title(name) : "";
          return place ? rowOf(own, place, {group, label: names.task(name), aside: "", key: name}) : [];
        });
  return {bySize, byTask, tasks: counted, domain: domain ? domains.title(domain).toLowerCase() : ""};
}

const isIn = ({arm, weak, strong, tasks}: ErrorPlace, d: ErrorRow): boolean =>
  armKey(d.method, d.variant) === arm.key && d.weak === weak && d.strong === strong && tasks.includes(d.task);

/** A place with the tasks that it was run on; null where it was run on none. */
function placeOf(own: readonly ErrorRow[], place: ErrorPlace): ErrorPlace | null {
  const there = new Set(own.filter((d) => isIn(place, d)).map((d) => d.task));
  return there.size ? {...place, tasks: place.tasks.filter((task) => there.has(task))} : null;
}

function rowOf(
  own: readonly ErrorRow[],
  place: ErrorPlace,
  {key, ...words}: {group: string; label: string; aside: string; key: string}
): CountedRow {
  const kinds = countKinds(own.filter((d) => isIn(place, d)));
  const detail = place.tasks.length > 1 ? plural(place.tasks.length, "task") : "";
  const bars = Object.fromEntries(kinds.map((d) => [d.kind, {...d, key: `${key} ${d.kind}`}]));
  return {...words, detail, look: place.arm, place, kinds, bars};
}

/** Errors by kind: of one task as the table has them, of several counted together. */
function countKinds(rows: readonly ErrorRow[]): CountedKind[] {
  return errorKindNames.flatMap((kind): CountedKind[] => {
    const cells = rows.filter((d) => d.kind === kind);
    if (cells.length < 2)
      return cells.map(({count, errors, n, share, low, high}) => ({kind, count, errors, n, share, low, high}));
    const {of, ...pooled} = pooledShare(cells.map(({count, errors}) => ({count, of: errors})));
    return [{kind, ...pooled, errors: of, n: d3.sum(cells, (d) => d.n)}];
  });
}
