import {boolq} from "./boolq.js";
import {chess} from "./chess.js";
import {cola} from "./cola.js";
import {hhRlhf} from "./hh-rlhf.js";
import {rte} from "./rte.js";
import {sst2} from "./sst2.js";
import type {Task} from "./task.js";
import {uciAmazon} from "./uci-amazon.js";
import {uciImdb} from "./uci-imdb.js";
import {uciYelp} from "./uci-yelp.js";

/** Every task of the lab, by name. */
export const tasks: ReadonlyMap<string, Task> = new Map(
  [boolq, chess, cola, hhRlhf, rte, sst2, uciAmazon, uciImdb, uciYelp].map((task) => [task.name, task])
);

/** The task of a name; throws where there is none. */
export function task(name: string): Task {
  const found = tasks.get(name);
  if (!found) throw new Error(`unknown task, expected one of ${[...tasks.keys()].sort().join(", ")}: ${name}`);
  return found;
}
