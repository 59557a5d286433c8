import {random, shuffle} from "../../src/statistics/random.js";
import type {Example, TaskKind} from "./task.js";

export const splitNames = ["supervision", "supervision_validation", "transfer", "transfer_validation", "test"] as const;
export type SplitName = (typeof splitNames)[number];
export type Splits = Record<SplitName, Example[]>;

export interface SplitOptions {
  /** Named in errors. */
  task: string;
  /** Rows are balanced by label where their task is a `classification`, the default: in others labels are ours, or all 1. */
  kind?: TaskKind;
  /**
   * Rows per part, validation rows included. Absent: a third of the pool to test where no source is kept for it, then halves.
   * `pool`: so many rows of the pool are drawn from, whichever the seed; all of them where they are fewer. `transferShare`: so
   * much of the transfer half is drawn, and the rest of it left out.
   */
  sizes?: {supervision?: number; transfer?: number; transferShare?: number; test?: number; pool?: number};
  /** Share of the supervision and of the transfer rows set apart for validation; 0.2 by default. */
  validation?: number;
  /** Draws supervision and transfer. */
  seed: number;
  /** Draws the test rows, which are the same for every seed; 0 by default. */
  testSeed?: number;
}

/**
 * Divides a task's examples (EDA, algorithm 2, step 1: halves, grouping related data points).
 *
 * Groups are drawn whole. Test rows are balanced: from `test` where it has rows, otherwise from groups of the pool set
 * apart first. Transfer rows are drawn without a look at their labels. Supervision rows are undersampled to
 * balance where their majority exceeds 55 %. Rows that share a group with a test row are left out. In a task that
 * compares or generates no rows are drawn by their labels.
 * Throws where rows run dry, with the numbers, and where two splits would share a group or a text.
 */
export function split(pool: readonly Example[], test: readonly Example[], options: SplitOptions): Splits {
  const {task, seed, kind = "classification", sizes = {}, validation = 0.2, testSeed = 0} = options;
  const {transferShare = 1, ...rows} = sizes;
  for (const [part, size] of Object.entries(rows))
    if (size !== undefined && !(Number.isInteger(size) && size > 0))
      throw new Error(`task ${task}: expected a whole number of ${part} rows above 0: ${size}`);
  if (!(validation >= 0 && validation < 1))
    throw new Error(`task ${task}: expected a share of validation rows from 0 to below 1: ${validation}`);

  const draw = kind === "classification" ? drawBalanced : drawFirst;
  const poolGroups = firstGroups(groupsOf(pool, task), sizes.pool, testSeed);
  const drawn =
    test.length > 0
      ? drawTest(groupsOf(test, task), sizes.test, testSeed, task, draw)
      : setApartTest(poolGroups, sizes.test, testSeed, task, draw);
  const remaining = poolGroups.filter(({group}) => !drawn.groups.has(group));
  const left = count(remaining);
  const where = `task ${task}, seed ${seed}`;
  const afterTest = `${drawn.rows.length} test rows${drawn.note}`;

  const order = shuffle(remaining, random(`split/${seed}`));
  const transferGroups = firstRows(order, sizes.transfer ?? Math.floor(left / 2));
  const half = transferGroups.flatMap(({rows}) => rows);
  const transfer = half.slice(0, sizes.transfer ?? Math.max(1, Math.round(transferShare * half.length)));
  if (transfer.length < (sizes.transfer ?? 1))
    throw new Error(`${where}: expected ${sizes.transfer ?? 1} transfer rows, only ${left} left after ${afterTest}`);

  const rest = order.slice(transferGroups.length);
  const supervision = drawSupervision(rest, sizes.supervision, kind === "classification", (wanted, available) => {
    throw new Error(
      `${where}: expected ${wanted}, only ${available} left after ${afterTest} and ${transfer.length} transfer rows`
    );
  });

  const [supervisionRows, supervisionValidation] = setApartValidation(
    "supervision",
    supervision,
    validation,
    seed,
    where
  );
  const [transferRows, transferValidation] = setApartValidation("transfer", transfer, validation, seed, where);
  const splits: Splits = {
    supervision: supervisionRows,
    supervision_validation: supervisionValidation,
    transfer: transferRows,
    transfer_validation: transferValidation,
    test: drawn.rows
  };
  for (const name of splitNames) splits[name].sort(byId);
  refuseOverlap(splits, where);
  return splits;
}

