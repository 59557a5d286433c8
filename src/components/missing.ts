import {wordsInPlaceOfChart} from "./firstChart.js";
import {html} from "./kit.js";

/** In place of a view that a study has no data for, by its design: no command would compute it. */
export function absent(what: string): HTMLElement {
  wordsInPlaceOfChart();
  return html`<div class="missing" role="note"><p>${what}</p></div>`;
}

/** In place of a view that lacks data: what is missing, and the command that computes it. */
export function missing(what: string, command: string): HTMLElement {
  wordsInPlaceOfChart();
  return html`<div class="missing" role="note">
    <p>${what}</p>
    <p>To compute it: <code>${command}</code></p>
  </div>`;
}
