import {entropyChart} from "../charts/entropyChart.js";
import {riskChart} from "../charts/riskChart.js";
import type {EntropyBin} from "../statistics/entropyBins.js";
import {entropyBins} from "../statistics/entropyBins.js";
import type {RiskPoint} from "../statistics/riskCoverage.js";
import {riskCoverage} from "../statistics/riskCoverage.js";
import type {ClusterOutcome} from "../statistics/thresholdClusters.js";
import type {AboutAsked} from "./elicitations.js";
import {figure, redraw} from "./figure.js";
import {html} from "./kit.js";
import {askedNote, aurocInWords, entropyAuroc, judgedQuestions} from "./uncertaintyWords.js";

/** Whether the scatter of a teacher's chains tells where it is wrong; drawn again whenever clusters change. */
export function entropyFigures(about: AboutAsked) {
  const {asked, questions, provenance} = about;
  const most = Math.log(Math.max(2, asked.chains));
  const independent = questions.distinct / asked.questions.length;
  const shown = {bins: [] as EntropyBin[], risk: [] as RiskPoint[], at: ""};
  const words = html`<p class="live-status" role="status"></p>`;
  const calibration = figure({
    id: "entropy",
    title: "How often the representative is right, by the entropy of the clusters",
    subtitle:
      "The first point: questions whose chains are one cluster. A teacher that knows what it does not know falls to the right.",
    note: `${askedNote(about)} Numbers above the bars: questions of each bin. 95% Wilson intervals.`,
    data: () => shown.bins.map((d) => ({clusters: shown.at, ...d})),
    provenance,
    draw: (width) => entropyChart(shown.bins, {width, most, at: shown.at})
  });
  const risk = figure({
    id: "risk",
    title: "What is left to be wrong where only the surest questions are kept",
    subtitle: "Dashed: all questions, or any number of them without regard to entropy.",
    note: `${askedNote(about)} Questions of equal entropy are kept together. 95% Wilson intervals.`,
    data: () => shown.risk.map((d) => ({clusters: shown.at, ...d})),
    provenance,
    draw: (width) => riskChart(shown.risk, {width, at: shown.at})
  });
  return {
    node: html`<div>${words}${calibration}${risk}</div>`,
    show(outcome: ClusterOutcome, at: string): void {
      const {entropy, right} = judgedQuestions(questions, outcome);
      shown.at = at;
      shown.bins = entropyBins(entropy, right, {most, independent});
      shown.risk = riskCoverage(entropy, right, independent);
      words.textContent = `With ${at}, low entropy tells right representatives from wrong ones with ${aurocInWords(entropyAuroc(questions, outcome))}: 0.5 would be chance.`;
      redraw(calibration);
      redraw(risk);
    }
  };
}
