import {parseArgs} from "node:util";
import {loadavg} from "node:os";
import {join} from "node:path";
import {root} from "../loaders/commands/command.js";
import {duration} from "../loaders/progress.js";
import {writeFigures} from "./document.js";
import type {Bench, Figure} from "./figure.js";
import {machine} from "./machine.js";
import {textTable} from "./table.js";

/** In the order in which they run: what loads the machine least comes first. */
const benches: Record<string, () => Promise<Bench>> = {
  sharing: async () => (await import("./sharing.js")).sharing,
  noop: async () => (await import("./noop.js")).noop,
  pages: async () => (await import("./pages.js")).pages,
  clustering: async () => (await import("./clustering.js")).clustering,
  query: async () => (await import("./query.js")).query,
  heads: async () => (await import("./arms.js")).heads,
  arms: async () => (await import("./arms.js")).arms,
  frozen: async () => (await import("./frozen.js")).frozen,
  grid: async () => (await import("./grid.js")).grid,
  generation: async () => (await import("./generation.js")).generation,
  probes: async () => (await import("./probes.js")).probes,
  lora: async () => (await import("./training.js")).lora,
  full: async () => (await import("./training.js")).full
};

const {values, positionals} = parseArgs({
  allowPositionals: true,
  options: {write: {type: "boolean", default: false}, tiny: {type: "boolean", default: false}}
});
const unknown = positionals.find((name) => !(name in benches));
if (unknown !== undefined || (values.write && values.tiny)) {
  console.error(
    unknown === undefined
      ? "expected --write or --tiny, whose figures mean nothing"
      : `unknown bench, expected some of ${Object.keys(benches).join(", ")}: ${unknown}`
  );
  process.exit(2);
}
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const measured: Figure[] = [];
for (const name of Object.keys(benches)) {
  if (positionals.length && !positionals.includes(name)) continue;
  const start = performance.now();
  const [load] = loadavg();
  try {
    const figures = await (await benches[name]()).measure({tiny: values.tiny, say: (text) => say(`${name}: ${text}`)});
    say(`${name}: ${duration(performance.now() - start)}`);
    measured.push(...figures);
    if (values.write) await writeFigures(join(root, "docs/performance.md"), name, figures, load);
  } catch (error) {
    say(`${name}: failed: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
if (measured.length) console.log(`\n${textTable(measured)}\n\n${machine()}`);
