import {spawnSync} from "node:child_process";
import {duration} from "../loaders/progress.js";
import {provision} from "../loaders/backends/provision.js";
import {root} from "../loaders/commands/command.js";

/** The whole suite, in the order in which a failure costs least; stops at the first that fails. */
const python = await provision({root, development: true, onMessage: (message) => process.stderr.write(`${message}\n`)});
const checks: [string, string, string[]][] = [
  ["types", "npx", ["tsc", "--noEmit"]],
  ["Python: types", python, ["-m", "mypy", "--config-file", "backend/pyproject.toml"]],
  ["Python: style", python, ["-m", "ruff", "check", "backend"]],
  ["Python: tests", python, ["-m", "pytest", "-q", "backend/tests"]],
  ["tests", "npx", ["vitest", "run"]]
];
const start = performance.now();
for (const [name, command, args] of checks) {
  const from = performance.now();
  process.stdout.write(`\n# ${name}\n`);
  const {status} = spawnSync(command, args, {cwd: root, stdio: "inherit"});
  if (status !== 0) {
    process.stdout.write(`\nfailed: ${name}\n`);
    process.exit(1);
  }
  process.stdout.write(`${name}: ${duration(performance.now() - from)}\n`);
}
process.stdout.write(`\nall passed in ${duration(performance.now() - start)}\n`);
