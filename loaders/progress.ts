/** Progress of stages: what, how far, how much longer. One line that rewrites itself on a terminal, else a line now and then. */
export class Progress {
  readonly #stages = new Map<string, {total: number; done: number; start: number; timed: number; said: number}>();
  #open = false;

  constructor(
    private readonly stream: {write(text: string): unknown; isTTY?: boolean; columns?: number},
    private readonly now: () => number = () => performance.now()
  ) {}

  stage(name: string, total: number): void {
    if (total > 0) this.#stages.set(name, {total, done: 0, start: 0, timed: 0, said: -Infinity});
  }

  /** Notes that so much more of a stage is done. */
  advance(name: string, by: number): void {
    const stage = this.#stages.get(name);
    if (!stage || by <= 0) return;
    const time = this.now();
    if (stage.done === 0) stage.start = time;
    else stage.timed += by;
    stage.done += by;
    stage.total = Math.max(stage.total, stage.done);
    const finished = stage.done >= stage.total;
    if (!finished && time - stage.said < (this.stream.isTTY ? 100 : 5000)) return;
    stage.said = time;
    const rate = stage.timed / (time - stage.start);
    const left = finished
      ? `in ${duration(time - stage.start)}`
      : rate > 0
        ? `${duration((stage.total - stage.done) / rate)} left`
        : "";
    const percent = Math.floor((100 * stage.done) / stage.total);
    this.#line(`${name}: ${stage.done} of ${stage.total} (${percent} %)${left ? `, ${left}` : ""}`, finished);
  }

  message(text: string): void {
    this.#line(text, true);
  }

  #line(text: string, ends: boolean): void {
    if (!this.stream.isTTY) return void this.stream.write(`${text}\n`);
    const width = (this.stream.columns ?? 80) - 1;
    this.stream.write(`${this.#open ? "\r\u001b[2K" : ""}${text.slice(0, width)}${ends ? "\n" : ""}`);
    this.#open = !ends;
  }
}

export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 1) return `${Math.round(milliseconds)} ms`;
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
