/** Root of the site, wherever it is served. */
export const siteRoot = new URL("../../", new URL(import.meta.url));

/** Address of a file under `data/`. In preview, Framework serves what loaders return under _file, and modules with a query. */
export function dataUrl(path: string): string {
  return new URL(`${new URL(import.meta.url).search ? "_file/" : ""}data/${path}`, siteRoot).href;
}

/** Address of a page of a study, for example `("demo", "provenance", {run})`. */
export function pageUrl(study: string, page: string, query: Record<string, string | undefined> = {}): string {
  const url = new URL(`${study}/${page === "index" ? "" : `${page}.html`}`, siteRoot);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}
