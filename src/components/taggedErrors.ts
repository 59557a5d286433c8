import {comparisonChart} from "../charts/comparisonChart.js";
import type {ComparisonRow} from "../charts/comparisonChart.js";
import {type ErrorTag, checkpointTag, errorTags, tagNames} from "../errorTags.js";
import {wilson} from "../statistics/wilson.js";
import type {Row} from "../tables.js";
import {csv} from "./csv.js";
import {dataTable} from "./dataTable.js";
import {download} from "./download.js";
import {type TagStore, parseTags, tagRows, tagsJson, withTags} from "./errorTagLog.js";
import {figure} from "./figure.js";
import {fileInput} from "./fileInput.js";
import {interval, plural, share} from "./format.js";
import {html} from "./kit.js";
import {namesOf} from "./names.js";
import {publishedErrors} from "./publishedErrors.js";
import {pageUrl} from "./site.js";
import type {OpenStudy} from "./study.js";

/** Who says of which kind errors are, with one kind an error. */
interface Tagger {
  name: string;
  tags: readonly ErrorTag[];
  look: ComparisonRow["look"];
}

/** The paper's kinds of error: its shares beside those of a reader's tags, as they come, and of what models propose; the tags as files. */
export async function taggedErrors(study: OpenStudy, store: TagStore): Promise<HTMLElement> {
  const {error_tags, runs, run_models, tasks} = await study.tables("error_tags", "runs", "run_models", "tasks");
  const names = namesOf(study, tasks);
  const models = proposals(error_tags).map(([model, tags], i): Tagger => ({
    name: `${names.model(model)} proposes`,
    tags,
    look: {color: "var(--other)", fill: "var(--theme-background)", hollow: true, mark: i ? "square" : "circle"}
  }));
  const place: HTMLElement = html`<div></div>`;
  const draw = () => {
    const you: Tagger = {
      name: "You",
      tags: store.all().map((d) => d.tag),
      look: {
        color: "var(--theme-foreground-focus)",
        fill: "var(--theme-foreground-focus)",
        hollow: false,
        mark: "diamond"
      }
    };
    place.replaceChildren(sharesFigure(study, [you, ...models]), sharesTable([you, ...models]));
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

/** The likeliest kind of each error, by the model that proposes it. */
function proposals(rows: readonly Row<"error_tags">[]): [string, ErrorTag[]][] {
  const best = new Map<string, Map<string, Row<"error_tags">>>();
  for (const d of rows) {
    if (d.tagger === checkpointTag.tagger) continue;
    if (!best.has(d.tagger)) best.set(d.tagger, new Map());
    const own = best.get(d.tagger)!;
    const key = `${d.run} ${d.example}`;
    if (!(own.get(key) && own.get(key)!.weight >= d.weight)) own.set(key, d);
  }
  return [...best].map(([model, own]) => [model, Array.from(own.values(), (d) => d.tag as ErrorTag)]);
}

const counted = ({tags}: Tagger, some: readonly ErrorTag[]) => {
  const count = tags.filter((tag) => some.includes(tag)).length;
  return {count, n: tags.length, share: count / tags.length, ...wilson(count, tags.length)};
};

function sharesFigure(study: OpenStudy, taggers: readonly Tagger[]): HTMLElement {
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
      const {n, low, high, ...of} = counted(tagger, tags);
      return {
        group: title,
        label: tagger.name,
        look: tagger.look,
        value: n ? of.share : null,
        low: n ? low : null,
        high: n ? high : null,
        columns: n ? [share(of.share), interval(low, high, share), String(n)] : ["no tag yet", "", "0"]
      };
    })
  ]);
  return figure({
    id: "tags",
    title: "Of which kind errors are: as people and models tag them, beside what the paper publishes",
    subtitle: `The paper: ${source}; it does not say how many errors were inspected, by whom, or of which students. Yours change as you tag.`,
    note: "n: errors tagged, of all settings, models and tasks of this study. 95% Wilson intervals, as if errors were drawn at random.",
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
        label: "Share of the errors tagged",
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
          const {count, n, share: part} = counted(tagger, [tag]);
          return n ? `${count} of ${n} (${share(part)})` : null;
        }
      }))
    ]
  });
}
