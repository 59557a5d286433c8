import {readdirSync, statSync} from "node:fs";
import {mkdir, readFile, rename, unlink} from "node:fs/promises";
import {join} from "node:path";
import {z} from "zod";
import {hash, sha256} from "./hash.js";
import {withLock} from "./lock.js";
import {type Cells, type Columns, decodeParquet, encodeParquet, parquetNotes} from "./parquet.js";
import {StorageError, writeWhole} from "./wholeFile.js";

const partName = /^part-([0-9a-f]{32})\.parquet$/;
const fileOfState = /^part-[0-9a-f]{32}\.parquet$|\.json$/;
const partsBeforeCompaction = 24;
/** Rows from which on a part does not grow. */
const grown = 32;

const provenance = z.object({
  title: z.string(),
  /** Keys of the steps whose output this one reads. */
  inputs: z.array(z.string()),
  model: z.string(),
  backend: z.string(),
  device: z.string()
});

/** Where a family's rows come from; kept in each file of rows, so that neither is there without the other. */
export type Provenance = z.output<typeof provenance>;

const checked = z.object({checksum: z.string(), value: z.unknown()});

/**
 * A content-addressed store of rows. A family is a verb and a hash of all that determines its rows but their own
 * input; a row is found by the hash of that input. Rows arrive in parts: Parquet files named by their content, each of
 * which appears whole or not at all, so a process may be killed at any moment and several may write at once.
 */
export class Cache {
  readonly #families = new Map<string, Family<Columns>>();
  /** How many rows of which families are in memory, the one that was used longest ago first. */
  readonly #held = new Map<Family<Columns>, number>();
  #rowsHeld = 0;

  /** @param rowsAtMost rows that stay in memory; families beyond are read again when they are asked for */
  constructor(
    readonly folder: string,
    readonly warn: (message: string) => void = () => {},
    readonly rowsAtMost = 2_000_000
  ) {}

  family<C extends Columns>(verb: string, key: string, columns: C): Family<C> {
    const name = `${verb}/${key.slice(0, 2)}/${key}`;
    let family = this.#families.get(name);
    if (!family) {
      family = new Family<Columns>(join(this.folder, name), columns, this.warn, (used) => this.#hold(used));
      this.#families.set(name, family);
    }
    return family as unknown as Family<C>;
  }

  #hold(used: Family<Columns>): void {
    this.#letGo(used);
    this.#held.set(used, used.size);
    this.#rowsHeld += used.size;
    for (const family of this.#held.keys()) {
      if (this.#rowsHeld <= this.rowsAtMost) break;
      if (family !== used && family.forget()) this.#letGo(family);
    }
  }

  #letGo(family: Family<Columns>): void {
    this.#rowsHeld -= this.#held.get(family) ?? 0;
    this.#held.delete(family);
  }

  /** A small JSON document, replaced whole; null where there is none or it is not as it was written. */
  async document<T>(name: string): Promise<T | null> {
    const text = await readFile(join(this.folder, name), "utf8").catch((error: unknown) => {
      if (isMissing(error)) return null;
      throw error;
    });
    if (text === null) return null;
    try {
      const {checksum, value} = checked.parse(JSON.parse(text));
      if (checksum === hash(value)) return value as T;
    } catch {
      // Not JSON, or of another form: as good as changed.
    }
    this.warn(`corrupt cache document, ignored: ${name}`);
    return null;
  }

  async writeDocument(name: string, value: object): Promise<void> {
    await writeWhole(join(this.folder, name), JSON.stringify({checksum: hash(value), value}, null, 1) + "\n");
  }

  /** A word that changes when files of a family, or JSON files of a folder, do, by name, size or second of change; copies that keep these keep it. */
  stateOf(folder: string): string {
    return hash(
      listParts(join(this.folder, folder), fileOfState).map((part) => {
        const found = statSync(join(this.folder, folder, part), {throwIfNoEntry: false});
        return [part, found?.size, found && Math.floor(found.mtimeMs / 1000)];
      })
    );
  }

