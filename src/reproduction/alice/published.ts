/** A dataset of the paper, in the order of its tables' columns. */
export interface Dataset {
  /** The task that it is here. */
  task: string;
  title: string;
  group: "Knowledge" | "Math" | "Reasoning";
  /** Whether its gold labels are chains, on which the paper fine-tunes its rows Weak and Strong; answers elsewhere. */
  chains: boolean;
}

export const datasets: readonly Dataset[] = [
  {task: "hotpotqa", title: "HotpotQA", group: "Knowledge", chains: false},
  {task: "triviaqa", title: "TriviaQA", group: "Knowledge", chains: false},
  {task: "gsm8k", title: "GSM8K", group: "Math", chains: true},
  {task: "arc-challenge", title: "ARC-Challenge", group: "Reasoning", chains: false}
];

/** Accuracies in percent, as printed, one for each dataset. */
export type Line = readonly [number, number, number, number];

export const table1Rows = ["weak", "qa", "qcota", "alice", "strong"] as const;
export type Table1Row = (typeof table1Rows)[number];

/** A pair of models of table 1, and how the names of these models begin. */
export interface PublishedPair {
  title: string;
  weak: string;
  strong: string;
  cascade: boolean;
  lines: Readonly<Record<Table1Row, Line>>;
}

/** Printed in all three tables. */
const qwenCascade: Line = [28.83, 64.08, 79.16, 90.09];

export const table1: readonly PublishedPair[] = [
  {
    title: "Qwen 2.5 1.5B to 3B",
    weak: "Qwen2.5-1.5B",
    strong: "Qwen2.5-3B",
    cascade: false,
    lines: {
      weak: [9.32, 32.96, 48.18, 73.98],
      qa: [11.59, 30.47, 12.21, 70.56],
      qcota: [22.21, 45.76, 57.71, 76.37],
      alice: [22.98, 51.69, 72.27, 80.95],
      strong: [14.76, 42.45, 61.26, 79.1]
    }
  },
  {
    title: "Qwen 2.5 1.5B to 7B (cascade)",
    weak: "Qwen2.5-1.5B",
    strong: "Qwen2.5-7B",
    cascade: true,
    lines: {
      weak: [9.32, 32.96, 48.18, 73.98],
      qa: [16.38, 37.53, 14.18, 74.23],
      qcota: [24.29, 48.95, 64.39, 77.26],
      alice: qwenCascade,
      strong: [22.38, 53.44, 70.99, 89.33]
    }
  },
  {
    title: "Llama 3.2 1B to 3B",
    weak: "Llama-3.2-1B",
    strong: "Llama-3.2-3B",
    cascade: false,
    lines: {
      weak: [15.84, 33.04, 29.1, 53.84],
      qa: [16.81, 37.4, 5.69, 57.25],
      qcota: [25.56, 57.76, 40.03, 61.89],
      alice: [22.09, 59.91, 68.91, 75.02],
      strong: [19.05, 52.18, 54.03, 72.61]
    }
  },
  {
    title: "Llama 3.2 1B to Llama 3.1 8B (cascade)",
    weak: "Llama-3.2-1B",
    strong: "Llama-3.1-8B",
    cascade: true,
    lines: {
      weak: [15.84, 33.04, 29.1, 53.84],
      qa: [18.57, 46.54, 5.38, 46.76],
      qcota: [26.64, 62.38, 45.64, 64.11],
      alice: [27.08, 68.91, 77.91, 81.95],
      strong: [25.2, 63.74, 64.22, 74.58]
    }
  }
];

export const table2Rows = [
  "alice",
  "without cascade",
  "without uncertainty",
  "multi-teacher",
  "mix-teacher",
  "cross-model",
  "cross-model cascade"
] as const;
export type Table2Row = (typeof table2Rows)[number];

export const table2: Readonly<Record<Table2Row, {title: string; models: string; line: Line}>> = {
  alice: {title: "Alice", models: "Qwen 1.5B → 3B → 7B", line: qwenCascade},
  "without cascade": {title: "w/o Cascade", models: "Qwen 1.5B → 7B", line: [27.68, 60.48, 76.78, 85.44]},
  "without uncertainty": {
    title: "w/o Teacher’s Uncertainty",
    models: "Qwen 1.5B → 3B → 7B",
    line: [25.86, 63.04, 72.66, 88.96]
  },
  "multi-teacher": {title: "Multi-teacher", models: "Qwen 1.5B + 3B → 7B", line: [28.25, 63.54, 77.61, 89.86]},
  "mix-teacher": {title: "Mix-teacher", models: "Qwen 1.5B + Llama 1B → Qwen 7B", line: [28.17, 63.75, 77.47, 90.48]},
  "cross-model": {title: "Cross-model", models: "Llama 1B → Qwen 7B", line: [28.16, 62.53, 70.66, 89.92]},
  "cross-model cascade": {
    title: "Cross-model-Cascade",
    models: "Qwen 1.5B → Llama 3B → Qwen 7B",
    line: [28.91, 64.92, 79.47, 90.38]
  }
};

export const table3Methods = ["qcota", "alice"] as const;
export type Table3Method = (typeof table3Methods)[number];
export const table3Ways = ["direct", "cascade"] as const;
export type Table3Way = (typeof table3Ways)[number];

export const table3: Readonly<Record<Table3Method, {title: string; lines: Readonly<Record<Table3Way, Line>>}>> = {
  qcota: {
    title: "Original W2SG",
    lines: {direct: [28.55, 61.87, 69.04, 84.65], cascade: [26.31, 57.19, 67.53, 83.36]}
  },
  alice: {
    title: "Alice",
    lines: {direct: [27.59, 62.56, 77.98, 87.11], cascade: qwenCascade}
  }
};

/** The models of table 3's rows. */
export const table3Models: Readonly<Record<Table3Way, string>> = {direct: "3B → 7B", cascade: "1.5B → 7B"};

/** A printed number as a share, on a task; none where the paper has no such dataset. */
export function printed(line: Line, task: string): number | undefined {
  const place = datasets.findIndex((d) => d.task === task);
  return place < 0 ? undefined : line[place] / 100;
}
