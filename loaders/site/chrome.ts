import type {Study} from "../../src/study.js";
import type {StudyPage} from "./studyPages.js";
import {pageGroups, studyPages} from "./studyPages.js";

type Fragment = (page: {path: string}) => string;

const icon =
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='7' fill='%230072b2'/>" +
  "<path d='M6 22h20' stroke='white' stroke-opacity='.5' stroke-width='2'/><path d='M7 16v12M25 16v12' stroke='white' stroke-width='3'/>" +
  "<circle cx='19' cy='22' r='4.5' fill='white'/></svg>";

/** What stands around every page: fonts and icon in its head, the navigation above, a line below. */
export function siteChrome(
  studies: readonly Study[],
  {preview}: {preview: boolean}
): {head: Fragment; header: Fragment; footer: Fragment} {
  // In preview, Framework serves what loaders return under _file.
  const files = (path: string) => `${root(path)}${preview ? "_file/" : ""}`;
  return {
    head: ({path}) =>
      `<link rel="icon" href="data:image/svg+xml,${icon.replaceAll("#", "%23").replaceAll("<", "%3C").replaceAll(">", "%3E").replaceAll("%2523", "%23")}">
<style>
@font-face {font-family: "Inter"; font-weight: 100 900; font-display: swap; src: url("${files(path)}fonts/inter.woff2") format("woff2");}
@font-face {font-family: "Source Serif 4"; font-weight: 200 900; font-display: swap; src: url("${files(path)}fonts/source-serif-4.woff2") format("woff2");}
@font-face {font-family: "Source Serif 4"; font-style: italic; font-weight: 200 900; font-display: swap; src: url("${files(path)}fonts/source-serif-4-italic.woff2") format("woff2");}
</style>`,
    header: ({path}) => {
      const study = studies.find(({study}) => path.startsWith(`/${study}/`));
      return `<a class="skip" href="#observablehq-main">Skip to content</a>
<div class="masthead"><a class="lab" href="/">Weak-to-Strong Lab</a>${study ? `<a class="study" href="/${study.study}/">${escape(study.title)}</a>` : ""}</div>
${study ? navigation(study, path) : ""}`;
    },
    footer: () =>
      "Weak-to-Strong Lab. Code under Apache-2.0; data under the licences of their sources, named on each study’s Data page."
  };
}

/** Groups of pages, each a way to its first page; below, the pages of the group that the reader is in. */
function navigation({study}: Study, path: string): string {
  const address = ({path}: StudyPage) => `/${study}/${path}`;
  const here = studyPages.find((page) => address(page) === path);
  const groups = pageGroups.flatMap((group) => {
    const [first] = studyPages.filter((page) => page.group === group);
    return first ? [{...first, title: group, current: group === here?.group ? "true" : ""}] : [];
  });
  const pages = studyPages
    .filter((page) => page.group === here?.group)
    .map((page) => ({...page, current: page === here ? "page" : ""}));
  const list = (links: readonly (StudyPage & {current: string})[]) =>
    `<ol>${links
      .map(({path, title, current}) => {
        const to = `/${study}/${path === "index" ? "" : path}`;
        return `<li><a href="${to}"${current ? ` aria-current="${current}"` : ""}>${title}</a></li>`;
      })
      .join("")}</ol>`;
  return `<nav class="stages" aria-label="Pages of this study">${list(groups)}${pages.length > 1 ? list(pages) : ""}</nav>`;
}

/** From a page's path to the root of the site, so that it also works under a sub-path. */
function root(path: string): string {
  return "../".repeat(path.split("/").length - 2) || "./";
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
