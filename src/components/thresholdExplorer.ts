import type {ThresholdCharts} from "../charts/thresholdCharts.js";
import {thresholdCharts} from "../charts/thresholdCharts.js";
import {clusterSummary} from "../statistics/clusterSummary.js";
import type {ClusterOutcome} from "../statistics/thresholdClusters.js";
import {inHundredths, thresholdClusters} from "../statistics/thresholdClusters.js";
import type {CsvRow} from "./csv.js";
import type {AboutAsked} from "./elicitations.js";
import {figure, redraw} from "./figure.js";
import {interval, percent, plural} from "./format.js";
import {Inputs, html} from "./kit.js";
import {linked} from "./linked.js";
import type {ThresholdPoint} from "./thresholdCurve.js";
import {thresholdCurve, thresholdRange} from "./thresholdCurve.js";
import {askedNote, inT, shareInWords} from "./uncertaintyWords.js";

/**
 * The threshold as a slider over all questions of a teacher, whose chains are clustered anew at each move. The curves, over all
 * thresholds, follow in the background.
 *
 * @param stale whether the page shows another teacher by now
 * @param moved called with the threshold in hundredths and its clusters, at first and at each move
 */
export function thresholdExplorer(
  about: AboutAsked,
  stale: () => boolean,
  moved: (hundredths: number, outcome: ClusterOutcome) => void
): HTMLElement {
  const {asked, questions, provenance} = about;
  const declared = asked.declared!;
  const range = thresholdRange(declared);
  const ends = range.map((d) => d / 100) as [number, number];
  const slider = linked("t", Inputs.range(ends, {label: "Threshold T", step: 0.01, value: declared / 100}));
  slider.querySelector("input[type=range]")?.setAttribute("aria-label", "Threshold T");
  const back = html`<button
    type="button"
    class="plain"
    onclick=${() => {
      slider.value = declared / 100;
      slider.dispatchEvent(new Event("input", {bubbles: true}));
    }}
  >
    Back to the declared T = ${inT(declared)}
  </button>` as HTMLButtonElement;
  const words = html`<p class="live-status" role="status"></p>`;
  let points: readonly ThresholdPoint[] = [];
  let charts: ThresholdCharts | undefined;
  let cursor: ThresholdPoint;
  const node = figure({
    id: "threshold",
    title: "What the threshold makes of the teacher’s chains",
    subtitle: `Exploratory: the report keeps the declared T = ${inT(declared)}, dashed. The cursor is the slider.`,
    note: `${askedNote(about)} Coverage: questions with a cluster of several chains, those left where clusters of one are dropped. Here the first response of a cluster, in canonical order, stands for it; as published, ${publishedRight(about)}. Bands: quartiles of clusters, otherwise 95% intervals (Wilson; normal for the mean).`,
    data: () => points.map(plain),
    provenance,
    draw: (width) => {
      charts = thresholdCharts(points.length ? points : [cursor], declared, {width});
      charts.move(cursor);
      return charts.node;
    }
  });

  function move(): void {
    const hundredths = inHundredths(slider.value);
    const start = performance.now();
    const outcome = thresholdClusters(questions.responses, hundredths, asked.dropped);
    const clustered = performance.now() - start;
    cursor = {threshold: hundredths, ...clusterSummary(questions.responses, outcome, questions.distinct)};
    const {clusters, coverage, accuracy, agreement} = cursor;
    back.disabled = hundredths === declared;
    charts?.move(cursor);
    words.textContent =
      `At T = ${inT(hundredths)}${hundredths === declared ? ", as declared" : ", exploratory"}: a median of ${plural(clusters.median, "cluster")} a question (quartiles ${interval(clusters.lower, clusters.upper, String)}); ` +
      `coverage ${percent(coverage.value)}%; representative right on ${shareInWords(accuracy)}; ` +
      `right among the largest cluster’s chains, ${shareInWords(agreement)}.`;
    moved(hundredths, outcome);
    // Forces the layout, so that what is measured is what a reader waits for.
    node.getBoundingClientRect();
    Object.assign(words.dataset, {clustered: clustered.toFixed(2), moved: (performance.now() - start).toFixed(2)});
  }

  slider.addEventListener("input", move);
  move();
  void thresholdCurve(
    questions,
    asked.dropped,
    range,
    (some) => {
      if (stale()) return;
      points = some;
      redraw(node);
      node.dataset.thresholds = String(some.length);
    },
    stale
  );
  return html`<div>
    <div class="controls sliders">${slider}${back}</div>
    ${words}${node}
  </div>`;
}

function publishedRight({questions: {responses, published, distinct}}: AboutAsked): string {
  const {accuracy} = clusterSummary(responses, published, distinct);
  return `a member drawn by the seed or the first, right on ${shareInWords(accuracy)}`;
}

const plain = ({threshold, clusters, coverage, accuracy, agreement}: ThresholdPoint): CsvRow => ({
  threshold: threshold / 100,
  clusters_median: clusters.median,
  clusters_lower_quartile: clusters.lower,
  clusters_upper_quartile: clusters.upper,
  coverage: coverage.value,
  coverage_low: coverage.low,
  coverage_high: coverage.high,
  representative_right: accuracy?.value ?? null,
  representative_right_low: accuracy?.low ?? null,
  representative_right_high: accuracy?.high ?? null,
  largest_cluster_right: agreement?.value ?? null,
  largest_cluster_right_low: agreement?.low ?? null,
  largest_cluster_right_high: agreement?.high ?? null
});
