import type {Throughput} from "./workspace.js";

type Work = Pick<Throughput, "rows" | "characters" | "tokens">;

const rowsAtOnce = 32;

/** Sums up work that is done few rows at a time, and hands on how long so much of it took that not every text is a line of the log. */
export function measuring(
  measured: (sums: Work & {seconds: number}) => void,
  now: () => number = () => performance.now()
) {
  let since = now();
  let sums: Work = {rows: 0, characters: 0, tokens: 0};
  const end = (): void => {
    if (sums.rows) measured({...sums, tokens: Math.round(sums.tokens), seconds: (now() - since) / 1000});
    since = now();
    sums = {rows: 0, characters: 0, tokens: 0};
  };
  const add = ({rows, characters, tokens}: Work): void => {
    sums = {
      rows: sums.rows + rows,
      characters: sums.characters + characters,
      tokens: sums.tokens + tokens
    };
    if (sums.rows >= rowsAtOnce) end();
  };
  return {add, end};
}
