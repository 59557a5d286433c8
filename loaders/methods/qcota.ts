import {defineMethod} from "./method.js";
import {chainTeacher, teacherOptions} from "./teacher.js";

/** Alice, section 4.1, baselines: original weak-to-strong learning on chains of thought (Q-CoT-A); on answers alone it is `baseline`. */
export const qcota = defineMethod({
  name: "qcota",
  title: "Q-CoT-A",
  source: "Alice, section 4.1, “Original W2SG (Q-CoT-A)”",
  kinds: ["generation"],
  needsNetwork: true,
  format: "in chains",
  options: teacherOptions,
  async run(lab, {weak, strong}, options) {
    const {teacher, note} = await chainTeacher(lab, weak, options);
    // The teacher infers on the second half; the student learns these demonstrations as they are.
    const labels = await lab.classify(teacher, await lab.rows("transfer"));
    const student = lab.finetune(strong, {labels, loss: {name: "cross_entropy"}});
    return {weak: teacher, student, notes: [note]};
  }
});
