import type {Study} from "../study.js";
import type {Paper} from "./paper.js";

/** A paper that studies reproduce, with the earlier works that it restates or builds on. */
export interface Reproduced {
  paper: Paper;
  earlier: readonly Paper[];
  /** Whether its claims compare students of different settings, which only published predictions pair. */
  paired: boolean;
}

/** A paper by its name; what it claims is fetched where it is looked at. */
export interface Listed {
  id: string;
  title: string;
  /** The methods that are its own: without any of these, a study is not about it. */
  methods: readonly string[];
  load: () => Promise<Reproduced>;
}

export const papers: readonly Listed[] = [
  {
    id: "explanation-debate-align",
    title: "Explanation, Debate, Align",
    methods: ["confidence", "bootstrapping", "generative", "full", "facilitate", "debate", "align"],
    load: async () => {
      const [{explanationDebateAlign}, {burns}, {weakToStrongReadme}] = await Promise.all([
        import("./explanationDebateAlign/index.js"),
        import("./burns.js"),
        import("./weakToStrongReadme.js")
      ]);
      return {paper: explanationDebateAlign, earlier: [burns, weakToStrongReadme], paired: false};
    }
  },
  {
    id: "alice",
    title: "Alice",
    methods: ["qcota", "alice"],
    load: async () => ({paper: (await import("./alice/index.js")).alice, earlier: [], paired: true})
  }
];

/** The papers that a study is about, by its methods; of one with a baseline alone, the first. */
export function reproducedBy({methods}: Pick<Study, "methods">): readonly Listed[] {
  const own = papers.filter((paper) => methods.some(({method}) => paper.methods.includes(method)));
  return own.length ? own : papers.slice(0, 1);
}
