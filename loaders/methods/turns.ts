import type {Arm, Lab, Labels, Teaching} from "../lab.js";
import {improve} from "./improve.js";
import type {ChainOptions} from "./teacher.js";

const agree = ([one, two]: readonly (string | null)[]): boolean => one !== null && one === two;

/**
 * Alice, appendix C (limitations), in our words, since the paper only asks for it: the teacher sees what the student proposes, keeps its
 * answer or changes it; where they disagree, the student sees that and answers again, until they agree or the turns are over.
 */
export async function converse(
  lab: Lab,
  {strong}: Arm,
  teaching: Teaching,
  proposed: Labels,
  turns: number,
  options: ChainOptions
): Promise<Labels> {
  const {rows} = proposed;
  const asTexts = (labels: Labels) => lab.compose(rows, [labels], "what was said", ([said]) => String(said));
  let student = proposed;
  let teacher = teaching.answer;
  for (let turn = 2; turn <= turns; turn++) {
    // The teacher assesses what the student proposes;
    const assessed = await improve(
      lab,
      teaching.model,
      asTexts(teacher),
      [{answer: student, uncertainty: null}],
      options
    );
    const how = `turn ${turn}: what was agreed on stays`;
    teacher = lab.select([student, teacher, lab.answersIn(assessed)], [], how, ({answers}) => ({
      which: agree(answers) ? 1 : 2
    }));
    // and gives feedback, until a consensus is reached.
    const again = await improve(lab, strong, asTexts(student), [{...teaching, answer: teacher}], options);
    student = lab.select([student, teacher, lab.answersIn(again)], [], how, ({answers}) => ({
      which: agree(answers) ? 0 : 2
    }));
  }
  return student;
}
