import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {parquetReadObjects} from "hyparquet";
import {inSentence, interval, percent, plural, share} from "../../src/components/format.js";
import {domainsOf} from "../../src/components/domains.js";
import {type Estimated, type GapRow, gapRows} from "../../src/components/gapRows.js";
import {headline} from "../../src/components/headline.js";
import {namesOf} from "../../src/components/names.js";
import {defaultShown} from "../../src/components/settingControl.js";
import {shownResults} from "../../src/components/shownResults.js";
import {studySchema} from "../../src/study.js";
import type {Row, TableName} from "../../src/tables.js";

const begin = "<!-- written by npm run pictures, from data/published/demo -->";
const end = "<!-- end of what npm run pictures writes -->";

/** What stands between the marks of a Markdown text. Throws where the marks are not there. */
export function blockOf(text: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`expected the marks of the demo's figures: ${begin}`);
  return text.slice(from + begin.length, to).trim();
}

/** The text with another block between its marks. */
export function withBlock(text: string, block: string): string {
  const old = blockOf(text);
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  return block === old ? text : `${text.slice(0, from)}\n\n${block}\n\n${text.slice(to)}`;
}

/**
 * The headline of a published study in Markdown: picture, sentence and table. Every number is read from its tables.
 *
 * @param folder tables of the study
 */
export async function headlineBlock(folder: string): Promise<string> {
  const study = studySchema.parse(JSON.parse(await readFile(join(folder, "study.json"), "utf8")));
  const read = async <T extends TableName>(table: T) => {
    const {buffer, byteOffset, byteLength} = await readFile(join(folder, `${table}.parquet`));
    return (await parquetReadObjects({
      file: buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
    })) as Row<T>[];
  };
  const [estimates, comparisons, metrics, runs, run_models, tasks] = [
    await read("estimates"),
    await read("comparisons"),
    await read("metrics"),
    await read("runs"),
    await read("run_models"),
    await read("tasks")
  ];
  const results = shownResults(study, estimates, defaultShown(study, estimates));
  const design = {...results, names: namesOf(study, tasks), domains: domainsOf(tasks)};
  const rows = gapRows(design, estimates, {metrics, runs, run_models});
  if (!rows.length) throw new Error(`expected estimates in the tables: ${folder}`);
  const model = (role: string) => study.models.find((d) => d.role === role)!.title;
  return [
    picture(study.study, `${study.title} Test accuracy of weak supervisor, students and strong ceiling, by task.`),
    "",
    headline(results, comparisons),
    `Weak supervisor: ${model("weak")}. Strong student: ${model("strong")}.`,
    "",
    "<details>",
    "<summary>The figure as a table</summary>",
    "",
    "| task | student | weak, % | student, % | ceiling, % | gap recovered (95 % interval) |",
    "| --- | --- | ---: | ---: | ---: | --- |",
    ...rows.flatMap(linesOf),
    "",
    `${plural(rows[0].seeds, "seed")}, ${plural(rows[0].n, "test row")} a task.`,
    "",
    "</details>"
  ].join("\n");
}

function linesOf({title, weak, ceiling, arms}: GapRow): string[] {
  return arms.map(({arm, value, share: part, refused}) => {
    const recovered = part ? `${share(part.value)} (${interval(part.low, part.high, share)})` : `withheld: ${refused}`;
    const cells = [
      title,
      inSentence(arm.title),
      accuracy(weak.value),
      accuracy(value),
      accuracy(ceiling.value),
      recovered
    ];
    return `| ${cells.join(" | ")} |`;
  });
}

const accuracy = (value: Estimated["value"] | undefined): string =>
  value === undefined ? "not computed" : percent(value);

function picture(study: string, alt: string): string {
  return [
    "<picture>",
    `  <source media="(prefers-color-scheme: dark)" srcset="docs/pictures/${study}-dark.png">`,
    `  <img src="docs/pictures/${study}.png" alt="${alt.replaceAll('"', "&quot;")}">`,
    "</picture>"
  ].join("\n");
}
