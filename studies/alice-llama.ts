import {aliceFull, code, paper} from "../loaders/methods/paper.js";
import {defineStudy} from "../loaders/study.js";

const llama1 = "hub:meta-llama/Llama-3.2-1B-Instruct";
const llama3 = "hub:meta-llama/Llama-3.2-3B-Instruct";
const llama8 = "hub:meta-llama/Llama-3.1-8B-Instruct";

const toThree = {strong: [llama3]};
const toEight = {strong: [llama8]};
const cascade = {through: [llama3]};

/** Alice, table 1, Llama: for a machine with GPUs and the hub. */
export default defineStudy({
  title: "Alice on Llama 3",
  question: "Do Llama students of 3 and 8 billion parameters learn more from a teacher of one by proactive learning?",
  tasks: ["hotpotqa", "triviaqa", "gsm8k", "arc-challenge"],
  models: {weak: [llama1], strong: [llama3, llama8], summariser: "hub:Qwen/Qwen2.5-72B-Instruct"},
  prompts: "chat",
  methods: [
    // Llama 3.2 1B to 3B.
    {method: "baseline", on: toThree},
    {method: "qcota", on: toThree},
    {method: "alice", ...paper.alice, on: toThree},
    // Llama 3.2 1B to Llama 3.1 8B.
    {method: "baseline", on: toEight},
    {method: "qcota", on: toEight},
    {method: "alice", variant: "cascade", ...paper.alice, cascade, on: toEight},
    {method: "alice", variant: "without cascade", ...paper.alice, on: toEight},
    {method: "qcota", variant: "cascade", cascade, on: toEight}
  ],
  seeds: [0, 1, 2],
  sizes: {validation: 0, tasks: code.aliceSizes},
  training: aliceFull,
  publish: {predictionsOf: [0]},
  limits: [
    "The paper's summariser, Qwen 2.5 at 72 billion parameters, is stronger than every student: the report flags it.",
    "Full fine-tuning takes some 16 bytes a weight, on one device: more than 80 GB for 8 billion. With aliceLora in place of aliceFull it fits, and is not what the paper did.",
    "Chains are embedded by all-MiniLM, of their first 256 tokens, where the paper has Instructor and its instruction.",
    "Of HotpotQA and TriviaQA the students' half is a fifth, as in the paper's released code."
  ]
});
