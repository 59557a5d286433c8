import {count, decimals, percent, points, share, signedShare} from "../components/format.js";

/** What a number of a paper, or of ours, measures: how it is written, and the axis that it is drawn on. */
export const measures = {
  pgr: {title: "Share of the gap recovered (PGR)", format: share},
  pgrDifference: {title: "Difference in PGR", format: signedShare},
  accuracy: {title: "Test accuracy", format: (value: number) => `${percent(value)}%`},
  accuracyDifference: {
    title: "Difference in test accuracy, points",
    format: (value: number) => `${points(value)} points`
  },
  agreement: {title: "Agreement with the supervisor", format: share},
  agreementDifference: {title: "Difference in agreement", format: signedShare},
  errors: {title: "Share of errors", format: share},
  p: {title: "p value of a paired t-test", format: (value: number) => (value < 0.001 ? "<0.001" : decimals(3)(value))},
  probe: {title: "Change of probe accuracy, points", format: (value: number) => `${points(value)} points`},
  facilitation: {title: "Share of the gap gained by the weak model", format: share},
  judged: {title: "Share of judged questions", format: share},
  number: {title: "Number", format: count}
} as const satisfies Record<string, {title: string; format: (value: number) => string}>;

export type Measure = keyof typeof measures;

export const written = (measure: Measure, value: number): string => measures[measure].format(value);

/** The same where no axis says what is measured. */
export const told = (measure: Measure, value: number): string =>
  measure === "p" ? `p ${value < 0.001 ? "< 0.001" : `= ${written(measure, value)}`}` : written(measure, value);

/** Ends of a range or an interval, whose unit is written once. */
export function writtenRange(measure: Measure, low: number | null, high: number | null): string {
  const text = (value: number) => written(measure, value);
  const unit = /( points|%)?$/.exec(text(0))![0];
  return `${low === null ? "−∞" : text(low).slice(0, high === null ? undefined : -unit.length || undefined)} to ${high === null ? "∞" : text(high)}`;
}

/** A measure of differences, for a measure of levels. */
export const differenceMeasure: Partial<Record<Measure, Measure>> = {
  pgr: "pgrDifference",
  accuracy: "accuracyDifference",
  agreement: "agreementDifference"
};
