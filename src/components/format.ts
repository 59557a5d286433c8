const number =
  (digits: number, signed = false) =>
  (value: number) => {
    const text = Math.abs(value).toFixed(digits);
    const zero = Number(text) === 0;
    return `${zero ? "" : value < 0 ? "−" : signed ? "+" : ""}${text}`;
  };

const grouped = new Intl.NumberFormat("en-US");
export const count = (value: number): string => grouped.format(value);
/** An accuracy in percent: 0.7312 as 73.1. */
export const percent = (value: number): string => number(1)(value * 100);
/** Shares of a gap beyond this, to either side, are no numbers: the gap is too near 0. */
const mostShare = 10;
const shareWith =
  (signed: boolean) =>
  (value: number): string =>
    Math.abs(value) > mostShare
      ? `${value < 0 ? "below −" : `above ${signed ? "+" : ""}`}${count(100 * mostShare)}%`
      : `${number(0, signed)(value * 100)}%`;
/** A share in whole percent, with its sign: 0.456 as 46%, −42 as below −1,000%. */
export const share = shareWith(false);
/** A difference between shares in whole percent: +46%. */
export const signedShare = shareWith(true);
/** A difference in percentage points, with its sign: +2.4. */
export const points = (value: number): string => number(1, true)(value * 100);
export const decimals = (digits: number) => number(digits);

/** Ends of an interval: 31 to 72; null where it has no end on that side. */
export const interval = (low: number | null, high: number | null, format: (value: number) => string): string =>
  `${low === null ? "−∞" : format(low)} to ${high === null ? "∞" : format(high)}`;

/** Items as a sentence lists them: a, b and c. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** How many there are, where that differs: 280 to 300 rows. */
export function range(values: readonly number[], one: string): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? plural(low, one) : `${count(low)} to ${count(high)} ${one}s`;
}

export function bytes(size: number): string {
  return size < 1e3 ? `${size} B` : size < 1e6 ? `${(size / 1e3).toFixed(0)} kB` : `${(size / 1e6).toFixed(1)} MB`;
}

/** A setting's value as a reader would write it. */
export function setting(value: unknown): string {
  if (value === null || value === undefined || value === "") return "none";
  if (typeof value === "object") {
    if (Array.isArray(value)) return value.length ? value.map(setting).join(", ") : "none";
    const entries = Object.entries(value);
    return entries
      .map(([name, inner]) => (name === "name" ? setting(inner) : `${words(name)} ${setting(inner)}`))
      .join(", ");
  }
  return typeof value === "boolean" ? (value ? "yes" : "no") : typeof value === "string" ? words(value) : String(value);
}

/** Settings one level deep: training {steps: 3} as steps 3. */
export function flattened(settings: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(settings).flatMap(([name, value]): [string, unknown][] =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [[name, value]]
  );
}

/** A name of code as words: learningRate as learning rate. */
export function words(name: string): string {
  return name.replace(/_/g, " ").replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
}

/** A commit as a reader looks it up: twelve digits, with what follows them, such as -dirty. */
export const shortCommit = (commit: string): string => commit.replace(/^([0-9a-f]{12})[0-9a-f]*/, "$1");
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** A title within a sentence: Confidence loss as confidence loss, but SST-2 as it is. */
export const inSentence = (title: string): string =>
  /^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
