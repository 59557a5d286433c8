import {describeFlow} from "../charts/flowChart.js";
import {flowName} from "../statistics/flows.js";
import type {AnsweredDemonstration} from "./demonstrationAnswers.js";
import {outcomeOf} from "./demonstrationFlows.js";
import {demonstrationItem} from "./demonstrationItem.js";
import {demonstrationList} from "./demonstrationList.js";
import {type Demonstrations, demonstrationKey} from "./demonstrationRows.js";
import type {DemonstrationTexts} from "./demonstrationTexts.js";
import {plural} from "./format.js";
import {Inputs, html} from "./kit.js";
import {linked, setAddress} from "./linked.js";

export interface DemonstrationBrowser {
  node: HTMLElement;
  /** Browses others. */
  show: (demonstrations: readonly AnsweredDemonstration[]) => void;
}

export interface DemonstrationBrowserOptions {
  /** Chooses the flow that filters the demonstrations; empty for all. */
  flow: HTMLElement & {value: string};
  texts: () => Promise<(of: AnsweredDemonstration) => DemonstrationTexts>;
}

/** All demonstrations in view, filtered by flow and seed, a page at a time; the one that is read is shown whole. All of it is in the page's address. */
export function demonstrationBrowser(
  study: string,
  demonstrations: Demonstrations,
  all: readonly AnsweredDemonstration[],
  {flow, texts}: DemonstrationBrowserOptions
): DemonstrationBrowser {
  const seeds = [...new Set(all.map((d) => String(d.of.seed)))].sort((a, b) => Number(a) - Number(b));
  const seed = linked("seed", Inputs.select(["", ...seeds], {label: "Seed", format: (d) => d || "all"}));
  const about = html`<p class="meta" role="status"></p>`;
  const one: HTMLElement = html`<div></div>`;
  const list = demonstrationList(study, demonstrations, (demonstration) => void read(demonstration, true));
  let shown: readonly AnsweredDemonstration[] = [];

  async function read(demonstration: AnsweredDemonstration, focus: boolean): Promise<void> {
    setAddress("demonstration", demonstrationKey(demonstration));
    const of = await texts();
    const heading: HTMLElement = html`<h3 id="demonstration" tabindex="-1">One demonstration</h3>`;
    const close = () => {
      const key = demonstrationKey(demonstration);
      setAddress("demonstration", null);
      one.replaceChildren();
      list.node.querySelector<HTMLElement>(`[data-read="${CSS.escape(key)}"]`)?.focus();
    };
    one.replaceChildren(
      heading,
      demonstrationItem(study, demonstrations, demonstration, of(demonstration), {open: true}),
      html`<p><button type="button" class="plain" onclick=${close}>Close</button></p>`
    );
    if (focus) heading.focus();
    else if (location.hash === "#demonstration") heading.scrollIntoView();
  }

  function draw(): void {
    const kept = shown.filter(
      (d) => (!flow.value || flowName(outcomeOf(d)) === flow.value) && (!seed.value || String(d.of.seed) === seed.value)
    );
    about.textContent = `${plural(kept.length, "demonstration")}${flow.value && kept.length ? `: ${describeFlow(outcomeOf(kept[0]))}` : ""}.`;
    list.show(kept);
  }

  flow.addEventListener("input", draw);
  seed.addEventListener("input", draw);
  const asked = new URLSearchParams(location.search).get("demonstration");
  const addressed = asked === null ? undefined : all.find((d) => demonstrationKey(d) === asked);
  if (addressed) void read(addressed, false);
  else setAddress("demonstration", null);
  return {
    node: html`<section class="explorer">
      <div class="controls">${flow}${seeds.length > 1 ? seed : null}</div>
      ${about}${one}${list.node}
    </section>`,
    show: (demonstrations) => {
      shown = demonstrations;
      draw();
    }
  };
}
