/**
 * Rows that arrive one by one, to be kept as soon as nothing else is being kept, together with all that came meanwhile. Whoever
 * brings some waits until they are: what is asked for and not yet on disk is never more than may be in flight at once.
 */
export class Gathered<T> {
  #last: Promise<void> = Promise.resolve();
  #next: {rows: T[]; kept: Promise<void>} | undefined;

  constructor(readonly keep: (rows: T[]) => Promise<void>) {}

  add(rows: readonly T[]): Promise<void> {
    this.#next ??= this.#begin();
    this.#next.rows.push(...rows);
    return this.#next.kept;
  }

  #begin(): {rows: T[]; kept: Promise<void>} {
    const rows: T[] = [];
    const kept = this.#last
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.keep(rows);
      });
    this.#last = kept;
    return {rows, kept};
  }
}
