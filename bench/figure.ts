/** What a bench measured: repetitions of one figure, with the goal where there is one. */
export interface Figure {
  /** What was measured, in a few words. */
  what: string;
  /** One value a repetition. */
  values: readonly number[];
  /** `s`, `ms`, `KB`, `tokens/s`; `x` for a ratio. */
  unit: string;
  goal?: {at: "most" | "least"; value: number};
  /** Why there are no values, where something is not on this machine. */
  missing?: string;
}

/** A bench: measured on its own by its name. `tiny` is for trying it out; its figures mean nothing. */
export interface Bench {
  name: string;
  measure(options: BenchOptions): Promise<Figure[]>;
}

export interface BenchOptions {
  tiny: boolean;
  say(text: string): void;
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Whether the median meets the goal; null without one. */
export function isMet({values, goal}: Figure): boolean | null {
  if (!goal || !values.length) return null;
  return goal.at === "most" ? median(values) <= goal.value : median(values) >= goal.value;
}
