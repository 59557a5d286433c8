import type {Arm, Lab, Labels, Teaching} from "../lab.js";
import {improve} from "./improve.js";
import type {ChainOptions} from "./teacher.js";

/** Whether the student's answer is that of every teacher. */
const agree = (answers: readonly (string | null)[]): boolean => answers[0] !== null && new Set(answers).size === 1;

/**
 * Alice, appendix C (limitations), in our words, since the paper only asks for it: each teacher sees what the student proposes, keeps
 * its answer or changes it; where they disagree, the student sees that and answers again, until all agree or the turns are over.
 */
export async function converse(
  lab: Lab,
  {strong}: Arm,
  teachings: readonly Teaching[],
  proposed: Labels,
  turns: number,
  options: ChainOptions
): Promise<Labels> {
  const {rows} = proposed;
  const asTexts = (labels: Labels) => lab.compose(rows, [labels], "what was said", ([said]) => String(said));
  let student = proposed;
  let answers = teachings.map(({answer}) => answer);
  for (let turn = 2; turn <= turns; turn++) {
    const how = `turn ${turn}: what was agreed on stays`;
    // The teachers assess what the student proposes;
    const assessed: Labels[] = [];
    for (const [i, {model}] of teachings.entries()) {
      const shown = [{answer: student, uncertainty: null}];
      const again = lab.answersIn(await improve(lab, model, asTexts(answers[i]), shown, options));
      const choices = [student, ...answers, again];
      const keptOr = lab.select(choices, [], how, ({answers: said}) => ({
        which: agree(said.slice(0, -1)) ? 1 + i : choices.length - 1
      }));
      assessed.push(keptOr);
    }
    answers = assessed;
    // and give feedback, until a consensus is reached.
    const heard = teachings.map((teaching, i) => ({...teaching, answer: answers[i]}));
    const again = lab.answersIn(await improve(lab, strong, asTexts(student), heard, options));
    student = lab.select([student, ...answers, again], [], how, ({answers: said}) => ({
      which: agree(said.slice(0, -1)) ? 0 : said.length - 1
    }));
  }
  return student;
}
