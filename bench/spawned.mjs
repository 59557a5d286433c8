import childProcess from "node:child_process";
import {appendFileSync} from "node:fs";
import {syncBuiltinESMExports} from "node:module";

// Loaded before everything else in a process of the bench `noop`: notes every process that it starts.
for (const name of ["spawn", "spawnSync", "execFile", "execFileSync", "exec", "execSync", "fork"]) {
  const original = childProcess[name];
  childProcess[name] = (command, ...rest) => {
    appendFileSync(process.env.W2S_BENCH_SPAWNED, `${command}\n`);
    return original(command, ...rest);
  };
}
syncBuiltinESMExports();
