import {aliceFull, code, paper} from "../loaders/methods/paper.js";
import {defineStudy} from "../loaders/study.js";

const llama1 = "hub:meta-llama/Llama-3.2-1B-Instruct";
const llama3 = "hub:meta-llama/Llama-3.2-3B-Instruct";
const qwen1 = "hub:Qwen/Qwen2.5-1.5B-Instruct";
const qwen3 = "hub:Qwen/Qwen2.5-3B-Instruct";
const qwen7 = "hub:Qwen/Qwen2.5-7B-Instruct";

/** The teacher's chains, clustered as for Alice. */
const {unanimous: _, ...clustered} = paper.alice;

const toThree = {weak: [qwen1], strong: [qwen3]};
const toSeven = {weak: [qwen1], strong: [qwen7]};
const cascade = {through: [qwen3]};
/** One part of the questions for each stage of the cascade: a method without one, on as much as its last stage has. */
const equal = {through: [], parts: 2};

/** Alice, tables 1 (Qwen 2.5), 2 and 3 (but for a 3B teacher, see alice-qwen-3b): for a machine with GPUs and the hub. */
export default defineStudy({
  title: "Alice on Qwen 2.5",
  question: "Do Qwen 2.5 students of 3 and 7 billion parameters learn more from a weak teacher by proactive learning?",
  tasks: ["hotpotqa", "triviaqa", "gsm8k", "arc-challenge"],
  models: {weak: [llama1, qwen1], strong: [llama3, qwen3, qwen7], summariser: "hub:Qwen/Qwen2.5-72B-Instruct"},
  prompts: "chat",
  methods: [
    // Table 1, Qwen 2.5 1.5B to 3B.
    {method: "baseline", on: toThree},
    {method: "qcota", on: toThree},
    {method: "alice", ...paper.alice, on: toThree},
    // Table 1, Qwen 2.5 1.5B to 7B.
    {method: "baseline", on: toSeven},
    {method: "qcota", on: toSeven},
    {method: "alice", variant: "cascade", ...paper.alice, cascade, on: toSeven},
    // Table 2.
    {method: "alice", variant: "without cascade", ...paper.alice, on: toSeven},
    {method: "alice", variant: "without uncertainty", ...paper.alice, uncertainty: false, cascade, on: toSeven},
    {method: "alice", variant: "multi-teacher", ...paper.alice, teachers: [qwen3], on: toSeven},
    {method: "alice", variant: "mix-teacher", ...paper.alice, teachers: [llama1], on: toSeven},
    {method: "alice", variant: "cross-model", ...paper.alice, on: {weak: [llama1], strong: [qwen7]}},
    {method: "alice", variant: "cross-model cascade", ...paper.alice, cascade: {through: [llama3]}, on: toSeven},
    // Table 3: the original method in a cascade.
    {method: "qcota", variant: "cascade", cascade, on: toSeven},
    // Controls that the paper lacks.
    {method: "alice", variant: "direct, equal data", ...paper.alice, cascade: equal, on: toSeven},
    {method: "qcota", variant: "direct, equal data", cascade: equal, on: toSeven},
    {method: "alice", variant: "uncertainty of another question", ...paper.alice, uncertainty: "shuffled", on: toThree},
    {method: "qcota", variant: "majority of chains", ...clustered, answers: "majority", on: toThree},
    {method: "self-refine", on: toThree},
    {method: "own-majority", ...clustered, on: toThree}
  ],
  seeds: [0, 1, 2],
  sizes: {validation: 0, tasks: code.aliceSizes},
  training: aliceFull,
  publish: {predictionsOf: [0]},
  limits: [
    "The paper's summariser, Qwen 2.5 at 72 billion parameters, is stronger than every student: what it adds to a teacher's words is no weak supervision, and the report flags it.",
    "Of HotpotQA and TriviaQA the students' half is a fifth, as in the paper's released code."
  ]
});
