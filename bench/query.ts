import {readdirSync} from "node:fs";
import {join} from "node:path";
import {encodeParquet} from "../loaders/parquet.js";
import {random as uniform} from "../src/statistics/random.js";
import type {Row} from "../src/tables.js";
import {schema} from "../src/tables.js";
import type {Bench, Figure} from "./figure.js";
import {withSite} from "./site.js";

const queries = [
  {
    title: "accuracy per run and role",
    sql: `SELECT run, role, avg(score) AS accuracy, count(*) AS n FROM predictions GROUP BY run, role ORDER BY run, role`
  },
  {
    title: "one run's wrong rows, surest first",
    sql: `SELECT example, label, probability FROM predictions
      WHERE run = 'run-0003' AND role = 'student' AND score = 0 ORDER BY abs(probability - 0.5) DESC, example LIMIT 20`
  },
  {
    title: "all wrong rows, surest first",
    sql: `SELECT run, role, example, probability FROM predictions
      WHERE score = 0 ORDER BY abs(probability - 0.5) DESC, example LIMIT 20`
  }
];

/** Queries over predictions in DuckDB-WASM, through the module that the site's pages use, once the table is loaded. */
export const query: Bench = {
  name: "query",
  async measure({tiny, say}) {
    const rows = tiny ? 10_000 : 1_000_000;
    const file = predictions(rows);
    say(`${rows} rows in ${(file.byteLength / 1e6).toFixed(0)} MB of Parquet`);
    return withSite(say, async ({url, folder, study, browser}) => {
      const page = await browser.newPage();
      await page.route("**/bench-predictions.parquet", (route) => route.fulfill({body: Buffer.from(file)}));
      await page.goto(`${url}${study}/`);
      const module = readdirSync(join(folder, "_import/components")).find((name) => /^duckdb\.\w+\.js$/.test(name));
      if (!module)
        throw new Error("expected the site's DuckDB client in the built site: _import/components/duckdb.*.js");
      const loaded = await page.evaluate<number>(`(async () => {
        const {Database} = await import("${url}_import/components/${module}");
        const file = await (await fetch("${url}bench-predictions.parquet")).arrayBuffer();
        const start = performance.now();
        window.database = await Database.open();
        await window.database.insert("predictions", file);
        return performance.now() - start;
      })()`);
      const figures: Figure[] = [];
      const first: number[] = [];
      for (const {title, sql} of queries) {
        // The first of six is not counted: it compiles what the others use.
        const times = await page.evaluate<number[]>(`(async () => {
          const times = [];
          for (let i = 0; i < 6; i++) {
            const start = performance.now();
            const {rows} = await window.database.query(${JSON.stringify(sql)});
            times.push(performance.now() - start);
            if (rows.length === 0) throw new Error("expected rows");
          }
          return times;
        })()`);
        figures.push({
          what: `${(rows / 1e6).toString()} M rows: ${title}`,
          values: times.slice(1),
          unit: "ms",
          goal: {at: "most", value: 200}
        });
        first.push(times[0]);
      }
      return [
        ...figures,
        {what: "each of them for the first time", values: first, unit: "ms"},
        {what: "starting the engine and loading the rows", values: [loaded / 1000], unit: "s"}
      ];
    });
  }
};

/** Predictions of as many runs as it takes, four roles and 500 test rows each, in the table's own form. */
function predictions(count: number): Uint8Array {
  const random = uniform("bench query");
  const roles = ["strong_ceiling", "student", "weak", "weak_ceiling"];
  const perRun = roles.length * 500;
  const rows: Row<"predictions">[] = Array.from({length: count}, (_, i) => {
    const within = i % perRun;
    const probability = random();
    const label = random() < 0.5 ? 0 : 1;
    const prediction = probability > 0.5 ? 1 : 0;
    return {
      run: `run-${String(Math.floor(i / perRun)).padStart(4, "0")}`,
      role: roles[Math.floor(within / 500)],
      stage: "evaluation",
      predictor: `predictor-${Math.floor(i / 500)}`,
      split: "test",
      example: `validation/${within % 500}`,
      label,
      probability,
      prediction,
      output: null,
      parsed: null,
      score: prediction === label ? 1 : 0
    };
  });
  return encodeParquet(schema.predictions, rows);
}
