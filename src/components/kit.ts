import * as htl from "htl";

/** The libraries that pages and charts use, by bare name and so pinned by the lockfile; Framework's implicit names ask a CDN. */
export * as Plot from "@observablehq/plot";
export * as d3 from "d3";
export * as Inputs from "@observablehq/inputs";

type Template<T> = (strings: TemplateStringsArray, ...values: unknown[]) => T;

/** An element from markup; values become text, attributes or nodes, never markup. */
export const html = htl.html as unknown as Template<HTMLElement>;
export const svg = htl.svg as unknown as Template<SVGElement>;
