import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {type HubServer, serveHub} from "./hubServer.js";

const folder = fileURLToPath(new URL("../../../shared/data/hub/datasets", import.meta.url));

/** Whether this machine has real rows of the hub; where it has not, tests of them are skipped and say so. */
export const realRowsThere = existsSync(folder);
if (!realRowsThere) process.stderr.write(`skipped: golden tests of hub tasks, no real rows at ${folder}\n`);

/** A Parquet file of real rows by its place; null where it is not there. */
export function realRows(place: string): Uint8Array | null {
  const file = join(folder, place);
  return existsSync(file) ? readFileSync(file) : null;
}

/** A hub on loopback with the real rows of this machine. */
export const serveRealRows = (): Promise<HubServer> => serveHub(realRows);
