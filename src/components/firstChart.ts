let mark: () => void;
const drawn = new Promise<void>((resolve) => (mark = resolve));

/** Says that the reader sees a first chart. */
export const firstChartDrawn = (): void => mark();

/** Says that words stand where a chart would: nothing waits for a chart then, unless the page shows another one. */
export const wordsInPlaceOfChart = (): void =>
  void requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      if (![...document.querySelectorAll(".figure")].some((d) => d.checkVisibility())) mark();
    })
  );

/** Resolves once a first chart is on the page: what is large and further down is fetched after it. */
export const afterFirstChart = (): Promise<void> => drawn;
