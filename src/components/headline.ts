import {overTitle} from "./domains.js";
import type {Comparison} from "./comparisons.js";
import type {Cell} from "./estimates.js";
import {inSentence, interval, listed, plural, share, signedShare} from "./format.js";
import {d3} from "./kit.js";
import type {Arm} from "./palette.js";
import {armKey} from "./palette.js";
import type {Row} from "../tables.js";
import type {ShownResults} from "./shownResults.js";
import {referenceOf} from "../statistics/reference.js";

const level = 0.05;

/** A method's median share of the gap, over the tasks that entered. */
interface Median {
  arm: Arm;
  row: Row<"estimates">;
  value: number;
}

/**
 * What came out, in two or three sentences. Medians stand side by side only where they stand on the same tasks as the baseline's
 * (or, without one, as that of most tasks), and a method is named only where the paired test over tasks tells it apart.
 */
export function headline(results: ShownResults, comparisons: readonly Comparison[]): string {
  const {cells, overall, find, arms} = results;
  if (!cells.length) return "Nothing has come out yet: no estimate is published.";
  const recovered = overall.flatMap((cell) => {
    const medians = arms.flatMap((arm): Median[] => {
      const row = find(cell, arm, "pgr");
      return row && row.value !== null ? [{arm, row, value: row.value}] : [];
    });
    return medians.length ? [recoveredOver(cell, medians, results, comparisons)] : [];
  });
  if (recovered.length) return recovered.join(" ");
  const withheld = cells.filter((cell) => arms.every((arm) => find(cell, arm, "pgr")?.value == null)).length;
  const without =
    withheld === 0
      ? ""
      : withheld === cells.length
        ? " The share of the gap that was recovered is withheld: no ceiling is clearly above its supervisor."
        : ` The share of the gap that was recovered is withheld for ${withheld} of ${plural(cells.length, "task")}, where the ceiling is not clearly above the supervisor.`;
  return `${clearlyBetter(results)}${without}`;
}

function recoveredOver(
  cell: Cell,
  medians: readonly Median[],
  {cells, overall}: ShownResults,
  comparisons: readonly Comparison[]
): string {
  const lead =
    medians.find(({arm, row}) => arm.key === referenceOf(row.setting)) ??
    d3.greatest(medians, ({row}) => row.tasks ?? 0)!;
  const {tasks, withheld, seeds, low, high} = lead.row;
  const all = (tasks ?? 0) + (withheld ?? 0);
  const named = overall.length > 1 || all < cells.length ? ` of ${overTitle(cell.task)}` : "";
  const where = withheld
    ? `The ceiling is clearly above the supervisor on ${tasks} of ${plural(all, "task")}${named}; elsewhere the share of the gap is withheld. There, `
    : `Over ${plural(all, "task")}${named}, `;
  const range = `${low === null && high === null ? "" : `${interval(low, high, share)}; `}${plural(seeds, "seed")}`;
  const of = withheld ? "of the gap" : "of the gap between supervisor and ceiling";
  const student = `the student ${tasks === 1 ? "recovers" : "recovers a median of"} ${share(lead.value)} ${of} (${range}) with ${name(lead.arm)}.`;
  const peers = medians.filter(
    ({arm, row}) => arm !== lead.arm && row.tasks === tasks && row.withheld === withheld && row.seeds === seeds
  );
  return `${where}${student}${peersSentence(cell, lead, peers, comparisons)}`;
}

/** What the paired tests say of the methods on the same tasks as the first. */
function peersSentence(cell: Cell, lead: Median, peers: readonly Median[], comparisons: readonly Comparison[]): string {
  if (!peers.length) return "";
  const domain = cell.task === "all" ? "nlp" : cell.task.replace("all ", "");
  const tested = peers.flatMap(({arm}) => {
    const found = comparisons.find(
      (d) =>
        d.domain === domain &&
        d.setting === cell.setting &&
        d.weak === cell.weak &&
        d.strong === cell.strong &&
        d.unit === "tasks" &&
        d.quantity === "pgr" &&
        d.against === lead.arm.key &&
        armKey(d.method, d.variant) === arm.key &&
        d.n === lead.row.tasks
    );
    return found && found.mean !== null && found.t_p_holm !== null ? [{arm, mean: found.mean, p: found.t_p_holm}] : [];
  });
  const [worst, best] = [d3.least(peers, (d) => d.value)!, d3.greatest(peers, (d) => d.value)!];
  const medians =
    worst === best
      ? `with ${name(best.arm)} it is ${share(best.value)}`
      : `their medians go from ${share(worst.value)} (${name(worst.arm)}) to ${share(best.value)} (${name(best.arm)})`;
  if (!tested.length) return ` No test tells ${others(peers.length)} on the same tasks from it: ${medians}.`;
  const clear = tested.filter((d) => d.p < level);
  if (!clear.length) {
    const none =
      peers.length === 1
        ? "The other method on the same tasks does not differ"
        : `${peers.length === 2 ? "Neither of the two" : `None of the ${peers.length}`} other methods on the same tasks differs`;
    return ` ${none} clearly from it: ${medians}.`;
  }
  const said = d3
    .sort(clear, (d) => -Math.abs(d.mean))
    .slice(0, 2)
    .map((d) => `${name(d.arm)} (${signedShare(d.mean)} on average)`);
  const rest = clear.length > said.length ? `, the widest among ${clear.length} differences,` : "";
  return ` On the same tasks ${listed(said)}${rest} ${said.length > 1 ? "differ" : "differs"} clearly from it${clear.length < peers.length ? "; no other method does" : ""}.`;
}

const others = (n: number): string => (n === 1 ? "the other method" : `the ${n} other methods`);

/** On how many tasks students are clearly better than their supervisor: where no share of the gap stands for several. */
/** So many methods are named; more are counted. */
const namedAtMost = 4;

function clearlyBetter({cells, find, arms}: ShownResults): string {
  const seeds = d3.extent(cells.flatMap((cell) => arms.flatMap((arm) => find(cell, arm, "student")?.seeds ?? [])));
  const found = arms.map((arm) => {
    const gains = cells.flatMap((cell) => find(cell, arm, "gain") ?? []);
    const clear = gains.filter((d) => d.low !== null && d.low > 0).length;
    return {arm, of: `${clear} of ${gains.length}`};
  });
  const parts = d3
    .groups(found, ({of}) => of)
    .map(([of, some]) => {
      const names = some.length > namedAtMost ? `${some.length} methods` : listed(some.map(({arm}) => name(arm)));
      return `on ${of} with ${some.length > namedAtMost && some.length === found.length ? "each of " : ""}${names}`;
    });
  const [low = 0, high = 0] = seeds;
  return `Over ${plural(cells.length, "task")} and ${low === high ? "" : `${low} to `}${plural(high, "seed")}, the student is clearly better than its supervisor ${listed(parts)}.`;
}

function name(arm: Arm): string {
  return `“${inSentence(arm.title)}”`;
}
