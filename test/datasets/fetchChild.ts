import {hubFiles} from "../../loaders/datasets/hub.js";
import {source} from "./plantedDataset.js";

/** Fetches the planted dataset in a process of its own: arguments are the endpoint and the cache folder. */
const [endpoint, cache] = process.argv.slice(2);
try {
  const files = await hubFiles(source, {endpoint, cache, attempts: 1});
  process.stdout.write(files.map(({sha256}) => sha256).join());
} catch (error) {
  process.stderr.write((error as Error).message);
  process.exitCode = 1;
}