  lock<T>(name: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
    const file = join(this.folder, `${name}.lock`);
    return mkdir(join(file, ".."), {recursive: true}).then(() => withLock(file, work, onWait));
  }
}

/** Rows of one family, each under a key of its own; a row once written never changes. */
export class Family<C extends Columns> {
  readonly #columns: Columns;
  #rows = new Map<string, Cells>();
  readonly #parts = new Set<string>();
  /** By its JSON, so that each is there once. */
  readonly #provenance = new Map<string, Provenance>();
  #loaded = false;
  /** So many calls that read or write are under way. */
  #busy = 0;
  #queue: Promise<unknown> = Promise.resolve();
  /** The part that grows. */
  #growing: {part: string; rows: Cells[]; provenance: Provenance} | undefined;

  constructor(
    readonly folder: string,
    columns: C,
    readonly warn: (message: string) => void,
    readonly used: (family: Family<Columns>) => void = () => {}
  ) {
    this.#columns = {key: {type: "string", about: "hash of the row's input"}, ...columns};
  }

  /** Rows in memory. */
  get size(): number {
    return this.#rows.size;
  }

  /** The rows there are, by key. */
  async read(): Promise<ReadonlyMap<string, Cells>> {
    if (!this.#loaded) await this.refresh();
    this.#use();
    return this.#rows;
  }

  /** Lets go of the rows in memory, unless it is at work; whoever holds them keeps them. */
  forget(): boolean {
    if (this.#busy) return false;
    this.#rows = new Map();
    this.#parts.clear();
    this.#growing = undefined;
    this.#loaded = false;
    return true;
  }

  #use(): void {
    this.used(this as unknown as Family<Columns>);
  }

  async #working<T>(work: () => Promise<T>): Promise<T> {
    this.#busy++;
    try {
      return await work();
    } finally {
      this.#busy--;
    }
  }

  /** Reads parts that other processes have written since. */
  refresh(): Promise<void> {
    return this.#working(() => this.#refresh());
  }

