import {aliceFull, code, paper} from "../loaders/methods/paper.js";
import {defineStudy} from "../loaders/study.js";

/** Alice, table 3, direct: a teacher of 3 billion parameters. The cascades beside it are in alice-qwen. For GPUs and the hub. */
export default defineStudy({
  title: "Alice on Qwen 2.5, 3B to 7B",
  question:
    "Does a teacher of 3 billion parameters, without a smaller one before it, teach 7 billion better than a cascade?",
  tasks: ["hotpotqa", "triviaqa", "gsm8k", "arc-challenge"],
  models: {
    weak: ["hub:Qwen/Qwen2.5-3B-Instruct"],
    strong: ["hub:Qwen/Qwen2.5-7B-Instruct"],
    summariser: "hub:Qwen/Qwen2.5-72B-Instruct"
  },
  prompts: "chat",
  methods: [
    {method: "baseline"},
    {method: "qcota"},
    {method: "alice", ...paper.alice},
    {method: "alice", variant: "without uncertainty", ...paper.alice, uncertainty: false}
  ],
  seeds: [0, 1, 2],
  sizes: {validation: 0, tasks: code.aliceSizes},
  training: aliceFull,
  publish: {predictionsOf: [0]},
  limits: [
    "The paper's summariser, Qwen 2.5 at 72 billion parameters, is stronger than the student: the report flags it.",
    "Of HotpotQA and TriviaQA the students' half is a fifth, as in the paper's released code."
  ]
});
