import {similarityMatrix} from "../charts/similarityMatrix.js";
import {clusterEntropy, cosineOf, type Cluster} from "../statistics/clustering.js";
import type {CsvRow} from "./csv.js";
import type {Asked, AskedQuestion} from "./elicitations.js";
import {clustersOf, saidOf} from "./elicitations.js";
import {figure, redraw} from "./figure.js";
import {afterFirstChart} from "./firstChart.js";
import {decimals, plural} from "./format.js";
import {Inputs, html} from "./kit.js";
import {setAddress} from "./linked.js";
import {clusterColor} from "./palette.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";
import {inT} from "./uncertaintyWords.js";

const listedAtFirst = 6;

/** One question at a time: what the teacher said to it, in clusters, beside how alike its responses are; which one is in the address. */
export function questionExplorer(study: OpenStudy) {
  const node = html`<div></div>`;
  const words = html`<p class="meta" role="status"></p>`;
  const text = html`<p class="question-text"></p>`;
  const list = html`<div></div>`;
  const selectPlace = html`<span class="contents"></span>`;
  const matrixPlace = html`<div></div>`;
  let said: Awaited<ReturnType<typeof saidOf>> | undefined;
  let asked: Asked | undefined;
  let at: number | null = null;
  let wanted = new URLSearchParams(location.search).get("question");
  let clusters: Cluster[] = [];
  let matrix: HTMLElement | undefined;
  let select: HTMLElement & {value: number};
  const idOf = ({seed, example}: AskedQuestion) => `${seed}/${example}`;
  const current = () => asked!.questions[select.value];
  const step = (by: number) =>
    html`<button type="button" class="plain" onclick=${() => go(select.value + by)}>
      ${by < 0 ? "← Previous" : "Next →"}
    </button>` as HTMLButtonElement;
  const [previous, next] = [step(-1), step(1)];

  function go(to: number): void {
    if (!asked?.questions[to]) return;
    select.value = to;
    wanted = idOf(asked.questions[to]);
    setAddress("question", wanted);
    draw();
  }

  /** Questions of another teacher, or of other seeds. */
  function choices(): void {
    const {questions, task} = asked!;
    const seeds = new Set(questions.map((d) => d.seed)).size;
    const title = (i: number) => {
      const {seed, example} = questions[i];
      const text = said?.question(task, example)?.replace(/\s+/g, " ").trim() ?? example;
      return `${i + 1}. ${seeds > 1 ? `(seed ${seed}) ` : ""}${text.length > 70 ? `${text.slice(0, 69)}…` : text}`;
    };
    select = Inputs.select(
      questions.map((_, i) => i),
      {
        label: "Question",
        format: title,
        // Where the address asks for none, one that the teacher has two minds about.
        value: [
          questions.findIndex((d) => idOf(d) === wanted),
          questions.findIndex((d) => d.responses.some(({cluster}) => cluster > 0)),
          0
        ].find((i) => i >= 0)
      }
    );
    select.addEventListener("input", () => go(select.value));
    selectPlace.replaceChildren(select);
    const {run} = asked!;
    matrix = undefined;
    if (!questions.some((d) => d.cosines)) {
      matrixPlace.replaceChildren(
        html`<p class="meta">
          ${asked!.declared === null ? "No embeddings were asked for, so how alike these responses are is not known." : "How alike these responses are follows."}
        </p>`
      );
      return;
    }
    matrix = figure({
      id: "question",
      title: "How alike the responses to this question are, by cluster",
      subtitle: "A row and a column each different response; the stronger the colour, the higher the cosine.",
      key: [
        {label: "largest cluster", color: clusterColor(0), shape: "area"},
        {label: "other clusters, each its hue", color: clusterColor(1), shape: "area"},
        {label: "between clusters", color: "var(--theme-foreground-muted)", shape: "area"}
      ],
      note: "A dot on the diagonal: the response that stands for its cluster. Cosines in hundredths, those below 0 are drawn as 0.",
      data: pairs,
      provenance: pageUrl(study.study, "provenance", {run, role: "weak_labels"}),
      draw: (width) => {
        const {cosines} = current();
        return similarityMatrix(clusters, (i, j) => (cosines ? cosineOf(cosines, i, j) / 100 : 0), {
          width,
          ariaLabel: `Cosines of ${plural(current().responses.length, "response")} in ${plural(clusters.length, "cluster")}`
        });
      }
    });
    matrixPlace.replaceChildren(matrix);
  }

  function draw(): void {
    const question = current();
    const {responses, seed, example} = question;
    const isDeclared = at === asked!.declared;
    clusters = clustersOf(question, isDeclared ? null : at, asked!.dropped);
    const sizes = clusters.map((some) => chainsOf(question, some));
    previous.disabled = select.value === 0;
    next.disabled = select.value === asked!.questions.length - 1;
    text.replaceChildren(
      said?.question(asked!.task, example) ??
        html`<span class="withheld"
          >${said ? "The licence of these rows does not let us show their text." : "The question follows."}</span
        >`
    );
    words.textContent =
      `${plural(asked!.chains, "chain")}, ${plural(responses.length, "different response")}, ${plural(clusters.length, "cluster")} ` +
      `${at === null ? "by answer" : `at T = ${inT(at)}${isDeclared ? ", as declared" : ", exploratory"}`}; ` +
      `entropy ${decimals(2)(clusterEntropy(sizes))} nats; seed ${seed}, ${example}.`;
    list.replaceChildren(clusterList(question, clusters));
    if (matrix) redraw(matrix);
  }

  /** Each two responses of the question, with the cluster of the first and what is known of how alike they are. */
  function pairs(): CsvRow[] {
    const {responses, cosines} = current();
    return clusters.flatMap((some, cluster) =>
      some.flatMap((i) =>
        responses.slice(0, i).map((_, j) => ({
          response: i,
          other: j,
          cluster,
          cosine: cosines ? cosineOf(cosines, i, j) / 100 : null
        }))
      )
    );
  }

  void afterFirstChart()
    .then(() => saidOf(study))
    .then((found) => {
      said = found;
      if (!asked) return;
      choices();
      draw();
    });
  node.append(
    html`<div class="controls">${selectPlace}</div>`,
    html`<p class="transcript-steps">${previous}${next}</p>`,
    text,
    words,
    html`<div class="question-clusters">${matrixPlace}${list}</div>`
  );
  return {
    node,
    /** Shows clusters of one of these questions: at a threshold in hundredths or, where it is null, as published. */
    show(of: Asked, threshold: number | null): void {
      const other = of !== asked;
      asked = of;
      at = threshold;
      if (other) choices();
      draw();
    }
  };

  function clusterList(question: AskedQuestion, clusters: readonly Cluster[]): HTMLElement {
    const items = (from: number, to?: number) =>
      clusters.slice(from, to).map((some, i) => clusterItem(question, some, from + i));
    const more = html`<ol class="cluster-list" start=${listedAtFirst + 1}></ol>`;
    // A teacher may have as many clusters as chains, and the threshold moves often.
    const open = () => more.hasChildNodes() || more.append(...items(listedAtFirst));
    return html`<div>
      <ol class="cluster-list">
        ${items(0, listedAtFirst)}
      </ol>
      ${
        clusters.length > listedAtFirst
          ? html`<details class="fold" ontoggle=${open}>
              <summary>${plural(clusters.length - listedAtFirst, "smaller cluster")}</summary>
              ${more}
            </details>`
          : null
      }
    </div>`;
  }

  function clusterItem(question: AskedQuestion, some: Cluster, place: number): HTMLElement {
    const response = question.responses[some[0]];
    const {answered, right} = response;
    const {output = null, answer = null} = said?.response(response) ?? {};
    const chains = chainsOf(question, some);
    const verdict = html`<span class=${right ? "right" : "wrong"}>${right ? "right" : "wrong"}</span>`;
    return html`<li style=${`border-color:${clusterColor(place)}`}>
      <p class="meta">
        <b>${chains} of ${plural(asked!.chains, "chain")}</b>, ${plural(some.length, "different response")}; its
        representative is ${verdict}${answered < 0 ? ", without an answer" : answer === null ? "" : `: ${answer}`}
      </p>
      ${
        output === null
          ? html`<p class="withheld">
              ${said ? "The licence of these rows does not let us show what was said." : "What was said follows."}
            </p>`
          : html`<p class="words">${output.trim()}</p>`
      }
    </li>`;
  }
}

const chainsOf = ({responses}: AskedQuestion, some: Cluster): number =>
  some.reduce((sum, place) => sum + responses[place].count, 0);
