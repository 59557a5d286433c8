import {clusterSummary} from "../statistics/clusterSummary.js";
import {dataTable} from "./dataTable.js";
import type {AboutAsked, Asked} from "./elicitations.js";
import {askedOf, askedTitle, clusterable, isCompared, withCosines} from "./elicitations.js";
import {entropyFigures} from "./entropyFigures.js";
import {intervalCell} from "./estimateCell.js";
import {decimals, interval, percent, plural} from "./format.js";
import {Inputs, html} from "./kit.js";
import {linked} from "./linked.js";
import {afterFirstChart} from "./firstChart.js";
import {absent, missing} from "./missing.js";
import type {Names} from "./names.js";
import {namesOf} from "./names.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";
import {aurocInWords, entropyAuroc, inT, shareInWords} from "./uncertaintyWords.js";

/** What teachers doubt: how their chains cluster, at the declared threshold and at others, and whether that tells right from wrong. */
export async function uncertainty(study: OpenStudy) {
  const [all, {tasks}] = await Promise.all([askedOf(study), study.tables("tasks")]);
  if (!all.length)
    return {
      headline: "No teacher’s chains are published for this study.",
      controls: html`<div></div>`,
      threshold: missing(
        "None of this study’s methods asks a teacher the same question many times, or none of their runs is done.",
        study.command
      ),
      entropy: html`<div></div>`,
      question: html`<div></div>`,
      table: html`<div></div>`
    };
  const names = namesOf(study, tasks);
  const byKey = new Map(all.map((d) => [d.key, d]));
  const teacher = linked(
    "elicitation",
    Inputs.select([...byKey.keys()], {label: "Teacher", format: (key) => askedTitle(byKey.get(key)!, names)})
  );
  const seedPlace = html`<span class="contents"></span>`;
  const places = {
    headline: html`<span></span>`,
    threshold: html`<div></div>`,
    entropy: html`<div></div>`,
    question: html`<div></div>`
  };
  const later = afterFirstChart().then(async () => {
    const [{questionExplorer}, {thresholdExplorer}] = await Promise.all([
      import("./questionExplorer.js"),
      import("./thresholdExplorer.js")
    ]);
    return {explorer: questionExplorer(study), thresholdExplorer};
  });
  let chosen = 0;

  function choose(): void {
    const asked = byKey.get(teacher.value)!;
    const seed = linked(
      "seed",
      Inputs.select(["", ...asked.seeds.map(String)], {label: "Seed", format: (d) => d || "all seeds"})
    );
    seed.addEventListener("input", () => show(asked, seed.value));
    seedPlace.replaceChildren(...(asked.seeds.length > 1 ? [seed] : []));
    show(asked, seed.value);
  }

  function show(all: Asked, seed: string): void {
    const turn = ++chosen;
    const stale = () => turn !== chosen;
    const asked = {...all, questions: all.questions.filter((d) => !seed || String(d.seed) === seed)};
    const questions = clusterable(asked.questions);
    const provenance = pageUrl(study.study, "provenance", {run: asked.run, role: "weak_labels"});
    const about = {names, asked, questions, provenance};
    const entropy = entropyFigures(about);
    places.headline.replaceChildren(headline(about));
    places.entropy.replaceChildren(entropy.node);
    entropy.show(
      questions.published,
      asked.declared === null ? "clusters by answer" : `the declared T = ${inT(asked.declared)}`
    );
    places.threshold.replaceChildren(
      asked.declared === null
        ? absent(
            `The chains of ${askedTitle(asked, names)} are clustered by the answer in them. No embeddings were asked for, so there is no threshold to move: what follows is of these clusters.`
          )
        : html`<p class="meta">The cosines of all responses follow.</p>`
    );
    void later.then(async ({explorer, thresholdExplorer}) => {
      if (stale()) return;
      explorer.show(asked, asked.declared);
      places.question.replaceChildren(explorer.node);
      if (asked.declared === null) return;
      const compared = await withCosines(study, asked);
      if (stale()) return;
      places.threshold.replaceChildren(
        isCompared(compared)
          ? thresholdExplorer(
              {...about, asked: compared, questions: clusterable(compared.questions)},
              stale,
              (at, outcome) => {
                entropy.show(
                  outcome,
                  at === asked.declared ? `the declared T = ${inT(at)}` : `T = ${inT(at)}, exploratory`
                );
                explorer.show(compared, at);
              }
            )
          : missing("Cosines of these responses are not published, so the threshold cannot move.", study.command)
      );
    });
  }

  teacher.addEventListener("input", choose);
  choose();
  return {
    ...places,
    controls: html`<div class="controls">${byKey.size > 1 ? teacher : null}${seedPlace}</div>`,
    table: declaredTable(study, all, names)
  };
}

