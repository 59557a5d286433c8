import {type AnsweredDemonstration, demonstrationAnswers} from "./demonstrationAnswers.js";
import {demonstrationBrowser} from "./demonstrationBrowser.js";
import {demonstrationCases} from "./demonstrationCases.js";
import type {Demonstrations} from "./demonstrationRows.js";
import {type DemonstrationTexts, demonstrationTexts} from "./demonstrationTexts.js";
import {type DemonstrationView, isInView} from "./demonstrationViews.js";
import {whenNear} from "./exampleList.js";
import {keptByTeacher} from "./keptByTeacher.js";
import {html} from "./kit.js";
import type {OpenStudy} from "./study.js";
import {armEffects, uncertaintyEffect} from "./uncertaintyEffect.js";

/** Where each part goes. */
export interface DetailPlaces {
  effect: HTMLElement;
  doubt: HTMLElement;
  cases: HTMLElement;
  browser: HTMLElement;
}

/** What the page on demonstrations shows of answers and of texts; these are fetched when a reader comes near. Returns what shows a view. */
export async function demonstrationDetails(
  study: OpenStudy,
  found: Demonstrations,
  flow: HTMLElement & {value: string},
  places: DetailPlaces
): Promise<(view: DemonstrationView) => void> {
  const all = await demonstrationAnswers(study, found);
  let opened: Promise<(of: AnsweredDemonstration) => DemonstrationTexts> | undefined;
  const texts = () => (opened ??= demonstrationTexts(study));
  const browser = demonstrationBrowser(study.study, found, all, {flow, texts});
  const kept = keptByTeacher(study, found);
  let own: readonly AnsweredDemonstration[] = [];
  let near = false;

  async function drawCases(): Promise<void> {
    const said = await texts();
    places.cases.replaceChildren(demonstrationCases(study.study, found, own, said));
  }

  places.doubt.replaceChildren(kept.node);
  places.browser.replaceChildren(browser.node);
  places.cases.replaceChildren(html`<p class="meta">The cases and what was said of them follow.</p>`);
  whenNear(places.cases, "600px", () => {
    near = true;
    void drawCases();
  });
  return (view) => {
    own = all.filter(isInView(view));
    places.effect.replaceChildren(uncertaintyEffect(study, armEffects(study, found.arms, all, view), view));
    kept.show(view, own);
    browser.show(own);
    if (near) void drawCases();
  };
}
