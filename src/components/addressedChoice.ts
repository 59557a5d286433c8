import {setAddress} from "./linked.js";
import type {RunChoice} from "./runChooser.js";

/** A choice among runs that the page's address keeps, under a name. */
export type NamedChoice<Run> = RunChoice<Run> & {name: string};

/** The run that the page's address asks for; where it asks for none that there is, the first. */
export function addressedChoice<Run>(runs: readonly Run[], choices: readonly NamedChoice<Run>[]): Run {
  const address = new URLSearchParams(location.search);
  let left = runs;
  for (const {name, of} of choices) {
    const asked = left.filter((d) => of(d) === address.get(name));
    if (asked.length) left = asked;
  }
  return left[0];
}

/** Writes a run into the page's address, as far as it is not what the page opens on. */
export function rememberChoice<Run>(runs: readonly Run[], choices: readonly NamedChoice<Run>[], run: Run): void {
  let left = runs;
  for (const {name, of} of choices) {
    setAddress(name, of(run) === of(left[0]) ? null : of(run));
    left = left.filter((d) => of(d) === of(run));
  }
}
