import {mkdir, readFile, readdir, rename, unlink} from "node:fs/promises";
import {join} from "node:path";
import {sha256} from "./hash.js";
import {withLock} from "./lock.js";
import {type Cells, type Columns, decodeParquet, encodeParquet} from "./parquet.js";
import {StorageError, writeWhole} from "./wholeFile.js";

const partName = /^part-([0-9a-f]{32})\.parquet$/;
const partsBeforeCompaction = 24;

/** Where a family's rows come from; written once beside them. */
export interface Provenance {
  title: string;
  /** Keys of the steps whose output this one reads. */
  inputs: string[];
  model: string;
  backend: string;
  device: string;
}

/**
 * A content-addressed store of rows. A family is a verb and a hash of all that determines its rows but their own
 * input; a row is found by the hash of that input. Rows arrive in parts: Parquet files named by their content, each of
 * which appears whole or not at all, so a process may be killed at any moment and several may write at once.
 */
export class Cache {
  readonly #families = new Map<string, Family<Columns>>();

  constructor(
    readonly folder: string,
    readonly warn: (message: string) => void = () => {}
  ) {}

  family<C extends Columns>(verb: string, key: string, columns: C): Family<C> {
    const name = `${verb}/${key.slice(0, 2)}/${key}`;
    let family = this.#families.get(name);
    if (!family) this.#families.set(name, (family = new Family<Columns>(join(this.folder, name), columns, this.warn)));
    return family as unknown as Family<C>;
  }

  /** A small JSON document, replaced whole; null where there is none or it cannot be read. */
  async document<T>(name: string): Promise<T | null> {
    try {
      return JSON.parse(await readFile(join(this.folder, name), "utf8")) as T;
    } catch (error) {
      if (!isMissing(error)) this.warn(`unreadable cache document, ignored: ${name}`);
      return null;
    }
  }

  async writeDocument(name: string, value: unknown): Promise<void> {
    await writeWhole(join(this.folder, name), JSON.stringify(value, null, 1) + "\n");
  }

  lock<T>(name: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
    const file = join(this.folder, `${name}.lock`);
    return mkdir(join(file, ".."), {recursive: true}).then(() => withLock(file, work, onWait));
  }
}

/** Rows of one family, each under a key of its own; a row once written never changes. */
export class Family<C extends Columns> {
  readonly #columns: Columns;
  readonly #rows = new Map<string, Cells>();
  readonly #parts = new Set<string>();
  #loaded = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(
    readonly folder: string,
    columns: C,
    readonly warn: (message: string) => void
  ) {
    this.#columns = {key: {type: "string", about: "hash of the row's input"}, ...columns};
  }

  /** The rows there are, by key. */
  async read(): Promise<ReadonlyMap<string, Cells>> {
    if (!this.#loaded) await this.refresh();
    return this.#rows;
  }

  /** Reads parts that other processes have written since. */
  async refresh(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        for (const part of await this.#list()) if (!this.#parts.has(part)) await this.#load(part);
        this.#loaded = true;
        return;
      } catch (error) {
        // Another process compacted the family between the listing and the reading.
        if (!isMissing(error) || attempt > 10) throw error;
      }
    }
  }

  async append(rows: readonly Cells[]): Promise<void> {
    const fresh = rows.filter(({key}) => !this.#rows.has(key as string));
    if (!fresh.length) return;
    const bytes = encodeParquet(this.#columns, fresh);
    const part = nameOf(bytes);
    await writeWhole(join(this.folder, part), bytes);
    this.#parts.add(part);
    for (const row of fresh) this.#rows.set(row.key as string, row);
  }

  /** One holder at a time, in this process and in others; the rows are fresh when `work` begins. */
  exclusively<T>(work: () => Promise<T>, onWait?: () => void): Promise<T> {
    const turn = this.#queue.then(async () => {
      await mkdir(this.folder, {recursive: true}).catch((error: unknown) => {
        throw new StorageError(this.folder, error);
      });
      return withLock(
        join(this.folder, "lock"),
        async () => {
          await this.refresh();
          const result = await work();
          if (this.#parts.size > partsBeforeCompaction) await this.compact();
          return result;
        },
        onWait
      );
    });
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async provenance(): Promise<Provenance | null> {
    try {
      return JSON.parse(await readFile(join(this.folder, "provenance.json"), "utf8")) as Provenance;
    } catch {
      return null;
    }
  }

  async writeProvenance(provenance: Provenance): Promise<void> {
    if ((await this.provenance()) !== null) return;
    await writeWhole(join(this.folder, "provenance.json"), JSON.stringify(provenance) + "\n");
  }

  async #list(): Promise<string[]> {
    try {
      return (await readdir(this.folder)).filter((file) => partName.test(file)).sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  async #load(part: string): Promise<void> {
    const file = join(this.folder, part);
    const bytes = await readFile(file);
    if (nameOf(bytes) !== part) {
      await rename(file, join(this.folder, `corrupt-${part}`));
      this.warn(`corrupt cache file set aside, its rows will be computed again: ${file}`);
      return;
    }
    for (const row of await decodeParquet(bytes))
      if (!this.#rows.has(row.key as string)) this.#rows.set(row.key as string, row);
    this.#parts.add(part);
  }

  /** Makes one part of many; only under the lock. */
  async compact(): Promise<void> {
    if (this.#parts.size < 2) return;
    const old = [...this.#parts];
    const rows = [...this.#rows.values()].sort((a, b) => ((a.key as string) < (b.key as string) ? -1 : 1));
    const bytes = encodeParquet(this.#columns, rows);
    const part = nameOf(bytes);
    await writeWhole(join(this.folder, part), bytes);
    this.#parts.add(part);
    for (const other of old) {
      if (other === part) continue;
      await unlink(join(this.folder, other)).catch(() => {});
      this.#parts.delete(other);
    }
  }
}

function nameOf(bytes: Uint8Array): string {
  return `part-${sha256(bytes).slice(0, 32)}.parquet`;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
