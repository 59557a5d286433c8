import {aliceFull, code, paper} from "../loaders/methods/paper.js";
import {defineStudy} from "../loaders/study.js";

/** The teacher's chains, clustered as for Alice. */
const {unanimous: _, ...clustered} = paper.alice;

/** Alice, table 1, Qwen 2.5 1.5B to 3B, with controls that the paper lacks. For a GPU and the hub. */
export default defineStudy({
  title: "Alice on Qwen 2.5, 1.5B to 3B",
  question: "Does a student of 3 billion parameters learn more from a weak teacher by proactive learning?",
  tasks: ["hotpotqa", "triviaqa", "gsm8k", "arc-challenge"],
  models: {
    weak: ["hub:Qwen/Qwen2.5-1.5B-Instruct"],
    strong: ["hub:Qwen/Qwen2.5-3B-Instruct"],
    summariser: "hub:Qwen/Qwen2.5-72B-Instruct"
  },
  prompts: "chat",
  methods: [
    {method: "baseline"},
    {method: "qcota"},
    {method: "alice", ...paper.alice},
    {method: "alice", variant: "without uncertainty", ...paper.alice, uncertainty: false},
    {method: "alice", variant: "uncertainty of another question", ...paper.alice, uncertainty: "shuffled"},
    {method: "qcota", variant: "majority of chains", ...clustered, answers: "majority"},
    {method: "self-refine"},
    {method: "own-majority", ...clustered}
  ],
  seeds: [0, 1, 2],
  sizes: {validation: 0, tasks: code.aliceSizes},
  training: aliceFull,
  publish: {predictionsOf: [0]},
  limits: [
    "The paper's summariser, Qwen 2.5 at 72 billion parameters, is stronger than the student: the report flags it.",
    "Chains are embedded by all-MiniLM, of their first 256 tokens, where the paper has Instructor and its instruction.",
    "Of HotpotQA and TriviaQA the students' half is a fifth, as in the paper's released code."
  ]
});
