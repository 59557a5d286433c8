const rowsAtOnce = 32;
const longest = 2000;

/**
 * Rows that arrive one by one, to be kept some at a time: so many that there is not a file for each, so few that little is lost
 * where a process is killed. Of a slow source every row is kept at once. While some are written, whoever brings more waits.
 */
export class Gathered<T> {
  #waiting: T[] = [];
  #kept: number;
  #keeping: Promise<void> | undefined;

  constructor(
    readonly keep: (rows: T[]) => Promise<void>,
    readonly now: () => number = () => performance.now()
  ) {
    this.#kept = now();
  }

  async add(rows: readonly T[]): Promise<void> {
    this.#waiting.push(...rows);
    while (this.#keeping) await this.#keeping;
    if (this.#waiting.length >= rowsAtOnce || this.now() - this.#kept >= longest) await this.flush();
  }

  /** Keeps what is there, to be called once no more comes. */
  async flush(): Promise<void> {
    while (this.#keeping) await this.#keeping;
    const rows = this.#waiting;
    this.#waiting = [];
    this.#kept = this.now();
    if (rows.length) await (this.#keeping = this.keep(rows).finally(() => (this.#keeping = undefined)));
  }
}
