import {comparisonChart} from "../charts/comparisonChart.js";
import type {ComparisonRow} from "../charts/comparisonChart.js";
import {type ErrorTag, errorTags, tagNames} from "../errorTags.js";
import {wilson} from "../statistics/wilson.js";
import {csv} from "./csv.js";
import {dataTable} from "./dataTable.js";
import {download} from "./download.js";
import {type TagStore, parseTags, tagRows, tagsJson, withTags} from "./errorTagLog.js";
import {intervalCell} from "./estimateCell.js";
import {figure} from "./figure.js";
import {fileInput} from "./fileInput.js";
import {interval, plural, share} from "./format.js";
import {html} from "./kit.js";
import {namesOf} from "./names.js";
import {publishedErrors} from "./publishedErrors.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";
import {type TagWeights, meanWeight, preferenceMargin, prefersKind, weightsOf} from "./tagWeights.js";

/** Who says of which kind errors are: a reader with one kind an error, a model with a weight for each kind. */
interface Tagger {
  name: string;
  /** Errors tagged. */
  n: number;
  /** The share of some kinds together: of errors, or a model's mean weight. */
  of: (tags: readonly ErrorTag[]) => {value: number; low: number; high: number};
  /** A kind's share as a table writes it. */
  written: (tag: ErrorTag) => Node | string | null;
  look: ComparisonRow["look"];
}

const reader = (tags: readonly ErrorTag[]): Pick<Tagger, "n" | "of" | "written"> => {
  const n = tags.length;
  const count = (some: readonly ErrorTag[]) => tags.filter((tag) => some.includes(tag)).length;
  return {
    n,
    of: (some) => ({value: count(some) / n, ...wilson(count(some), n)}),
    written: (tag) => `${count([tag])} of ${n} (${share(count([tag]) / n)})`
  };
};

const proposer = (weights: readonly TagWeights[]): Pick<Tagger, "n" | "of" | "written"> => {
  const of = (some: readonly ErrorTag[]) => meanWeight(weights, some);
  return {
    n: weights.length,
    of,
    written: (tag) => intervalCell(of([tag]), share)
  };
};

/** The paper's kinds of error: its shares beside those of a reader's tags, as they come, and of the weights that models propose; the tags as files. */
export async function taggedErrors(study: OpenStudy, store: TagStore): Promise<HTMLElement> {
  const {error_tags, runs, run_models, tasks} = await study.tables("error_tags", "runs", "run_models", "tasks");
  const names = namesOf(study, tasks);
  const weights = weightsOf(error_tags);
  const undecided = weights.filter(([, of]) => !prefersKind(of)).map(([model]) => names.model(model));
  const models = weights.map(([model, of], i): Tagger => ({
    name: `${names.model(model)} proposes`,
    ...proposer(of),
    look: {color: "var(--other)", fill: "var(--theme-background)", hollow: true, mark: i ? "square" : "circle"}
  }));
  const place: HTMLElement = html`<div></div>`;
  const draw = () => {
    const you: Tagger = {
      name: "You",
      ...reader(store.all().map((d) => d.tag)),
      look: {
        color: "var(--theme-foreground-focus)",
        fill: "var(--theme-foreground-focus)",
        hollow: false,
        mark: "diamond"
      }
    };
    place.replaceChildren(sharesFigure(study, [you, ...models], undecided), sharesTable([you, ...models]));
  };
  store.follow(place, draw);
  draw();

  const known = new Map(runs.map((d) => [d.run, d]));
  const {input, notice} = fileInput({
    label: "Tags taken earlier, as JSON or CSV",
    accept: "application/json,.json,text/csv,.csv",
    take: async (file) => {
      const taken = parseTags(await file.text());
      if (taken.study !== study.study)
        throw new Error(`expected tags of errors of ${study.study}: those of ${taken.study}`);
      const stranger = taken.tags.find((d) => !known.has(d.run));
      if (stranger) throw new Error(`expected errors of this study’s runs: ${stranger.run}`);
      const {tags, replaced, same} = withTags(store.all(), taken.tags);
      store.update(tags);
      const parts = [
        ...(replaced ? [`${replaced} in place of yours`] : []),
        ...(same ? [`${same} as you had them`] : [])
      ];
      return `${plural(taken.tags.length, "tag")} taken from ${file.name}${parts.length ? `, ${parts.join(", ")}` : ""}.`;
    }
  });
  const file = () => ({study: study.study, tags: store.all()});
  const modelOf = (run: string, role: string) =>
    run_models.find((d) => d.run === run && d.role === role && d.position === 0)?.model;
  const about = (run: string) => {
    const {task, setting, method, variant, seed} = known.get(run)!;
    return {task, setting, weak: modelOf(run, "weak"), strong: modelOf(run, "strong"), method, variant, seed};
  };
  const name = `error-tags-${study.study}`;
  return html`<div>
    ${place}
    <div class="tag-file">
      <p class="run">
        <button
          type="button"
          class="plain"
          onclick=${() => download(`${name}.json`, tagsJson(file()), "application/json")}
        >
          Take your tags (JSON)
        </button>
        <button
          type="button"
          class="plain"
          onclick=${() => download(`${name}.csv`, csv(tagRows(file(), about)), "text/csv")}
        >
          Take your tags (CSV)
        </button>
        <label>Go on from a file: ${input}</label>
      </p>
      ${notice}
      <p class="meta">
        Your tags stay in this browser until you take them. A file’s tags are added to yours; of an error that both tag,
        the file’s counts.
      </p>
    </div>
  </div>`;
}

