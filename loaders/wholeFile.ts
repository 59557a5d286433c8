import {mkdir, open, readFile, rename, rm} from "node:fs/promises";
import {dirname} from "node:path";
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

/** Writes bytes, text, or a value as JSON, so that the file appears whole or not at all, also when the power fails. */
export async function writeWhole(file: string, content: Uint8Array | string | object): Promise<void> {
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2, 10)}.tmp`;
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
    const {code, message} = error as NodeJS.ErrnoException;
    throw new Error(
      code === "ENOSPC"
        ? `disk full, nothing lost, free some space and run again: ${file}`
        : `cannot write (${message}): ${file}`,
      {cause: error}
    );
  }
}
