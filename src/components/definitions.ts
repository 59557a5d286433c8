import {html} from "./kit.js";

/** What each quantity means, with the paper's equation and the code that computes it. */
const definitions: {name: string; equation: string; meaning: string; code: string}[] = [
  {
    name: "PGR",
    equation: "(student − weak) / (ceiling − weak)",
    meaning:
      "Performance gap recovered (EDA, equation 3; Burns et al. 2023). 0 is the supervisor, 1 the ceiling. Over seeds, the sum of the numerators over the sum of the denominators. Withheld where the 95% interval of ceiling − weak reaches 0.",
    code: "src/statistics/pgr.ts"
  },
  {
    name: "Weak, student, ceiling",
    equation: "share of test rows whose class is predicted right",
    meaning:
      "The weak model trains on gold labels of the supervision rows; the student on its labels of the transfer rows; the ceiling on gold labels of those same rows: of all of them, also where a cascade gives its student only a part, and where chains are learned without annotated ones, of those rows for which it writes a right chain itself. All predict the same test rows.",
    code: "src/statistics/accuracy.ts"
  },
  {
    name: "Gain, difference",
    equation: "student − weak; student − the baseline’s student",
    meaning: "In percentage points of test accuracy. Always shown, also where PGR is withheld.",
    code: "src/statistics/estimates.ts"
  },
  {
    name: "Agreement",
    equation: "share of test rows on which student and supervisor predict the same class",
    meaning:
      "Overall, and apart for rows on which the supervisor is right and is wrong (EDA, “Student-Supervisor Agreement”; Burns et al. 2023, section 5.1.3). Generated answers agree where they are the same; no answer agrees with nothing. The ceiling’s agreement with the supervisor is counted alike.",
    code: "src/statistics/agreement.ts"
  },
  {
    name: "Facilitation",
    equation: "Φ: θ_W′ = argmin Σ_q L(f_W′(q), f_S(q)); share gained = (facilitated weak − weak) / (strong − weak)",
    meaning:
      "The weak model learns the strong one’s decisions on rows that neither has seen (EDA, definition 3 and equation 1); both learned the task from the same gold labels of other rows. Beside it, for comparison, the weak model on gold labels of the rows that it is taught on. The paper gives no metric: here 0 is the weak model and 1 its teacher. It is withheld as PGR is, and never counted as PGR.",
    code: "loaders/methods/facilitate.ts"
  },
  {
    name: "Supervision lineage",
    equation: "what a model learned from, what that was made of, and so on back to gold labels",
    meaning:
      "Recorded with every step, and checked: a weak-to-strong student may see rows of the transfer half, labelled by models weaker than itself, which may have seen gold labels of the supervision half and nothing of the test rows. Whatever else it saw is marked. Ceilings learn from gold labels of the transfer rows, and teach nobody. An oracle is a judge that knows the truth, or more than the weak model.",
    code: "loaders/lineage.ts"
  },
  {
    name: "95% interval",
    equation: "2.5th to 97.5th percentile of resampled estimates",
    meaning:
      "Bootstrap over seeds and test rows, crossed, the same draws for all roles; over tasks as well for what is stated of all tasks.",
    code: "src/statistics/bootstrap.ts"
  },
  {
    name: "Paired tests",
    equation: "t = mean difference / (standard deviation / √pairs); W = the smaller sum of signed ranks",
    meaning:
      "Student’s paired t-test and Wilcoxon’s signed-rank test, two-sided. Pairs are tasks: cells (pairs of models) and seeds are averaged within them, since cells of one task share supervisor, ceiling and test rows. A difference in PGR is that in accuracy over the gap. Wilcoxon’s p is exact up to 50 pairs, ties included; beyond, normal with corrections for ties and continuity.",
    code: "src/statistics/comparisons.ts"
  },
  {
    name: "Holm’s correction",
    equation: "the i-th smallest of m p values times m − i + 1, never below the one before",
    meaning: "Over all comparisons of one domain, setting, choice of models and quantity (Holm 1979).",
    code: "src/statistics/holm.ts"
  },
  {
    name: "Detectable, needed",
    equation: "power of 80% at 5%, two-sided, by the noncentral t distribution",
    meaning:
      "The smallest mean difference that a paired t-test of as many pairs finds, at the deviation observed; the pairs, and the seeds a pair, that the observed difference would need. More seeds shrink only the part of the deviation that lies between seeds, so often no number of them would do.",
    code: "src/statistics/power.ts"
  },
  {
    name: "Kinds of error",
    equation: "errors of the kind / errors of the student, over seeds and, where several are counted together, tasks",
    meaning:
      "Each error is one of four: copied (the student repeats its supervisor’s wrong answer), novel (its supervisor is right), another (both are wrong, not alike; two classes leave no room for it), no answer (none can be read in what was written). Net: the copied less the supervisor’s errors that the ceiling, which never met the supervisor, makes too, since of two classes being wrong together is partly chance or the task’s doing; it may be negative. Overfit: of the copied, those that the student got right at an earlier checkpoint.",
    code: "src/statistics/errorTypes.ts"
  },
  {
    name: "Linear probe",
    equation: "logistic regression on standardised activations at the last token, C = 0.01",
    meaning:
      "For the labels of a task, one probe a layer (EDA, “Concept Saliency”). It learns from one half of the rows, groups whole, and is asked about the other, and the other way round. Of the task’s own concept the rows are its test rows; of another’s, test rows and as many transfer rows, none of which the student saw. Layer 0 is the embedding.",
    code: "src/statistics/probe.ts"
  },
  {
    name: "Control, selectivity",
    equation: "selectivity = accuracy − accuracy of the control",
    meaning:
      "The control is the same probe, learned from labels that were permuted within its half (after Hewitt and Liang 2019): what it gets right it owes to chance and to its own freedom.",
    code: "src/statistics/probe.ts"
  },
  {
    name: "Debate",
    equation:
      "D = mean over both orders of ln (p / (1 − p)), p: the judge’s probability that the strong side explains better",
    meaning:
      "Strong and weak model each decide and explain, in rounds; a judge reads the question and both sides (EDA, definition 4). Consultancy: the judge hears the strong side alone. Blind: it sees both answers without a word for them. An oracle is a judge that knows the truth, or more than the weak model.",
    code: "loaders/methods/debate.ts"
  },
  {
    name: "Judge accuracy",
    equation: "share of questions on which the judge prefers the side that decided right",
    meaning: "By the sign of D; a tie counts one half. Only questions on which the sides differ count.",
    code: "src/statistics/judge.ts"
  },
  {
    name: "Position bias",
    equation: "share of verdicts for the side that was shown first",
    meaning: "Over questions judged in both orders: one half for a judge that does not look at the place.",
    code: "src/statistics/judge.ts"
  },
  {
    name: "Demonstrations",
    equation: "question, own answer, teacher’s answer, its uncertainty → revised answer",
    meaning:
      "What an Alice student learns from (Alice, section 3.3): it answers a transfer question by itself, reads its answer beside its teacher’s, which is what stands for the largest cluster of the teacher’s chains, and what the teacher is not certain of, in words; then it keeps or improves its own. An own answer is kept where the revised one is the same after the task’s normalisation; an answer that cannot be read is like no other. Two arms are compared on the same questions of the same seeds.",
    code: "loaders/methods/alice.ts"
  },
  {
    name: "Calibration error",
    equation: "Σ (rows in bin / rows) · |mean probability − share of class 1|",
    meaning: "Expected calibration error over ten bins of equal width (Naeini, Cooper and Hauskrecht 2015).",
    code: "src/statistics/calibration.ts"
  },
  {
    name: "Clusters, representative",
    equation:
      "a response joins the first cluster whose reference has cos ≥ T with it, or is the reference of a new one",
    meaning:
      "Greedy leader clustering of a question’s chains (Alice, section 3.2, whose sentence on T is the other way round). The outcome depends on the order, so there is one: what was said most often leads; where two texts were said as often, the place of each is drawn. Cosines are of embeddings, in hundredths. Some tasks compare answers in place of embeddings; then a chain without an answer agrees only with its like, word for word. A member of each cluster, drawn by the seed, stands for it; that of the largest is the teacher’s final answer.",
    code: "src/statistics/thresholdClusters.ts"
  },
  {
    name: "Cluster entropy",
    equation: "H = −Σ p · ln p, p: shares of the chains that fall into each cluster",
    meaning: "In nats: 0 where all chains are one cluster, ln n where each of n chains is its own.",
    code: "src/statistics/clustering.ts"
  },
  {
    name: "AUROC",
    equation: "P(H of a right representative < H of a wrong one), a tie counts one half",
    meaning:
      "Area under the receiver operating characteristic: 0.5 is chance, 1 tells right from wrong without error. Interval by DeLong (1988) on the logit scale; what several seeds say of one question counts as one (Obuchowski 1997).",
    code: "src/statistics/auroc.ts"
  },
  {
    name: "Risk and coverage",
    equation: "risk(c) = share of wrong representatives among the share c of questions of lowest entropy",
    meaning: "What selective answering would leave to be wrong (El-Yaniv and Wiener 2010).",
    code: "src/statistics/riskCoverage.ts"
  },
  {
    name: "Confidence loss",
    equation: "(1 − α) CE(student, weak label) + α CE(student, hardened student)",
    meaning:
      "EDA, algorithm 4. The threshold that hardens keeps as many positives as the weak labels hold; α rises linearly over the first part of training.",
    code: "src/statistics/loss.ts"
  }
];

export function definitionList(...names: string[]): HTMLElement {
  const shown = names.length ? definitions.filter((d) => names.includes(d.name)) : definitions;
  return html`<details class="fold">
    <summary>Definitions</summary>
    <dl class="settings">
      ${shown.map(
        ({name, equation, meaning, code}) =>
          html`<div>
            <dt>${name}</dt>
            <dd><span class="equation">${equation}</span>${meaning} <code>${code}</code></dd>
          </div>`
      )}
    </dl>
  </details>`;
}