  async #refresh(): Promise<void> {
    await this.#whileCompacted(async () => {
      for (const part of listParts(this.folder)) if (!this.#parts.has(part)) await this.#load(part);
    });
    this.#loaded = true;
  }

  /** Lists and reads parts, again where another process put one in the place of others between the two. */
  async #whileCompacted(read: () => Promise<void>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await read();
      } catch (error) {
        if (!isMissing(error) || attempt > 10) throw error;
      }
    }
  }

  async append(rows: readonly Cells[], provenance?: Provenance): Promise<void> {
    await this.#working(() => this.#append(rows, provenance));
    this.#use();
  }

  /** Those that are not there yet. */
  async #fresh(rows: readonly Cells[]): Promise<Cells[]> {
    if (!this.#loaded) await this.refresh();
    return rows.filter(({key}) => !this.#rows.has(key as string));
  }

  async #append(rows: readonly Cells[], provenance?: Provenance): Promise<void> {
    const fresh = await this.#fresh(rows);
    if (!fresh.length) return;
    const origin = provenance ? [provenance] : [];
    this.#parts.add(await this.#write(fresh, origin));
    this.#remember(origin);
    for (const row of fresh) this.#rows.set(row.key as string, row);
  }

  /**
   * As `append`, for rows that come few at a time: they join those that came before, in one part, so that there is not a file for each.
   * Only under the lock.
   */
  async grow(rows: readonly Cells[], provenance: Provenance): Promise<void> {
    await this.#working(() => this.#grow(rows, provenance));
    this.#use();
  }

  async #grow(rows: readonly Cells[], provenance: Provenance): Promise<void> {
    const fresh = await this.#fresh(rows);
    if (!fresh.length) return;
    const before = this.#growing?.provenance === provenance ? this.#growing : undefined;
    const all = [...(before?.rows ?? []), ...fresh];
    const part = await this.#write(all, [provenance]);
    this.#parts.add(part);
    this.#remember([provenance]);
    for (const row of fresh) this.#rows.set(row.key as string, row);
    if (before && before.part !== part) await this.#remove(before.part);
    this.#growing = all.length < grown ? {part, rows: all, provenance} : undefined;
  }

  async #remove(part: string): Promise<void> {
    await unlink(join(this.folder, part)).catch(() => {});
    this.#parts.delete(part);
  }

  /** One holder at a time, in this process and in others; the rows are fresh when `work` begins. */
  exclusively<T>(work: () => Promise<T>, onWait?: () => void): Promise<T> {
    const turn = this.#queue.then(async () => {
      await mkdir(this.folder, {recursive: true}).catch((error: unknown) => {
        throw new StorageError(this.folder, error);
      });
      return withLock(
        join(this.folder, "lock"),
        () =>
          this.#working(async () => {
            await this.#refresh();
            const result = await work();
            if (this.#parts.size > partsBeforeCompaction) await this.compact();
            return result;
          }),
        onWait
      );
    });
    this.#queue = turn.catch(() => {});
    return turn;
  }

  /** Where the rows come from: each provenance once, in an order that depends on nothing else. */
  async provenance(): Promise<Provenance[]> {
    const known = new Set<string>();
    if (!this.#loaded)
      await this.#whileCompacted(async () => {
        for (const part of listParts(this.folder)) {
          if (known.has(part)) continue;
          const bytes = await readFile(join(this.folder, part));
          if (nameOf(bytes) === part) this.#remember(provenanceIn(bytes));
          known.add(part);
        }
      });
    return this.#origins();
  }

  #remember(origins: readonly Provenance[]): void {
    for (const origin of origins) this.#provenance.set(JSON.stringify(origin), origin);
  }

  #origins(): Provenance[] {
    return [...this.#provenance].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, origin]) => origin);
  }

  async #write(rows: readonly Cells[], origins: readonly Provenance[]): Promise<string> {
    const notes: Record<string, string> = origins.length
      ? {provenance: JSON.stringify(origins.length === 1 ? origins[0] : origins)}
      : {};
    const bytes = encodeParquet(this.#columns, rows, notes);
    const part = nameOf(bytes);
    await writeWhole(join(this.folder, part), bytes);
    return part;
  }

  async #load(part: string): Promise<void> {
    const file = join(this.folder, part);
    const bytes = await readFile(file);
    if (nameOf(bytes) !== part) {
      await rename(file, join(this.folder, `corrupt-${part}`)).catch((error: unknown) => {
        if (isMissing(error)) throw error;
      });
      this.warn(`corrupt cache file set aside, its rows will be computed again: ${file}`);
      return;
    }
    for (const row of await decodeParquet(bytes))
      if (!this.#rows.has(row.key as string)) this.#rows.set(row.key as string, row);
    this.#parts.add(part);
    this.#remember(provenanceIn(bytes));
  }

  /** Makes one part of many; only under the lock. */
  async compact(): Promise<void> {
    await this.#working(() => this.#compact());
  }

  async #compact(): Promise<void> {
    if (this.#parts.size < 2) return;
    const old = [...this.#parts];
    const rows = [...this.#rows.values()].sort((a, b) => ((a.key as string) < (b.key as string) ? -1 : 1));
    const part = await this.#write(rows, this.#origins());
    this.#parts.add(part);
    for (const other of old) if (other !== part) await this.#remove(other);
    this.#growing = undefined;
  }
}

function listParts(folder: string, name = partName): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => name.test(file))
      .sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** One provenance, or a list of them where parts of several were made one. */
function provenanceIn(bytes: Uint8Array): Provenance[] {
  const note = parquetNotes(bytes).provenance;
  return note ? [z.union([provenance, z.array(provenance)]).parse(JSON.parse(note))].flat() : [];
}

function nameOf(bytes: Uint8Array): string {
  return `part-${sha256(bytes).slice(0, 32)}.parquet`;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
