import type {Study} from "../study.js";
import type {Paper} from "./paper.js";

/** A paper that studies reproduce; what it claims is fetched where it is looked at. */
export interface Reproduced {
  id: string;
  title: string;
  /** The methods that are its own: without any of these, a study is not about it. */
  methods: readonly string[];
  /** Whether its claims compare students of different settings, which only published predictions pair. */
  paired: boolean;
  load: () => Promise<Paper>;
  /** The earlier works that it restates or builds on. */
  earlier: () => Promise<readonly Paper[]>;
}

export const papers: readonly Reproduced[] = [
  {
    id: "explanation-debate-align",
    title: "Explanation, Debate, Align",
    methods: ["confidence", "bootstrapping", "generative", "full", "facilitate", "debate", "align"],
    paired: false,
    load: async () => (await import("./explanationDebateAlign/index.js")).explanationDebateAlign,
    earlier: async () => {
      const [{burns}, {weakToStrongReadme}] = await Promise.all([
        import("./burns.js"),
        import("./weakToStrongReadme.js")
      ]);
      return [burns, weakToStrongReadme];
    }
  },
  {
    id: "alice",
    title: "Alice",
    methods: ["qcota", "alice"],
    paired: true,
    load: async () => (await import("./alice/index.js")).alice,
    earlier: () => Promise.resolve([])
  }
];

/** The papers that a study is about, by its methods; of one with a baseline alone, the first. */
export function reproducedBy({methods}: Pick<Study, "methods">): readonly Reproduced[] {
  const own = papers.filter((paper) => methods.some(({method}) => paper.methods.includes(method)));
  return own.length ? own : papers.slice(0, 1);
}
