import {improve, ownAnswer} from "./improve.js";
import {defineMethod} from "./method.js";
import {chainTeacher, teacherOptions} from "./teacher.js";

/** A control of Alice: the student improves its own answer without seeing a teacher's, and learns what it then says. */
export const selfRefine = defineMethod({
  name: "self-refine",
  title: "Self-refine",
  source: "a control of Alice: section 3.3 without a teacher",
  kinds: ["generation"],
  needsNetwork: true,
  format: "in chains",
  options: teacherOptions,
  async run(lab, arm, options) {
    const {teacher, notes} = await chainTeacher(lab, arm, options);
    const own = await ownAnswer(lab, arm.strong, await lab.rows("transfer"), options);
    const revised = lab.answersIn(await improve(lab, arm.strong, own, [], options));
    const student = lab.finetune(arm.strong, {labels: revised, loss: {name: "cross_entropy"}});
    const demonstrations = [{own: lab.answersIn(own), teachings: [], revised, learned: revised, also: []}];
    return {weak: teacher, student, demonstrations, notes};
  }
});
