let mark: () => void;
const drawn = new Promise<void>((resolve) => (mark = resolve));

/** Says that the reader sees a first chart, or why there is none. */
export const firstChartDrawn = (): void => mark();

/** Resolves once a first chart is on the page: what is large and further down is fetched after it. */
export const afterFirstChart = (): Promise<void> => drawn;
