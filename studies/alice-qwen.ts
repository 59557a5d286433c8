import {aliceFull, code, paper} from "../loaders/methods/paper.js";
import {defineStudy} from "../loaders/study.js";

const llama1 = "hub:meta-llama/Llama-3.2-1B-Instruct";
const llama3 = "hub:meta-llama/Llama-3.2-3B-Instruct";
const qwen1 = "hub:Qwen/Qwen2.5-1.5B-Instruct";
const qwen3 = "hub:Qwen/Qwen2.5-3B-Instruct";
const qwen7 = "hub:Qwen/Qwen2.5-7B-Instruct";

const toSeven = {weak: [qwen1]};
const cascade = {through: [qwen3]};
/** One part of the questions for each stage of the cascade: a method without one, on as much as its last stage has. */
const equal = {through: [], parts: 2};
/** The first teacher of the cascade alone, and the model in between: table 3's "direct". */
const direct = {weak: [qwen1, qwen3]};

/** Alice, table 1 (Qwen 2.5 1.5B to 7B; to 3B: alice-qwen-3b), tables 2 and 3: for a machine with GPUs and the hub. */
export default defineStudy({
  title: "Alice on Qwen 2.5, 1.5B and 3B to 7B",
  question:
    "Does a student of 7 billion parameters learn more from a weak teacher by proactive learning, and in a cascade?",
  tasks: ["hotpotqa", "triviaqa", "gsm8k", "arc-challenge"],
  models: {weak: [llama1, qwen1, llama3, qwen3], strong: [qwen7], summariser: "hub:Qwen/Qwen2.5-72B-Instruct"},
  prompts: "chat",
  methods: [
    // Table 1, Qwen 2.5 1.5B to 7B.
    {method: "baseline", on: toSeven},
    {method: "qcota", on: direct},
    {method: "alice", variant: "cascade", ...paper.alice, cascade, on: toSeven},
    // Table 2; without a cascade also table 3, direct.
    {method: "alice", variant: "without cascade", ...paper.alice, on: direct},
    {method: "alice", variant: "without uncertainty", ...paper.alice, uncertainty: false, cascade, on: toSeven},
    {method: "alice", variant: "multi-teacher", ...paper.alice, teachers: [qwen3], on: toSeven},
    {method: "alice", variant: "mix-teacher", ...paper.alice, teachers: [llama1], on: toSeven},
    {method: "alice", variant: "cross-model", ...paper.alice, on: {weak: [llama1]}},
    {method: "alice", variant: "cross-model cascade", ...paper.alice, cascade: {through: [llama3]}, on: toSeven},
    // Table 3: the original method in a cascade.
    {method: "qcota", variant: "cascade", cascade, on: toSeven},
    // Controls that the paper lacks.
    {method: "alice", variant: "direct, equal data", ...paper.alice, cascade: equal, on: direct},
    {method: "qcota", variant: "direct, equal data", cascade: equal, on: direct}
  ],
  seeds: [0, 1, 2],
  sizes: {validation: 0, tasks: code.aliceSizes},
  training: aliceFull,
  publish: {predictionsOf: [0]},
  limits: [
    "The paper's summariser, Qwen 2.5 at 72 billion parameters, is stronger than every student: what it adds to a teacher's words is no weak supervision, and the report flags it.",
    "Full fine-tuning takes some 16 bytes a weight, on one device: more than 80 GB for 7 billion. With aliceLora in place of aliceFull it fits, and is not what the paper did.",
    "Chains are embedded by all-MiniLM, of their first 256 tokens, where the paper has Instructor and its instruction.",
    "Of HotpotQA and TriviaQA the students' half is a fifth, as in the paper's released code."
  ]
});
