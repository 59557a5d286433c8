import type {SqlRow} from "./duckdb.js";
import {count} from "./format.js";
import {html} from "./kit.js";

const pageSize = 20;

export interface ExampleListOptions {
  /** The first rows of what is asked for, each with `found`, the number of all of them. */
  query: (limit: number) => Promise<SqlRow[]>;
  /** What is listed, in words; none of it was found where `found` is 0. */
  about: (found: number, rows: readonly SqlRow[]) => Node | string;
  item: (row: SqlRow) => HTMLElement;
}

export interface ExampleList {
  node: HTMLElement;
  /** Asks anew, from the beginning; does nothing before a reader has come near, unless they asked for it. */
  restart: (asked?: boolean) => void;
}

/** A list of examples that grows on demand; the engine behind the query is large, so it waits until a reader comes near. */
export function exampleList({query, about, item}: ExampleListOptions): ExampleList {
  const node: HTMLElement = html`<div class="examples" aria-live="polite"></div>`;
  let near = false;
  let shown = pageSize;
  let asked = 0;

  async function draw(): Promise<void> {
    if (!near) return;
    const ask = ++asked;
    const waiting = setTimeout(() => node.replaceChildren(html`<p class="meta">Loading the examples…</p>`), 100);
    try {
      const rows = await query(shown);
      if (ask !== asked) return;
      const found = Number(rows[0]?.found ?? 0);
      const more = () => {
        shown += pageSize;
        void draw();
      };
      node.replaceChildren(
        html`<p class="meta">${about(found, rows)}</p>`,
        html`<ol>
          ${rows.map(item)}
        </ol>`,
        found > shown
          ? html`<p>
              <button type="button" class="plain" onclick=${more}>
                Show ${count(Math.min(pageSize, found - shown))} more of ${count(found)}
              </button>
            </p>`
          : ""
      );
    } catch (error) {
      node.replaceChildren(html`<p class="missing">${(error as Error).message.split("\n")[0]}</p>`);
    } finally {
      clearTimeout(waiting);
    }
  }

  whenNear(node, "200px", () => {
    near = true;
    void draw();
  });
  return {
    node,
    restart: (wanted = false) => {
      near ||= wanted;
      shown = pageSize;
      void draw();
    }
  };
}

/** Runs once, when a reader comes near. */
export function whenNear(node: HTMLElement, margin: string, run: () => void): void {
  new IntersectionObserver(
    ([entry], observer) => {
      if (!entry.isIntersecting) return;
      observer.disconnect();
      run();
    },
    {rootMargin: margin}
  ).observe(node);
}
