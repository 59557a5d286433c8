import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {root} from "../loaders/commands/command.js";
import {serveHub} from "../test/datasets/hubServer.js";

const folder = join(root, "../shared/data/hub/datasets");

/**
 * The task that the benches of training read: SST-2 where `../shared/data` has it, served on loopback as the hub would,
 * else the UCI sentences of a package, which are shorter.
 */
export async function withRows<T>(work: (task: string, endpoint: string | undefined) => Promise<T>): Promise<T> {
  if (!existsSync(join(folder, "nyu-mll/glue/sst2"))) return work("uci-imdb", undefined);
  const hub = await serveHub((place) => {
    const file = join(folder, place);
    return existsSync(file) ? readFileSync(file) : null;
  });
  try {
    return await work("sst2", hub.endpoint);
  } finally {
    await hub.close();
  }
}
