import {existsSync, rmSync, watch} from "node:fs";
import {join} from "node:path";
import {publishedFolder} from "./published.js";

/** In preview: what loaders returned is forgotten whenever published tables change, so that reloading a page shows them. */
export function watchPublished(root: string): void {
  const folder = publishedFolder();
  if (!existsSync(folder)) return;
  watch(folder, {recursive: true, persistent: false}, () =>
    rmSync(join(root, ".observablehq", "cache", "data"), {recursive: true, force: true})
  );
}
