import {mkdir, mkdtemp, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, describe, expect, it} from "vitest";
import {packageFolders, parsePackaged, readPackaged} from "../../loaders/datasets/packaged.js";
import type {PackageSource} from "../../loaders/datasets/packaged.js";
import {sha256} from "./hubServer.js";

const source: PackageSource = {kind: "package", package: "rows", version: "1.2.3", path: "data/rows.json"};
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "packaged-"));
});

afterEach(() => rm(folder, {recursive: true, force: true}));

async function install(at: string, version: string, rows?: string): Promise<string> {
  const place = join(folder, at, "rows");
  await mkdir(join(place, "data"), {recursive: true});
  await writeFile(join(place, "package.json"), JSON.stringify({name: "rows", version}));
  if (rows !== undefined) await writeFile(join(place, "data", "rows.json"), rows);
  return place;
}

describe("readPackaged", () => {
  it("reads the file of the nearest installation, with its checksum", async () => {
    const text = '[{"text":"a"}]';
    const folders = [join(folder, "absent"), await install("near", "1.2.3", text), await install("far", "9.0.0")];
    const file = await readPackaged(source, folders);
    expect(file).toEqual({text, sha256: sha256(Buffer.from(text))});
    expect(parsePackaged(file.text, source)).toEqual([{text: "a"}]);
  });

  it("refuses another version, a file that is not there, a package that is not installed, what is not rows", async () => {
    await expect(readPackaged(source, [await install("other", "1.2.4", "[]")])).rejects.toThrow(
      "expected version 1.2.3 of package rows, found 1.2.4"
    );
    await expect(readPackaged(source, [await install("bare", "1.2.3")])).rejects.toThrow(
      "package rows@1.2.3 lacks a file: data/rows.json"
    );
    await expect(readPackaged(source, [])).rejects.toThrow("package is not installed, run npm ci: rows@1.2.3");
    expect(() => parsePackaged("{}", source)).toThrow("expected an array of rows in rows: data/rows.json");
  });

  it("looks where Node would", () => {
    expect(packageFolders("rows").some((folder) => folder.endsWith(join("node_modules", "rows")))).toBe(true);
  });
});