/** Throws where a group or a text is in two splits, with how many and the first. */
export function refuseOverlap(splits: Splits, where: string): void {
  for (const [field, valuesOf] of [
    ["group", ({group}: Example) => [group]],
    ["text", textsOf]
  ] as const) {
    const seen = new Map<string, {name: SplitName; id: string}>();
    const shared: string[] = [];
    for (const name of splitNames)
      for (const example of splits[name]) {
        const values = valuesOf(example);
        const before = values.map((value) => seen.get(value)).find((other) => other && other.name !== name);
        if (before) shared.push(`${before.id} in ${before.name} and ${example.id} in ${name}`);
        else for (const value of values) seen.set(value, {name, id: example.id});
      }
    if (shared.length > 0)
      throw new Error(
        `${where}: splits overlap, ${shared.length} rows share a ${field} with a row of another split, first ${shared[0]}`
      );
  }
}

interface Group {
  group: string;
  rows: Example[];
}

/** Groups in canonical order, each with its rows in canonical order, so that the order of the input has no effect. */
function groupsOf(rows: readonly Example[], task: string): Group[] {
  const groups = new Map<string, Example[]>();
  let previous: string | undefined;
  for (const row of [...rows].sort(byId)) {
    if (row.id === previous) throw new Error(`task ${task}: expected ids to be unique: ${row.id}`);
    previous = row.id;
    const members = groups.get(row.group);
    if (members) members.push(row);
    else groups.set(row.group, [row]);
  }
  return Array.from(groups, ([group, rows]) => ({group, rows}));
}

interface Drawn {
  rows: Example[];
  /** Groups that no other split may use. */
  groups: Set<string>;
  /** What else was set aside, for errors. */
  note: string;
}

/** Test rows in the order of their groups, and the number of groups walked through. */
type Draw = (order: Group[], size: number | undefined, task: string) => {rows: Example[]; walked: number};

function drawTest(groups: Group[], size: number | undefined, testSeed: number, task: string, draw: Draw): Drawn {
  const {rows} = draw(shuffle(groups, random(`test/${testSeed}`)), size, task);
  return {rows, groups: new Set(rows.map(({group}) => group)), note: ""};
}

/** Groups are set aside whichever class they are of, so that the shares of the classes in the rest stay as they were. */
function setApartTest(groups: Group[], size: number | undefined, testSeed: number, task: string, draw: Draw): Drawn {
  const shuffled = shuffle(groups, random(`test/${testSeed}`));
  const order = size === undefined ? firstRows(shuffled, Math.floor(count(groups) / 3)) : shuffled;
  const {rows, walked} = draw(order, size, task);
  const aside = order.slice(0, walked);
  const note = draw === drawBalanced ? ` (${count(aside)} set aside to balance them)` : "";
  return {rows, groups: new Set(aside.map(({group}) => group)), note};
}

/** So many rows, or all, whatever their labels. */
function drawFirst(order: Group[], size: number | undefined, task: string): ReturnType<Draw> {
  const groups = size === undefined ? order : firstRows(order, size);
  const rows = groups.flatMap(({rows}) => rows).slice(0, size);
  if (rows.length < (size ?? 1))
    throw new Error(`task ${task}: expected ${size ?? 1} test rows, only ${rows.length} there`);
  return {rows, walked: groups.length};
}

