import {readFileSync, readdirSync} from "node:fs";
import {fileURLToPath} from "node:url";
import {hash} from "./hash.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const known = new Map<string, string>();

/** Hash of the TypeScript files of a folder of the checkout: what code made is told apart from what other code made. */
export function fingerprint(folder: string, names = /\.ts$/): string {
  const key = `${folder} ${names}`;
  let found = known.get(key);
  if (found === undefined) {
    const files = readdirSync(`${root}/${folder}`)
      .filter((name) => name.endsWith(".ts") && names.test(name))
      .sort();
    known.set(key, (found = hash(files.map((name) => [name, readFileSync(`${root}/${folder}/${name}`, "utf8")]))));
  }
  return found;
}
