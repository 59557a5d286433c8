import {mkdir, open, readdir, readFile, rename, rm, stat} from "node:fs/promises";
import {hostname} from "node:os";
import {dirname, join} from "node:path";
import type {z} from "zod";

/** What a JSON file holds, or null where it is absent, cut short or of another form. */
export async function readJson<T extends z.ZodType>(schema: T, file: string): Promise<z.output<T> | null> {
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** A file that cannot be written: nothing else can be either, and nothing that was written is lost. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  constructor(file: string, cause: unknown) {
    const {code, message} = cause as NodeJS.ErrnoException;
    super(`${reasons[code ?? ""] ?? `cannot write (${message})`}: ${file}`, {cause});
  }
}

const full = "disk full, nothing lost, free some space and run again";
const readOnly = "expected a folder that can be written to";
// Making a folder on a read-only disk fails with ENOENT in Node.
const reasons: Record<string, string> = {
  ENOENT: readOnly,
  ENOSPC: full,
  EDQUOT: full,
  EROFS: readOnly,
  EACCES: readOnly,
  EPERM: readOnly
};

/** Writes bytes, text, or a value as JSON, so that the file appears whole or not at all, also when the power fails. */
export async function writeWhole(file: string, content: Uint8Array | string | object): Promise<void> {
  const temporary = `${file}.${hostname()}.${process.pid}.${Math.random().toString(36).slice(2, 10)}.tmp`;
  try {
    await mkdir(dirname(file), {recursive: true});
    const output = await open(temporary, "wx");
    try {
      await output.writeFile(
        typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content)
      );
      await output.sync();
    } finally {
      await output.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, {force: true}).catch(() => {});
    throw new StorageError(file, error);
  }
}

/** Whether a process of this machine is alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const temporaryName = /^.*\.([^/]+)\.(\d+)\.[a-z0-9]+\.tmp$/;
const day = 24 * 3600 * 1000;

/** Removes what processes that were killed left half written, in a folder and those below it. */
export async function removeHalfWritten(folder: string): Promise<void> {
  const entries = await readdir(folder, {withFileTypes: true}).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await removeHalfWritten(path);
    else if (entry.name.endsWith(".tmp") && (await isHalfWritten(path, entry.name))) await rm(path, {force: true});
  }
}

async function isHalfWritten(path: string, name: string): Promise<boolean> {
  const pid = temporaryName.exec(name)?.[2];
  if (pid && name.includes(`.${hostname()}.${pid}.`)) return !isAlive(Number(pid));
  return stat(path).then(
    ({mtimeMs}) => Date.now() - mtimeMs > day,
    () => false
  );
}
