import type {Study} from "../study.js";
import {dataTable} from "./dataTable.js";
import {capital, count, flattened, listed, setting, words} from "./format.js";
import {html} from "./kit.js";
import type {Names} from "./names.js";
import {armsOf} from "./palette.js";

/** A page of paper has room for so many settings side by side; more stand in one cell. */
const columnsAtMost = 6;

type Entry = Study["differing"][number];

/** What differs between the arms of a study; what they share is folded away, but printed. */
export function settingsTables(study: Study, names: Names): HTMLElement {
  const titles = new Map(armsOf(study).map((arm) => [arm.key, arm.title]));
  const differing = [...new Set(study.differing.flatMap(({settings}) => Object.keys(settings)))];
  const several = new Set(study.differing.map(({arm}) => arm)).size < study.differing.length;
  const shared: [string, unknown][] = [
    ...study.models.map((d): [string, unknown] => [
      `${capital(d.role)} model${d.position ? ` ${d.position + 1}` : ""}`,
      html`${d.title} <code class="model">${d.model}</code>`
    ]),
    ["Seeds", study.seeds.join(", ")],
    ...Object.entries(study.sizes).map(([split, rows]): [string, unknown] => [
      `${capital(words(split))} rows`,
      count(rows)
    ]),
    ...flattened(study.settings).map(([name, value]): [string, unknown] => [capital(words(name)), setting(value)])
  ];
  return html`<div>
    ${
      differing.length
        ? dataTable(study.differing, {
            caption: "Settings that differ between methods",
            columns: [
              {label: "Method", value: (d) => titles.get(d.arm) ?? d.arm},
              ...(several ? [{label: "On", value: ({tasks}: Entry) => onTasks(tasks, names)}] : []),
              ...(differing.length > columnsAtMost
                ? [
                    {
                      label: "Settings of its own",
                      value: ({settings}: Entry) =>
                        Object.entries(settings)
                          .map(([name, value]) => `${words(name)}: ${setting(value)}`)
                          .join("; ")
                    }
                  ]
                : differing.map((name) => ({
                    label: capital(words(name)),
                    value: ({settings}: Entry) => (name in settings ? setting(settings[name]) : null)
                  })))
            ]
          })
        : html`<p>The methods share all their settings.</p>`
    }
    <details class="fold">
      <summary>Settings that all methods share</summary>
      <dl class="settings">
        ${shared.map(
          ([name, value]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`
        )}
      </dl>
    </details>
  </div>`;
}

/** Some tasks by name, many by their number. */
const onTasks = (tasks: readonly string[] | null, names: Names): string =>
  tasks === null
    ? "all tasks"
    : tasks.length > 4
      ? `${tasks.length} tasks`
      : listed(tasks.map((task) => names.task(task)));
