import {defineStudy, paper} from "../loaders/study.js";

/** The paper's own setting on models of different size: for a machine with a GPU and the hub. */
export default defineStudy({
  title: "Can half a billion parameters supervise seven billion?",
  question:
    "How much of the gap to its ceiling does Qwen2.5 at 1.5 and 7 billion parameters recover when it is fine-tuned on the labels of the same family at half a billion?",
  tasks: ["sst2", "cola", "boolq", "rte"],
  models: {
    weak: ["hub:Qwen/Qwen2.5-0.5B"],
    strong: ["hub:Qwen/Qwen2.5-1.5B", "hub:Qwen/Qwen2.5-7B"]
  },
  methods: [
    {method: "baseline"},
    {method: "baseline", variant: "to the end", earlyStopping: false},
    {method: "confidence"}
  ],
  seeds: [0, 1, 2],
  sizes: {supervision: 1000, transfer: 1000, test: 500, validation: 0.2},
  training: {train: "lora", ...paper, precision: "bf16"}
});
