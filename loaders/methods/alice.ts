import {z} from "zod";
import type {Choice, Labels} from "../lab.js";
import {elicit, elicitationOptions} from "./elicit.js";
import {improve, ownAnswer} from "./improve.js";
import {defineMethod} from "./method.js";
import {chainTeacher, teacherOptions} from "./teacher.js";
import {converse} from "./turns.js";

const options = teacherOptions.extend({
  ...elicitationOptions,
  /** Further models that teach beside the weak one, each fine-tuned and asked as it is (section 5.2). */
  teachers: z.array(z.string()).default([]),
  /** What is learned of a question on which all chains of all teachers agree. */
  unanimous: z.enum(["student", "teacher", "both"]).default("student"),
  /** Whether a question counts by the share of the teacher's largest cluster, or is learned from a share on. */
  confidence: z
    .union([z.enum(["ignored", "weights"]), z.strictObject({atLeast: z.number().min(0).max(1)})])
    .default("ignored"),
  /** Turns between teacher and student; they end where both agree. */
  turns: z.int().positive().default(1)
});

/** Alice: the strong student improves its own answers with the teachers' answers and uncertainty, and learns what it then says. */
export const alice = defineMethod({
  name: "alice",
  title: "Alice",
  source: "Alice, section 3",
  kinds: ["generation"],
  needsNetwork: true,
  format: "in chains",
  options,
  async run(lab, arm, options) {
    const {strong, summariser} = arm;
    const rows = await lab.rows("transfer");
    // 3.1: fine-tuning teacher models.
    const taught = [await chainTeacher(lab, arm, options)];
    for (const weak of options.teachers) taught.push(await chainTeacher(lab, {weak}, options));
    // 3.2: eliciting uncertainty from teachers.
    const teachings = [];
    for (const {teacher} of taught) teachings.push(await elicit(lab, teacher, rows, summariser, options));
    // 3.3: proactive learning: the student's own answer, what it makes of it beside the teachers',
    const own = await ownAnswer(lab, strong, rows, options);
    const proposed = lab.answersIn(await improve(lab, strong, own, teachings, options));
    const revised = await converse(lab, arm, teachings, proposed, options.turns, options);
    // and fine-tuning on these demonstrations.
    const clusters = teachings.map((teaching) => teaching.clusters);
    const answers = teachings.map(({answer}) => answer);
    const learned = lab.select(
      [revised, ...answers],
      clusters,
      `learned: ${JSON.stringify(learning(options))}`,
      (choice) => ({
        which: !isKept(choice, options) ? null : isUnanimous(choice) && options.unanimous === "teacher" ? 1 : 0,
        weight: options.confidence === "weights" ? confidence(choice, options.chains) : 1
      })
    );
    const also =
      options.unanimous !== "both"
        ? []
        : [
            lab.select(answers, clusters, "the teacher's answers where all chains agree", (choice) => ({
              which: isKept(choice, options) && isUnanimous(choice) ? 0 : null
            }))
          ];
    const student = lab.finetune(strong, {labels: learned, also, loss: {name: "cross_entropy"}});
    return {
      weak: taught[0].teacher,
      student,
      demonstrations: [{own: lab.answersIn(own), teachings, revised, learned, also}],
      notes: [
        ...taught.flatMap(({notes}) => notes),
        `${strong} learns ${learned.outputs!.filter((output) => output.trim()).length} of ${rows.examples.length} demonstrations, ` +
          `of which ${unread(learned)} have no answer that can be read`
      ]
    };
  }
});

/** Demonstrations in which the task reads no answer: they are learned as they are. */
const unread = ({outputs, answers}: Labels): number =>
  answers!.filter((answer, i) => answer === null && outputs![i].trim()).length;

type Options = z.output<typeof options>;

/** What decides what is learned of a row. */
const learning = ({unanimous, confidence, clustersOfOne, chains}: Options) => ({
  unanimous,
  confidence,
  clustersOfOne,
  chains
});

/** What the teachers answer, behind what the student says in the end. */
const teachersSay = ({clusters, answers}: Choice) => answers.slice(-clusters.length);

/** Whether each teacher's chains that count are of one cluster, and all teachers give the same answer. */
function isUnanimous(choice: Choice): boolean {
  const [answer, ...others] = teachersSay(choice);
  const isOne = choice.clusters.every(({members}) => members.length === 1);
  return isOne && answer !== null && others.every((other) => other === answer);
}

/** Share of the first teacher's chains that its largest cluster has; none where that has no answer, since silence is not certain. */
function confidence(choice: Choice, chains: number): number {
  const [answer] = teachersSay(choice);
  return answer === null ? 0 : (choice.clusters[0].members[0]?.length ?? 0) / chains;
}

function isKept(choice: Choice, options: Options): boolean {
  const {confidence: wanted} = options;
  if (choice.clusters.some(({members}) => members.length === 0)) return false;
  if (wanted === "ignored") return true;
  const share = confidence(choice, options.chains);
  return wanted === "weights" ? share > 0 : share >= wanted.atLeast;
}