function headline({asked, questions, names}: AboutAsked): string {
  const at = clusterSummary(questions.responses, questions.published, questions.distinct);
  const {median, lower, upper} = at.clusters;
  const how = asked.declared === null ? "by their answers" : `at the declared T = ${inT(asked.declared)}`;
  return (
    `Asked ${asked.chains} times each, ${plural(asked.questions.length, "question")} of ${names.task(asked.task)} get from ${names.model(asked.model)} ` +
    `a median of ${plural(median, "cluster")} ${how} (quartiles ${interval(lower, upper, String)}). ` +
    `What stands for the largest is right on ${shareInWords(at.accuracy)}, ` +
    `and low entropy of the clusters tells right from wrong with ${aurocInWords(entropyAuroc(questions, questions.published))}.`
  );
}

/** What the report keeps: every teacher at its declared clusters. */
function declaredTable(study: OpenStudy, all: readonly Asked[], names: Names): HTMLElement {
  const rows = all.map((asked) => {
    const questions = clusterable(asked.questions);
    const at = clusterSummary(questions.responses, questions.published, questions.distinct);
    return {asked, at, auroc: entropyAuroc(questions, questions.published)};
  });
  return dataTable(rows, {
    caption: "Clusters as declared, by teacher",
    grouped: true,
    columns: [
      {label: "Task", value: ({asked}) => names.task(asked.task)},
      {
        label: "Teacher",
        value: ({asked}) =>
          html`<span class="estimate prose"
            >${names.model(asked.model)}${asked.use ? html`<small>for ${asked.use}</small>` : null}</span
          >`
      },
      {
        label: "Clusters by",
        value: ({asked}) => (asked.declared === null ? asked.by : `T\u00a0=\u00a0${inT(asked.declared)}`)
      },
      {
        label: "Questions",
        numeric: true,
        value: ({asked}) =>
          html`<span class="estimate"
            >${asked.questions.length}<small>${plural(asked.seeds.length, "seed")}</small
            ><small>${plural(asked.chains, "chain")} each</small></span
          >`
      },
      {
        label: "Clusters",
        numeric: true,
        value: ({
          at: {
            clusters: {median, lower, upper}
          }
        }) => intervalCell({value: median, low: lower, high: upper}, String)
      },
      {label: "Coverage, %", numeric: true, value: ({at}) => intervalCell(at.coverage, percent)},
      {
        label: "Right, %",
        numeric: true,
        value: ({at}) => at.accuracy && intervalCell(at.accuracy, percent)
      },
      {
        label: "Chains right, %",
        numeric: true,
        value: ({at}) => at.agreement && intervalCell(at.agreement, percent)
      },
      {
        label: "AUROC",
        numeric: true,
        value: ({auroc}) => intervalCell(auroc, decimals(2))
      }
    ],
    csv: {
      name: `${study.study}-uncertainty.csv`,
      rows: rows.map(({asked, at, auroc}) => ({
        task: asked.task,
        teacher: asked.model,
        use: asked.use,
        by: asked.by,
        threshold: asked.declared === null ? null : asked.declared / 100,
        seeds: asked.seeds.length,
        questions: asked.questions.length,
        chains: asked.chains,
        clusters: at.clusters.median,
        clusters_lower_quartile: at.clusters.lower,
        clusters_upper_quartile: at.clusters.upper,
        coverage: at.coverage.value,
        accuracy: at.accuracy?.value ?? null,
        accuracy_low: at.accuracy?.low ?? null,
        accuracy_high: at.accuracy?.high ?? null,
        agreement: at.agreement?.value ?? null,
        auroc: auroc.value,
        auroc_low: auroc.low,
        auroc_high: auroc.high
      }))
    }
  });
}
