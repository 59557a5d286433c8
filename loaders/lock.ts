import {hostname} from "node:os";
import {lstat, lutimes, readlink, symlink, unlink} from "node:fs/promises";
import {setTimeout as sleep} from "node:timers/promises";
import {isAlive, StorageError} from "./wholeFile.js";

const heartbeat = 5_000;
const abandoned = 60_000;

/**
 * Runs `work` while holding a lock that other processes, also of other machines on a shared folder, respect.
 * A lock whose process has died is taken over. The lock saves work and protects nothing: what is written under it
 * appears whole and named by its content, so two holders would only compute the same twice. A lock is a symbolic link
 * whose target names its holder: it appears with its content, whenever its process is killed.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, onWait?: (holder: string) => void): Promise<T> {
  const mine = JSON.stringify({host: hostname(), pid: process.pid});
  for (let waited = false; ;) {
    try {
      await symlink(mine, file);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw new StorageError(file, error);
    }
    const holder = await readlink(file).catch((error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? null : ""));
    if (holder === null) continue;
    if (await isAbandoned(file, holder)) await unlink(file).catch(() => {});
    else {
      if (!waited) onWait?.(holder);
      waited = true;
      await sleep(100);
    }
  }
  const beat = setInterval(() => void lutimes(file, new Date(), new Date()).catch(() => {}), heartbeat);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if ((await readlink(file).catch(() => "")) === mine) await unlink(file).catch(() => {});
  }
}

async function isAbandoned(file: string, holder: string): Promise<boolean> {
  try {
    const {host, pid} = JSON.parse(holder) as {host: string; pid: number};
    if (host === hostname() && !isAlive(pid)) return true;
  } catch {
    // Not a lock of ours: only its age can tell.
  }
  const age = await lstat(file).then(
    ({mtimeMs}) => Date.now() - mtimeMs,
    () => 0
  );
  return age > abandoned;
}
