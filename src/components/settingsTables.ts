import type {Study} from "../study.js";
import {dataTable} from "./dataTable.js";
import {capital, count, flattened, setting, words} from "./format.js";
import {html} from "./kit.js";
import {armsOf} from "./palette.js";

/** A page of paper has room for so many settings side by side; more stand in one cell. */
const columnsAtMost = 6;

/** What differs between the arms of a study; what they share is folded away, but printed. */
export function settingsTables(study: Study): HTMLElement {
  const arms = armsOf(study);
  const differing = [...new Set(Object.values(study.differing).flatMap((d) => Object.keys(d)))];
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
        ? dataTable(arms, {
            caption: "Settings that differ between methods",
            columns: [
              {label: "Method", value: (arm) => arm.title},
              ...(differing.length > columnsAtMost
                ? [
                    {
                      label: "Settings of its own",
                      value: (arm: (typeof arms)[number]) =>
                        Object.entries(study.differing[arm.key] ?? {})
                          .map(([name, value]) => `${words(name)}: ${setting(value)}`)
                          .join("; ")
                    }
                  ]
                : differing.map((name) => ({
                    label: capital(words(name)),
                    value: (arm: (typeof arms)[number]) => {
                      const of = study.differing[arm.key] ?? {};
                      return name in of ? setting(of[name]) : null;
                    }
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