/** As many rows of either class. */
function drawBalanced(order: Group[], size: number | undefined, task: string): ReturnType<Draw> {
  const available = classCounts(order.flatMap(({rows}) => rows));
  const wanted = size === undefined ? [0, 0].fill(Math.min(...available)) : halves(size);
  for (const label of [0, 1])
    if (wanted[label] > available[label])
      throw new Error(
        `task ${task}: expected ${wanted[label]} test rows of class ${label}, only ${available[label]} there`
      );
  if (size === undefined && wanted[0] === 0)
    throw new Error(`task ${task}: expected test rows of both classes, found ${available.join(" and ")}`);
  return drawQuota(order, wanted, size === undefined);
}

function drawQuota(order: Group[], wanted: readonly number[], all = false): {rows: Example[]; walked: number} {
  const missing = [...wanted];
  const rows: Example[] = [];
  let walked = 0;
  for (const group of order) {
    if (!all && missing[0] === 0 && missing[1] === 0) break;
    walked++;
    for (const row of group.rows)
      if (missing[row.label] > 0) {
        missing[row.label]--;
        rows.push(row);
      }
  }
  return {rows, walked};
}

/** The first groups that have so many rows between them, or all of them. */
function firstRows(order: Group[], size: number): Group[] {
  let rows = 0;
  const end = order.findIndex((group) => (rows += group.rows.length) >= size);
  return end < 0 ? order : order.slice(0, end + 1);
}

/** Groups drawn by the test seed until they have so many rows, in canonical order. */
function firstGroups(groups: Group[], size: number | undefined, testSeed: number): Group[] {
  if (size === undefined) return groups;
  const kept = new Set(firstRows(shuffle(groups, random(`pool/${testSeed}`)), size));
  return groups.filter((group) => kept.has(group));
}

/** Rows in the order of their groups, undersampled to balance, where asked to, if the majority would exceed 55 %. */
function drawSupervision(
  order: Group[],
  size: number | undefined,
  balanced: boolean,
  runDry: (wanted: string, available: number) => never
): Example[] {
  const rows = order.flatMap((group) => group.rows);
  if (rows.length === 0 || rows.length < (size ?? 0)) runDry(`${size ?? 1} supervision rows`, rows.length);
  const drawn = rows.slice(0, size);
  if (!balanced || Math.max(...classCounts(drawn)) <= 0.55 * drawn.length) return drawn;
  const available = classCounts(rows);
  const wanted = size === undefined ? [0, 0].fill(Math.min(...available)) : halves(size);
  for (const label of [0, 1])
    if (wanted[label] === 0 || wanted[label] > available[label])
      runDry(`${Math.max(1, wanted[label])} supervision rows of class ${label}`, available[label]);
  return drawQuota(order, wanted).rows;
}

/** Whole groups for validation, never more than the share. */
function setApartValidation(
  part: "supervision" | "transfer",
  rows: Example[],
  share: number,
  seed: number,
  where: string
): [rest: Example[], validation: Example[]] {
  const wanted = share === 0 ? 0 : Math.max(1, Math.round(share * rows.length));
  const groups = groupsOf(rows, where);
  const chosen = new Set<Example>();
  for (const group of shuffle(groups, random(`${part}_validation/${seed}`)))
    if (chosen.size + group.rows.length <= wanted) for (const row of group.rows) chosen.add(row);
  if ((share > 0 && chosen.size === 0) || chosen.size === rows.length)
    throw new Error(
      `${where}: expected ${wanted} ${part}_validation rows apart from the others, only ${rows.length} rows in ${groups.length} groups there`
    );
  return [rows.filter((row) => !chosen.has(row)), [...chosen]];
}

const byId = (a: Example, b: Example) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const textsOf = ({text, other}: Example) => (other === undefined ? [text] : [text, other]);
const halves = (size: number) => [Math.floor(size / 2), Math.ceil(size / 2)];
const count = (groups: readonly Group[]) => groups.reduce((sum, {rows}) => sum + rows.length, 0);

function classCounts(rows: readonly Example[]): number[] {
  const counts = [0, 0];
  for (const {label} of rows) counts[label]++;
  return counts;
}