function sharesFigure(study: OpenStudy, taggers: readonly Tagger[], undecided: readonly string[]): HTMLElement {
  const {source, shares} = publishedErrors;
  const paper: ComparisonRow["look"] = {
    color: "var(--theme-foreground-muted)",
    fill: "var(--theme-foreground-muted)",
    hollow: false
  };
  const rows = shares.flatMap(({title, tags, share: published}): ComparisonRow[] => [
    {
      group: title,
      label: "The paper",
      look: paper,
      value: published,
      low: null,
      high: null,
      columns: [share(published), "not given", "not given"]
    },
    ...taggers.map((tagger): ComparisonRow => {
      const {n} = tagger;
      const {value, low, high} = tagger.of(tags);
      return {
        group: title,
        label: tagger.name,
        look: tagger.look,
        value: n ? value : null,
        low: n ? low : null,
        high: n ? high : null,
        columns: n ? [share(value), interval(low, high, share), String(n)] : ["no tag yet", "", "0"]
      };
    })
  ]);
  return figure({
    id: "tags",
    title: "Of which kind errors are: as people and models tag them, beside what the paper publishes",
    subtitle: `The paper: ${source}; it does not say how many errors were inspected, by whom, or of which students. Yours change as you tag.`,
    note: [
      "n: errors tagged, of all settings, models and tasks of this study. 95% intervals, as if errors were drawn at random: of your tags Wilson’s, of a model’s proposals that of its mean weight.",
      ...undecided.map(
        (model) =>
          `${model} hardly prefers any kind: no mean weight is clearly more than ${100 * preferenceMargin} points (a figure of ours) above an even share, ${share(1 / tagNames.length)}.`
      )
    ].join(" "),
    data: rows.map(({group, label, value, low, high, columns}) => ({
      kinds: group,
      by: label,
      share: value,
      low,
      high,
      n: columns[2]
    })),
    provenance: pageUrl(study.study, "provenance"),
    draw: (width) =>
      comparisonChart(rows, {
        width,
        label: "Share of the errors tagged; of a model, mean weight",
        ariaLabel: "Shares of the paper’s kinds of error, by who tagged them",
        tickFormat: share,
        columns: ["Share", "95% interval", "n"],
        reference: {at: 0, label: "none"}
      })
  });
}

function sharesTable(taggers: readonly Tagger[]): HTMLElement {
  const paper = (tag: ErrorTag) => publishedErrors.shares.find(({tags}) => tags.includes(tag));
  return dataTable(tagNames, {
    caption: "Errors tagged, by kind and by who tagged them",
    columns: [
      {label: "Kind", value: (tag) => errorTags[tag].title},
      {
        label: "The paper",
        numeric: true,
        value: (tag) => {
          const found = paper(tag);
          return found ? `${share(found.share)}${found.tags.length > 1 ? " together" : ""}` : null;
        }
      },
      ...taggers.map((tagger) => ({
        label: tagger.name,
        numeric: true,
        value: (tag: ErrorTag) => {
          return tagger.n ? tagger.written(tag) : null;
        }
      }))
    ]
  });
}
