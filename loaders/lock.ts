import {hostname} from "node:os";
import {readFile, stat, unlink, utimes, writeFile} from "node:fs/promises";
import {setTimeout as sleep} from "node:timers/promises";

const heartbeat = 5_000;
const abandoned = 60_000;

/**
 * Runs `work` while holding a lock file that other processes, also of other machines on a shared folder, respect.
 * A lock whose process has died is taken over. The lock saves work and protects nothing: what is written under it
 * appears whole and named by its content, so two holders would only compute the same twice.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, onWait?: (holder: string) => void): Promise<T> {
  const mine = JSON.stringify({host: hostname(), pid: process.pid});
  for (let waited = false; ;) {
    try {
      await writeFile(file, mine, {flag: "wx"});
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = await readFile(file, "utf8").catch(() => null);
    if (holder === null) continue;
    if (await isAbandoned(file, holder)) await unlink(file).catch(() => {});
    else {
      if (!waited) onWait?.(holder);
      waited = true;
      await sleep(100);
    }
  }
  const beat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => {}), heartbeat);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await unlink(file).catch(() => {});
  }
}

async function isAbandoned(file: string, holder: string): Promise<boolean> {
  try {
    const {host, pid} = JSON.parse(holder) as {host: string; pid: number};
    if (host === hostname() && !isAlive(pid)) return true;
  } catch {
    // Not yet written, or cut short by a full disk: only its age can tell.
  }
  const age = await stat(file).then(
    ({mtimeMs}) => Date.now() - mtimeMs,
    () => 0
  );
  return age > abandoned;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
