import type {Paper} from "../paper.js";

/** "Explanation, Debate, Align": where it does not agree with itself, or leaves out what its numbers need to be read. */
export const inside: NonNullable<Paper["inside"]> = [
  {
    place: "Abstract, Definition 3",
    text: "The approach is “model alignment through weak-to-strong generalization”; in the next sentence “a strong model facilitates the improvement of a weaker model”, and Φ returns M′_W. The experiments go from weak to strong only: none has a result of Φ."
  },
  {
    place: "Equation 2",
    text: "D, which represents “the quality of the strong model’s explanation”, is added to a loss that is minimised: as written, worse explanations are sought."
  },
  {
    place: "Definitions 1 and 2",
    text: "A model is weak below and strong above the human-level score S_H. No human score is given, and the experiments call models weak and strong by size."
  },
  {
    place: "Tasks",
    text: "“We evaluate our methods on two settings”, NLP and chess; the results are of “our three task domains”, with reward modelling, whose data are not described."
  },
  {
    place: "Models, Concept Saliency",
    text: "Models are “accessed through the OpenAI API”, yet their unembedding layer is replaced and linear probes read their “frozen model activations”, which a public API does not give."
  },
  {
    place: "Weak Supervisor Creation",
    text: "“After generating weak labels, we train the weak supervisor”; in Algorithm 2 the supervisor is trained first, and generates the labels."
  },
  {
    place: "Baseline Method",
    text: "Early stopping is on “agreement with weak labels on the validation set” in one place, and on “validation accuracy” in Algorithm 3 and in the detailed description."
  },
  {
    place: "Algorithm 4",
    text: "α is 0.75 for large models and “0.5 otherwise”; in the detailed description 0.5 is for “medium models”, and small ones have none."
  },
  {
    place: "Table 2",
    text: "The caption says that lower values show a component’s importance and that confidence and generative fine-tuning “have the most significant impact”. The lowest values are those without bootstrapping (0.80, 0.55), the highest those without generative fine-tuning (0.85, 0.70)."
  },
  {
    place: "Table 2",
    text: "It has neither the full method nor the baseline, so what a part adds cannot be read from it; nor tasks or model sizes."
  },
  {
    place: "Table 3",
    text: "Neither what the pairs of the t-tests are nor how many there are is said."
  },
  {
    place: "Table 3, Bootstrapping",
    text: "Bootstrapping shows “the most significant gains”, and in the text “yields limited improvements for NLP and reward modeling tasks”, two of the three domains."
  },
  {
    place: "Figure 1",
    text: "The text has it illustrate “the test accuracy and Performance Gap Recovered”; by its caption it shows PGR, and accuracy is Figure 2."
  },
  {
    place: "Figure 3",
    text: "“All methods exhibit decreasing agreement rates”, the baseline from 0.90 to 0.87; by the caption the baseline “remains stable”, and by the text “larger models tend to more closely mimic the weak supervisor” under it, which is the opposite of falling."
  },
  {
    place: "Figure 4",
    text: "One of the concepts that its caption names is Intent. No task of Table 1 labels intents."
  },
  {
    place: "Figure 5",
    text: "The kinds named add to 90%: the text does not say what the other 10% are. Two of them, quote selection and evidence extraction, are errors of models that write, and the students here are linear classification heads."
  }
];
