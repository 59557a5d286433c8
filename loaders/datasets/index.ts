import {arcChallenge, arcEasy} from "./arc.js";
import {ax} from "./ax.js";
import {boolq} from "./boolq.js";
import {cb} from "./cb.js";
import {chess} from "./chess.js";
import {cola} from "./cola.js";
import {copa} from "./copa.js";
import {gsm8k} from "./gsm8k.js";
import {hellaswag} from "./hellaswag.js";
import {hhRlhf} from "./hh-rlhf.js";
import {hotpotqa, hotpotqaContext} from "./hotpotqa.js";
import {mnli} from "./mnli.js";
import {mrpc} from "./mrpc.js";
import {multirc} from "./multirc.js";
import {qnli} from "./qnli.js";
import {qqp} from "./qqp.js";
import {race} from "./race.js";
import {record} from "./record.js";
import {rte} from "./rte.js";
import {scitail} from "./scitail.js";
import {snli} from "./snli.js";
import {sst2} from "./sst2.js";
import {stsb} from "./stsb.js";
import {swag} from "./swag.js";
import type {Task} from "./task.js";
import {triviaqa} from "./triviaqa.js";
import {uciAmazon} from "./uci-amazon.js";
import {uciImdb} from "./uci-imdb.js";
import {uciYelp} from "./uci-yelp.js";
import {wic} from "./wic.js";
import {wnli} from "./wnli.js";
import {worldCountries} from "./world-countries.js";
import {wsc} from "./wsc.js";

/** Every task of the lab, by name. */
export const tasks: ReadonlyMap<string, Task> = new Map(
  [
    arcChallenge,
    arcEasy,
    ax,
    boolq,
    cb,
    chess,
    cola,
    copa,
    gsm8k,
    hellaswag,
    hhRlhf,
    hotpotqa,
    hotpotqaContext,
    mnli,
    mrpc,
    multirc,
    qnli,
    qqp,
    race,
    record,
    rte,
    scitail,
    snli,
    sst2,
    stsb,
    swag,
    triviaqa,
    uciAmazon,
    uciImdb,
    uciYelp,
    wic,
    wnli,
    worldCountries,
    wsc
  ].map((task) => [task.name, task])
);

/** The task of a name; throws where there is none. */
export function task(name: string): Task {
  const found = tasks.get(name);
  if (!found) throw new Error(`unknown task, expected one of ${[...tasks.keys()].sort().join(", ")}: ${name}`);
  return found;
}
