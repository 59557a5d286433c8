import {mkdirSync, rmSync} from "node:fs";
import {join} from "node:path";

/** Names that Framework 1.13 looks up in the npm registry, also for a page that uses none of them. */
const implicit = [
  "@observablehq/plot",
  "@observablehq/sample-datasets",
  "apache-arrow",
  "arquero",
  "d3",
  "d3-dsv",
  "echarts",
  "htl",
  "leaflet",
  "lodash",
  "mapbox-gl",
  "parquet-wasm",
  "react",
  "react-dom",
  "topojson-client"
];

/**
 * Keeps Framework from asking the network: no telemetry, and an empty cached version of each package that it looks up.
 * What loaders returned earlier is forgotten, since Framework's cache does not see that published tables changed.
 */
export function prepareFramework(root: string): void {
  process.env.OBSERVABLE_TELEMETRY_DISABLE = "true";
  const cache = join(root, ".observablehq", "cache");
  for (const name of implicit) mkdirSync(join(cache, "_npm", `${name}@0.0.0`), {recursive: true});
  if (!process.env.W2S_KEEP_LOADED) rmSync(join(cache, "data"), {recursive: true, force: true});
}
