import type {Logged} from "./throughput.js";
import type {Work} from "./verbs/demand.js";
import {charactersPerToken} from "./verbs/lengths.js";

/** What work is estimated to be; no seconds where the model was never measured at it. */
export interface Estimate {
  tokens: number;
  seconds: number | null;
}

/**
 * Whether a verb's tokens are those of its characters: of what is written the log has no characters, and of predictions it does not say
 * what was cut.
 */
const isRead = (verb: string): boolean => /^(activations|score|finetune \w+)$/.test(verb);

/** Estimates what models have to do from what was logged of the same models and verbs, each model for itself. */
export function estimate(log: readonly Logged[], verbs: readonly string[], works: Iterable<Work>): Estimate {
  // Many works are of few models, and the log is long.
  const paces = new Map<string, {perToken: number; done: Totals}>();
  const paceOf = (model: string) => {
    const found = paces.get(model) ?? {
      perToken: charactersOfToken(log, model),
      done: totalsOf(log.filter((line) => verbs.includes(line.verb) && line.model === model))
    };
    paces.set(model, found);
    return found;
  };
  let tokens = 0;
  let seconds: number | null = 0;
  for (const work of works) {
    const {perToken, done} = paceOf(work.model);
    const own = work.characters / perToken + work.tokens;
    const taken = work.rows > 0 ? secondsFor(done, verbs.includes("embed") ? embedding(work) : ["tokens", own]) : 0;
    tokens += own;
    seconds = seconds === null || taken === null ? null : seconds + taken;
  }
  return {tokens: Math.round(tokens), seconds};
}

type Amount = readonly [of: "rows" | "characters" | "tokens", howMuch: number];

/** No tokens are logged of embeddings, and of a text that is still to be written the characters are not known. */
const embedding = ({rows, characters, tokens}: Work): Amount =>
  tokens > 0 ? ["rows", rows] : ["characters", characters];

const secondsFor = (done: Totals, [of, howMuch]: Amount): number | null =>
  done[of] > 0 ? (howMuch * done.seconds) / done[of] : null;

/** As the same network read them; a text that was cut has more characters than were read. */
function charactersOfToken(log: readonly Logged[], model: string): number {
  const lines = log.filter((line) => isRead(line.verb) && !line.cut && networkOf(line.model) === networkOf(model));
  const {characters, tokens} = totalsOf(lines);
  return characters > 0 && tokens > 0 ? characters / tokens : charactersPerToken;
}

/** Without what is left out of its layers: the log may hold names that are no model's. */
const networkOf = (model: string): string => model.split("#")[0];

type Totals = Pick<Logged, "rows" | "characters" | "tokens" | "seconds">;

function totalsOf(lines: readonly Logged[]): Totals {
  const totals = {rows: 0, characters: 0, tokens: 0, seconds: 0};
  for (const line of lines)
    for (const of of ["rows", "characters", "tokens", "seconds"] as const) totals[of] += line[of];
  return totals;
}
