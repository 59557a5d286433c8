import {z} from "zod";
import {type Debater, speak, speech} from "./debater.js";
import {judged, judges} from "./judging.js";
import {defineMethod} from "./method.js";
import {weakSupervisor} from "./weakSupervisor.js";

export const judgeOptions = {
  judge: z.enum(judges).default("model"),
  /** So many tokens an explanation has at most. */
  tokens: z.int().positive().default(48),
  earlyStopping: z.boolean().default(true)
};

/**
 * EDA, definition 4: D: E_S' x E_W x J -> R. Both models decide and explain, a judge says which explanation is the better
 * one. Nothing is learned from that: the student is the plain one, which answers in words.
 */
export const debate = defineMethod({
  name: "debate",
  title: "Debate",
  source: "EDA, definition 4",
  kinds: ["classification"],
  needsNetwork: true,
  format: "in words",
  options: z.strictObject({
    ...judgeOptions,
    /** So many of the transfer rows are debated, in their order. */
    questions: z.int().positive().default(40),
    /** After the first, each side sees what both said so far, and replies. */
    rounds: z.int().positive().default(1),
    /** Whether each side speaks for what it decided, or both for opposite answers, so that one of them is right. */
    sides: z.enum(["own", "assigned"]).default("own"),
    /** Controls: the judge sees both answers without a word for them; the judge hears the strong side alone. */
    blind: z.boolean().default(true),
    consultancy: z.boolean().default(true)
  }),
  async run(lab, arm, {questions, rounds, sides, tokens, earlyStopping, ...judging}) {
    const {supervisor, weakLabels, weakValidation} = await weakSupervisor(lab, arm, true);
    const student = lab.finetune(arm.strong, {
      objective: "decision",
      answers: lab.answers,
      labels: weakLabels,
      stopOn: earlyStopping ? weakValidation : undefined,
      loss: {name: "cross_entropy"}
    });
    const rows = await lab.first(weakLabels.rows, questions);
    const strong: Debater = {side: "strong", model: student, decision: await lab.classify(student, rows), said: []};
    const weak: Debater = {side: "weak", model: supervisor, decision: await lab.classify(supervisor, rows), said: []};
    if (sides === "assigned") {
      // Every other row is the strong side's to affirm: no label is looked at.
      strong.decision = lab.relabel([strong.decision], "assigned, every other row affirmed", (_, row) => row % 2);
      weak.decision = lab.relabel([strong.decision], "assigned, the other answer", ([p]) => 1 - p);
    }
    const spoken = await speak(lab, [strong, weak], rounds, speech(tokens));
    return {weak: supervisor, student, debates: [await judged(lab, arm, "debate", spoken, judging)]};
  }
});
