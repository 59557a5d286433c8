import {readFile} from "node:fs/promises";
import {createRequire} from "node:module";
import {join} from "node:path";
import {sha256} from "../hash.js";
import type {Source} from "./task.js";

export type PackageSource = Extract<Source, {kind: "package"}>;

/** Folders where an npm package may be installed, nearest first. */
export function packageFolders(name: string): string[] {
  return (createRequire(import.meta.url).resolve.paths(name) ?? []).map((folder) => join(folder, name));
}

/** A file of an installed npm package, of exactly the version that the source names. */
export async function readPackaged(
  source: PackageSource,
  folders = packageFolders(source.package)
): Promise<{text: string; sha256: string}> {
  for (const folder of folders) {
    const manifest = await readFile(join(folder, "package.json"), "utf8").catch(() => null);
    if (manifest === null) continue;
    const {version} = JSON.parse(manifest) as {version?: string};
    if (version !== source.version)
      throw new Error(`expected version ${source.version} of package ${source.package}, found ${version}`);
    const text = await readFile(join(folder, source.path), "utf8").catch(() => {
      throw new Error(`package ${source.package}@${source.version} lacks a file: ${source.path}`);
    });
    return {text, sha256: sha256(text)};
  }
  throw new Error(`package is not installed, run npm ci: ${source.package}@${source.version}`);
}

/** The rows of a JSON file that holds an array of objects. */
export function parsePackaged(text: string, source: PackageSource): Record<string, unknown>[] {
  const rows: unknown = JSON.parse(text);
  if (!Array.isArray(rows)) throw new Error(`expected an array of rows in ${source.package}: ${source.path}`);
  return rows as Record<string, unknown>[];
}
