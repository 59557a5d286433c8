/**
 * Gives a server up that has been silent for too long: that has answered none of the requests it was sent. One that works
 * through many of them, one after another, is not silent, however long the last of them waits.
 */
export class Silence {
  #heard = -Infinity;

  constructor(
    /** How long a server may be silent (ms). */
    readonly limit: number,
    readonly now: () => number = () => performance.now()
  ) {}

  /** Waits for what a request gives; the signal that it is handed aborts where the server has been silent for too long. */
  async bounded<T>(request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const silent = new AbortController();
    const start = this.now();
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const left = this.limit - (this.now() - Math.max(start, this.#heard));
      if (left <= 0) silent.abort(new Error(`silent for ${this.limit / 1000} s`));
      else timer = setTimeout(wait, Math.ceil(left));
    };
    wait();
    try {
      const found = await request(silent.signal);
      this.#heard = this.now();
      return found;
    } catch (error) {
      throw silent.signal.aborted ? silent.signal.reason : error;
    } finally {
      clearTimeout(timer!);
    }
  }
}
