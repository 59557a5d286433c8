import {z} from "zod";
import {asQuestions, clusterOptions, drawClusters} from "./elicit.js";
import {defineMethod} from "./method.js";
import {chainTeacher, oneChain, teacherOptions} from "./teacher.js";

/** Alice, section 4.1, baselines: original weak-to-strong learning on chains of thought (Q-CoT-A); on answers alone it is `baseline`. */
export const qcota = defineMethod({
  name: "qcota",
  title: "Q-CoT-A",
  source: "Alice, section 4.1, “Original W2SG (Q-CoT-A)”",
  kinds: ["generation"],
  needsNetwork: true,
  format: "in chains",
  options: teacherOptions.extend({
    ...clusterOptions,
    /** What the teacher demonstrates: one chain or, as a control, what stands for the largest cluster of several. */
    answers: z.enum(["likeliest", "majority"]).default("likeliest")
  }),
  async run(lab, arm, options) {
    const {teacher, notes} = await chainTeacher(lab, arm, options);
    const rows = await lab.rows("transfer");
    // The teacher infers on the second half;
    const questions = asQuestions(lab, rows);
    const majority = async () => (await drawClusters(lab, teacher, questions, options)).final;
    const one = async () => (await lab.generate(teacher, questions, 1, oneChain(options)))[0];
    const labels = lab.answersIn(await (options.answers === "majority" ? majority() : one()));
    // the student learns these demonstrations as they are.
    const student = lab.finetune(arm.strong, {labels, loss: {name: "cross_entropy"}});
    return {weak: teacher, student, notes};
  }
});
