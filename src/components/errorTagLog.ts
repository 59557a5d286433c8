import {type ErrorTag, tagNames} from "../errorTags.js";
import type {CsvRow} from "./csv.js";
import {d3} from "./kit.js";
import {keep, kept} from "./kept.js";

/** The kind that a reader says an error is of: that of a run's student on one example. */
export interface GivenTag {
  run: string;
  example: string;
  tag: ErrorTag;
  /** In the reader's words; empty for none. */
  note: string;
}

/** What a reader takes away and brings back: their tags of one study's errors. */
export interface TagsFile {
  study: string;
  tags: readonly GivenTag[];
}

export const errorKey = ({run, example}: Pick<GivenTag, "run" | "example">): string => `${run} ${example}`;

/** Tags with those of a file, which count in place of earlier ones of the same errors; and how many they replace. */
export function withTags(
  own: readonly GivenTag[],
  taken: readonly GivenTag[]
): {tags: GivenTag[]; replaced: number; same: number} {
  const merged = new Map(own.map((d) => [errorKey(d), d]));
  let [replaced, same] = [0, 0];
  for (const next of taken) {
    const before = merged.get(errorKey(next));
    if (before?.tag === next.tag && before.note === next.note) same++;
    else if (before) replaced++;
    merged.set(errorKey(next), next);
  }
  return {tags: [...merged.values()], replaced, same};
}

/** A file that a reader gave, JSON or CSV. Throws where it is not what this page writes. */
export function parseTags(text: string): TagsFile {
  const refuse = () => new Error(`expected error tags as this page writes them: ${text.trim().slice(0, 40)}`);
  const {study, tags} = (text.trimStart().startsWith("{") ? fromJson(text) : fromCsv(text)) ?? {};
  if (typeof study !== "string" || !Array.isArray(tags)) throw refuse();
  return {
    study,
    tags: (tags as (Partial<GivenTag> | null)[]).map((d) => {
      if (typeof d?.run !== "string" || typeof d.example !== "string" || typeof d.tag !== "string") throw refuse();
      if (!tagNames.includes(d.tag)) throw new Error(`expected one of ${tagNames.join(", ")}: ${d.tag}`);
      const {run, example, tag, note = ""} = d;
      return {run, example, tag, note: String(note)};
    })
  };
}

function fromJson(text: string): {study?: unknown; tags?: unknown} | null {
  try {
    return JSON.parse(text) as {study?: unknown; tags?: unknown};
  } catch {
    return null;
  }
}

function fromCsv(text: string): {study?: unknown; tags?: unknown} | null {
  const rows = d3.csvParse(text.replace(/^\uFEFF/, ""));
  const studies = new Set(rows.map((d) => d.study));
  return studies.size === 1 ? {study: [...studies][0], tags: [...rows]} : null;
}

export const tagsJson = (file: TagsFile): string => `${JSON.stringify(file, null, 2)}\n`;

/** A row a tag, with what is known of its run, for those who read it elsewhere. */
export const tagRows = ({study, tags}: TagsFile, about: (run: string) => CsvRow): CsvRow[] =>
  tags.map(({run, example, tag, note}) => ({study, run, example, tag, note, ...about(run)}));

/** A reader's tags of a study's errors, kept between visits; who shows them hears of changes. */
export interface TagStore {
  all: () => readonly GivenTag[];
  of: (error: Pick<GivenTag, "run" | "example">) => GivenTag | undefined;
  /** Replaces all tags. */
  update: (tags: readonly GivenTag[]) => void;
  /** Gives an error a tag, or takes it away. */
  set: (error: Pick<GivenTag, "run" | "example">, tag: ErrorTag | null, note?: string) => void;
  /** Calls `draw` at every change as long as the node is on the page. */
  follow: (node: Node, draw: () => void) => void;
}

export function openTags(study: string): TagStore {
  const name = `w2s error tags ${study}`;
  let tags: readonly GivenTag[] = kept<GivenTag[]>(name) ?? [];
  const followers = new Map<Node, () => void>();
  const store: TagStore = {
    all: () => tags,
    of: (error) => tags.find((d) => errorKey(d) === errorKey(error)),
    update(next) {
      tags = next;
      keep(name, tags);
      for (const [node, draw] of followers)
        if (node.isConnected) draw();
        else followers.delete(node);
    },
    set({run, example}, tag, note = "") {
      const others = tags.filter((d) => errorKey(d) !== errorKey({run, example}));
      store.update(tag ? [...others, {run, example, tag, note}] : others);
    },
    follow: (node, draw) => void followers.set(node, draw)
  };
  return store;
}
