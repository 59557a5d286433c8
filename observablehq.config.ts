import {prepareFramework} from "./loaders/site/offline.js";
import {siteChrome} from "./loaders/site/chrome.js";
import {publishedStudies} from "./loaders/site/published.js";
import {siteFiles} from "./loaders/site/siteFiles.js";
import {studyPages} from "./loaders/site/studyPages.js";
import {watchPublished} from "./loaders/site/watchPublished.js";

prepareFramework("src");
const studies = publishedStudies();
const preview = process.argv.includes("preview");
if (preview) watchPublished("src");

export default {
  root: "src",
  output: process.env.W2S_DIST ?? "dist",
  // Where the page for unknown addresses finds the site; all others find it by themselves.
  base: process.env.W2S_BASE ?? "/",
  title: "Weak-to-Strong Lab",
  style: "style.css",
  // Without this, pages ask fonts.googleapis.com; the fonts are the site's own.
  globalStylesheets: ["observablehq:stdlib/inputs.css"],
  interpreters: {".ts": [process.execPath, "--import", "tsx"]},
  // Links end in .html, so that any static server serves the site.
  preserveExtension: true,
  sidebar: false,
  toc: false,
  pager: false,
  pages: [],
  dynamicPaths: [
    ...studies.flatMap(({study}) => studyPages.map(({path}) => `/${study}/${path}`)),
    ...siteFiles().map((file) => `/${file}`)
  ],
  ...siteChrome(studies, {preview})
};
