import {clusterOptions, drawClusters} from "./elicit.js";
import {defineMethod} from "./method.js";
import {askForChains, chainTeacher, teacherOptions} from "./teacher.js";

/** A control of Alice: the student learns what most of its own chains say, and nobody teaches it. */
export const ownMajority = defineMethod({
  name: "own-majority",
  title: "Own majority",
  source: "a control of Alice: self-consistency without a teacher",
  kinds: ["generation"],
  needsNetwork: true,
  format: "in chains",
  options: teacherOptions.extend(clusterOptions),
  async run(lab, arm, options) {
    const {teacher, notes} = await chainTeacher(lab, arm, options);
    const rows = await lab.rows("transfer");
    const {final} = await drawClusters(lab, arm.strong, askForChains(lab, rows), options);
    const labels = lab.answersIn(final);
    return {weak: teacher, student: lab.finetune(arm.strong, {labels, loss: {name: "cross_entropy"}}), notes};
  }
});
