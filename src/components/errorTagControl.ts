import {type ErrorTag, errorTags, tagNames} from "../errorTags.js";
import type {TagStore} from "./errorTagLog.js";
import {share} from "./format.js";
import {html} from "./kit.js";

/** What a model proposes. */
export interface Proposal {
  /** As people name the model. */
  by: string;
  tag: ErrorTag;
  /** Its weight among the tags, from 0 to 1. */
  weight: number;
}

/** Buttons that say of which kind an error is, and apart from them what a model proposes, which a reader may accept. */
export function errorTagControl(
  store: TagStore,
  error: {run: string; example: string},
  proposal: Proposal | null
): HTMLElement {
  const note = html`<input
    type="text"
    aria-label=${`Your words for the kind of error on ${error.example}`}
    placeholder="in your words"
  />` as HTMLInputElement;
  note.onchange = () => store.set(error, "other", note.value.trim());
  const buttons = tagNames.map((tag) => {
    const {title, meaning} = errorTags[tag];
    const toggle = () => store.set(error, store.of(error)?.tag === tag ? null : tag);
    return html`<button type="button" title=${meaning} data-tag=${tag} onclick=${toggle}>${title}</button>`;
  });
  const accept = proposal && html`<button type="button" class="plain">Accept</button>`;
  if (proposal && accept)
    accept.onclick = () => {
      store.set(error, proposal.tag);
      buttons[tagNames.indexOf(proposal.tag)].focus();
    };
  const draw = () => {
    const own = store.of(error);
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.tag === own?.tag));
    note.hidden = own?.tag !== "other";
    note.value = own?.note ?? "";
    if (proposal && accept) accept.hidden = own?.tag === proposal.tag;
  };
  const node: HTMLElement = html`<div class="tagging" role="group" aria-label=${`Kind of error on ${error.example}`}>
    <p class="tags"><span class="meta">Your tag</span>${buttons}${note}</p>
    ${
      proposal
        ? html`<p class="meta proposed">
            Proposed by ${proposal.by}: ${errorTags[proposal.tag].title} (${share(proposal.weight)}) ${accept}
          </p>`
        : null
    }
  </div>`;
  store.follow(node, draw);
  draw();
  return node;
}
