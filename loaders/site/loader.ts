import {parseArgs} from "node:util";
import {siteFile} from "./siteFiles.js";

/**
 * Writes a file of the site to standard output, as Framework asks of a loader.
 *
 * @param path path within the site, with [parameters] in place of the arguments that Framework passes
 */
export async function load(path: string): Promise<void> {
  const {values} = parseArgs({strict: false});
  const contents = await siteFile(path.replace(/\[(\w+)\]/g, (_, name: string) => String(values[name])));
  await new Promise<void>((resolve, reject) =>
    process.stdout.write(contents, (error) => (error ? reject(error) : resolve()))
  );
}
