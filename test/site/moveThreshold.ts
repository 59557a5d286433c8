import type {Page} from "playwright-core";

/** What a move of the threshold's slider took, in milliseconds. */
export interface Move {
  /** Clustering of all questions. */
  clustered: number;
  /** All that the page did on it, layout included. */
  moved: number;
  /** Until the frame that shows it. */
  painted: number;
}

/** Moves the threshold of the page Uncertainty, to one after the other. */
export function moveThreshold(page: Page, thresholds: readonly number[]): Promise<Move[]> {
  return page.evaluate(async (thresholds) => {
    const slider = document.querySelector<HTMLInputElement>("input[type=range]")!;
    const status = document.querySelector<HTMLElement>(".live-status[data-moved]")!;
    const moves: Move[] = [];
    for (const threshold of thresholds) {
      const start = performance.now();
      slider.value = String(threshold);
      slider.dispatchEvent(new Event("input", {bubbles: true}));
      // A task posted from a frame's callback runs once that frame is drawn.
      await new Promise<void>((resolve) =>
        requestAnimationFrame(() => {
          const {port1, port2} = new MessageChannel();
          port1.onmessage = () => resolve();
          port2.postMessage(null);
        })
      );
      moves.push({
        clustered: Number(status.dataset.clustered),
        moved: Number(status.dataset.moved),
        painted: performance.now() - start
      });
    }
    return moves;
  }, thresholds);
}
