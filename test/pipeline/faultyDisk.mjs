/**
 * Loaded into a process of the lab before all else: counts what it does to the files of its cache, kills it (SIGKILL)
 * after a given one, or has the disk full from a given one on. Times are not involved: every moment can be met.
 */
import {writeFileSync} from "node:fs";
import fs from "node:fs/promises";
import {syncBuiltinESMExports} from "node:module";
import {resolve} from "node:path";
import {isMainThread} from "node:worker_threads";

const {kill = Infinity, full = Infinity, count} = JSON.parse(process.env.W2S_FAULT ?? "{}");
const cache = resolve(process.env.W2S_CACHE);
let done = 0;

function step() {
  done++;
  if (done === kill) process.kill(process.pid, "SIGKILL");
}

function refuseWhereFull(file) {
  if (done >= full)
    throw Object.assign(new Error(`ENOSPC: no space left on device, write '${file}'`), {code: "ENOSPC"});
}

const inCache = (file) => typeof file === "string" && resolve(file).startsWith(cache);

if (isMainThread) {
  for (const name of ["rename", "symlink", "unlink"]) {
    const original = fs[name];
    fs[name] = async (...args) => {
      const [file, target] = args;
      if (!inCache(name === "rename" || name === "unlink" ? file : target)) return original(...args);
      if (name === "rename") step();
      if (name === "symlink") refuseWhereFull(target);
      const result = await original(...args);
      step();
      return result;
    };
  }
  const {open} = fs;
  fs.open = async (file, ...rest) => {
    if (!inCache(file)) return open(file, ...rest);
    refuseWhereFull(file);
    const handle = await open(file, ...rest);
    step();
    const {writeFile} = handle;
    handle.writeFile = async (content) => {
      if (done < full) return writeFile.call(handle, content);
      await writeFile.call(handle, content.slice(0, content.length / 2));
      refuseWhereFull(file);
    };
    return handle;
  };
  syncBuiltinESMExports();
  if (count) process.on("exit", () => writeFileSync(count, String(done)));
}
