import {parseArgs} from "node:util";
import type {CommandOptions} from "./commands/command.js";

const usage = `usage: w2s <command> [study] [options]

  plan <study>      what there is to compute, and what it will cost
  run <study>       computes what is missing; Ctrl-C stops cleanly
  status [study]    coverage, failures, what to run next
  tables <study>    writes the results tables from the cache
  serve [study]     the notebook, live on the cache
  demo              runs the demo study and serves its report

A study is a file name in studies/ or a path.

  --out DIR         where tables writes (default data/published/<study>)
  --port N          port of serve and demo
  --json            prints JSON (plan, run, status, tables)
  --help            this text

environment: W2S_CACHE, W2S_BACKEND, W2S_BACKEND_TOKEN, W2S_RUN, W2S_PYTHON, HF_ENDPOINT, HF_TOKEN
exit codes: 0 done, 1 failed, 2 usage, 3 finished with parts missing
`;

type Option = "out" | "port" | "json";

interface Entry {
  load: () => Promise<Command>;
  study: "needed" | "optional" | "none";
  options: readonly Option[];
}

const commands: Record<string, Entry> = {
  plan: {load: async () => (await import("./commands/plan.js")).plan, study: "needed", options: ["json"]},
  run: {load: async () => (await import("./commands/run.js")).run, study: "needed", options: ["json"]},
  status: {load: async () => (await import("./commands/status.js")).status, study: "optional", options: ["json"]},
  tables: {load: async () => (await import("./commands/tables.js")).tables, study: "needed", options: ["out", "json"]},
  serve: {load: async () => (await import("./commands/serve.js")).serve, study: "optional", options: ["port"]},
  demo: {load: async () => (await import("./commands/demo.js")).demo, study: "none", options: ["port"]}
};

type Command = (options: CommandOptions) => Promise<number>;

/** Runs a command; returns its exit code. Results go to standard output, progress and errors to standard error. */
export async function main(args: string[]): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        out: {type: "string"},
        port: {type: "string"},
        json: {type: "boolean", default: false},
        help: {type: "boolean", short: "h", default: false}
      }
    });
  } catch (error) {
    return fail(`${lowerFirst((error as Error).message.split(". ")[0])}`, 2);
  }
  const {values, positionals} = parsed;
  const [name, study, ...rest] = positionals;
  if (values.help || name === undefined) {
    (values.help ? process.stdout : process.stderr).write(usage);
    return values.help ? 0 : 2;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) return fail(`unknown command, expected one of ${Object.keys(commands).join(", ")}: ${name}`, 2);
  if (command.study === "needed" && study === undefined) return fail(`expected a study: w2s ${name}`, 2);
  const tooMany = command.study === "none" ? study : rest[0];
  if (tooMany !== undefined) return fail(`unexpected argument: ${tooMany}`, 2);
  for (const option of ["out", "port", "json"] as const)
    if (values[option] !== undefined && values[option] !== false && !command.options.includes(option))
      return fail(`unexpected option of w2s ${name}: --${option}`, 2);
  if (values.out === "") return fail("expected a folder, nothing found: --out", 2);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536))
    return fail(`expected a port from 1 to 65535: ${values.port || "none"}`, 2);
  try {
    return await (
      await command.load()
    )({study, out: values.out, port, json: values.json});
  } catch (error) {
    if (process.env.W2S_DEBUG) console.error(error);
    const {name: kind, message} = error as Error;
    return fail(message.split("\n")[0], kind === "StudyError" || kind === "UsageError" ? 2 : 1);
  }
}

function fail(message: string, code: number): number {
  process.stderr.write(`w2s: ${message}\n`);
  return code;
}

const lowerFirst = (text: string): string => text[0].toLowerCase() + text.slice(1);
