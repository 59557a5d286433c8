import type {Study} from "../study.js";
import {shortCommit} from "./format.js";
import {escapeTex} from "./latex.js";
import {html} from "./kit.js";
import {pageUrl} from "./site.js";

/** How to cite a study, as BibTeX; the address is where the reader found it. */
export function citation({study, title, commit}: Pick<Study, "study" | "title" | "commit">): HTMLElement {
  const entry = [
    `@misc{${study.replaceAll("-", "_")},`,
    `  title = {{${escapeTex(title)}}},`,
    `  howpublished = {Weak-to-Strong Lab, study ${escapeTex(study)}},`,
    `  url = {${pageUrl(study, "index")}},`,
    `  note = {${commit ? `Code at commit ${shortCommit(commit)}` : "Commit not recorded"}}`,
    "}"
  ].join("\n");
  const copy: HTMLElement = html`<button
    type="button"
    onclick=${async () => {
      await navigator.clipboard.writeText(entry);
      copy.textContent = "Copied";
    }}
  >
    Copy
  </button>`;
  return html`<div>
    <pre class="command" tabindex="0"><code>${entry}</code></pre>
    <p class="table-actions">${copy}</p>
  </div>`;
}
