import {lineageColors} from "../charts/stepGraph.js";
import {supervisionChart} from "../charts/supervisionChart.js";
import type {Row} from "../tables.js";
import type {KeyItem} from "./figure.js";
import {figure} from "./figure.js";
import {inSentence, listed, plural} from "./format.js";
import {html} from "./kit.js";
import {setAddress} from "./linked.js";
import type {Names} from "./names.js";
import {armKey, armsOf} from "./palette.js";
import {defaultRun, runChoices} from "./runChoices.js";
import {runChooser} from "./runChooser.js";
import {isStrongToWeak} from "./settingControl.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";
import type {SupervisionNode} from "./supervisionGraph.js";
import {leakTitle, supervisionWords} from "./supervisionWords.js";

export interface ExplorerData {
  /** Runs whose steps are published. */
  runs: readonly Row<"runs">[];
  run_models: readonly Row<"run_models">[];
  graph: (run: Row<"runs">) => SupervisionNode[];
}

/** The models and labels of one run, which a reader chooses, as a graph and as a list. */
export function lineageExplorer(study: OpenStudy, names: Names, {runs, run_models, graph}: ExplorerData): HTMLElement {
  const model = new Map(run_models.filter((d) => d.position === 0).map((d) => [`${d.run} ${d.role}`, d.model]));
  const shown = defaultRun(study, runs, model);
  const wanted = new URLSearchParams(location.search).get("run");
  const start = runs.find((d) => d.run === wanted) ?? shown;
  const place = html`<div></div>`;
  const titles = new Map(armsOf(study).map((arm) => [arm.key, arm.title]));

  function draw(run: Row<"runs">): void {
    setAddress("run", run.run === shown.run ? null : run.run);
    const nodes = graph(run);
    const reversed = isStrongToWeak(run.setting);
    const href = ({steps: [step]}: SupervisionNode) =>
      pageUrl(study.study, "provenance", {run: run.run, role: "run", step});
    const described = describe(nodes, names, reversed);
    const leak = nodes.find((d) => d.leak !== null)?.leak ?? null;
    const title = titles.get(armKey(run.method, run.variant)) ?? run.method;
    place.replaceChildren(
      figure({
        id: "supervision",
        title:
          leak === null ? `Where the labels of “${inSentence(title)}” come from` : `“${title}” leaks: ${said(leak)}`,
        subtitle: `${names.task(run.task)}, ${run.setting}, seed ${run.seed}. Each box leads to its steps. What a line carries gives its colour; a model has that of the labels it learned from.`,
        key: keyOf(nodes, reversed),
        note: `${plural(nodes.length, "node")}, one for labels of one model, and for gold labels that the same models read.`,
        data: described.map((d) => ({...d})),
        provenance: pageUrl(study.study, "provenance", {run: run.run, role: "run"}),
        draw: (width) =>
          html`<div class="table-scroll" tabindex="0" role="region" aria-label="Graph of models and labels">
            ${supervisionChart(nodes, {width, names, reversed, href})}
          </div>`
      }),
      html`<details class="fold">
        <summary>The same graph as a list</summary>
        <ol>
          ${described.map(
            ({node, from, leak}, i) =>
              html`<li>
                <a href=${href(nodes[i])}>${node}</a>${from ? `, from ${from}` : ""}${
                  leak ? html`: <strong class="leak">${leak}</strong>` : null
                }
              </li>`
          )}
        </ol>
      </details>`
    );
  }

  draw(start);
  return html`<section>
    <div class="controls">${runChooser(runs, runChoices(study, names, model), {start, onchange: draw})}</div>
    ${place}
  </section>`;
}

const said = (leak: string): string =>
  /^(saw|learned)/.test(leak) ? `its student ${leakTitle(leak)}` : leakTitle(leak);

/** A node in words; those that it reads by their numbers. */
interface DescribedNode {
  number: number;
  node: string;
  from: string;
  supervision: string;
  leak: string | null;
  steps: string;
}

function describe(nodes: readonly SupervisionNode[], names: Names, reversed: boolean): DescribedNode[] {
  const words = nodes.map((d) => supervisionWords(d, names, reversed));
  const place = new Map(nodes.map((d, i) => [d.id, i]));
  return nodes.map((d, i) => ({
    number: i + 1,
    node: words[i].text ? `${words[i].head} (${words[i].text})` : words[i].head,
    from: listed(d.inputs.map((id) => `${inSentence(words[place.get(id)!].head)} (${place.get(id)! + 1})`)),
    supervision: d.supervision,
    leak: d.leak !== null ? leakTitle(d.leak) : d.barred ? "leak" : null,
    steps: d.steps.join(" ")
  }));
}

function keyOf(nodes: readonly SupervisionNode[], reversed: boolean): KeyItem[] {
  const has = (kind: SupervisionNode["supervision"]) => nodes.some((d) => d.supervision === kind);
  const student = nodes.find((d) => d.role === "student");
  const own = nodes.some((d) => (d.what === "labels" || d.what === "texts") && d.model === student?.model);
  const line = (label: string, color: string): KeyItem => ({label, color, shape: "line"});
  return [
    line("gold labels", lineageColors.gold),
    ...(has("weak") ? [line(`labels of a weaker model${own ? ", or its own" : ""}`, lineageColors.weak)] : []),
    ...(has("stronger")
      ? [
          line(
            reversed ? "labels of the stronger model" : "labels of a model not weaker, or an oracle",
            lineageColors.stronger
          )
        ]
      : []),
    line("no labels", lineageColors.none),
    ...(nodes.some((d) => d.behindLeak) ? [line("leak", "var(--bad)")] : [])
  ];
}
