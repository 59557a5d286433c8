import {z} from "zod";
import type {Lab, Texts} from "../lab.js";
import {chainPrompt} from "../prompts/chain.js";
import {revisionPrompt} from "../prompts/revision.js";
import {uncertaintyPrompt} from "../prompts/uncertainty.js";
import {defineMethod} from "./method.js";
import {chainSampling, chainTeacher, teacherOptions} from "./teacher.js";

const options = teacherOptions.extend({
  /** Chains drawn of the teacher for each question. */
  chains: z.int().positive().default(100),
  /** Which chain of a cluster stands for it. */
  representative: z.enum(["random", "first"]).default("random"),
  /** Whether the student sees the teacher's uncertainty; `shuffled`: that of another question, a control. */
  uncertainty: z.union([z.boolean(), z.literal("shuffled")]).default(true),
  /** Longest expression of uncertainty. */
  uncertaintyTokens: z.int().positive().default(96)
});

/** Alice: the strong student improves its own answers with the teacher's answers and uncertainty, and learns what it then says. */
export const alice = defineMethod({
  name: "alice",
  title: "Alice",
  source: "Alice, section 3",
  kinds: ["generation"],
  needsNetwork: true,
  format: "in chains",
  options,
  async run(lab, {weak, strong, summariser}, options) {
    // 3.1: fine-tuning teacher models.
    const {teacher, note} = await chainTeacher(lab, weak, options);
    const rows = await lab.rows("transfer");

    // 3.2: eliciting uncertainty. For each question, reasoning chains and answers from the teacher;
    const questions = lab.compose(rows, [], "questions", (_, text) => text);
    const drawn = await lab.generate(teacher, questions, options.chains, chainSampling(options.tokens));
    // clusters of them, and one from each cluster as its representative: the largest cluster's is the teacher's final response.
    const clusters = lab.cluster(drawn, {what: "answer", representative: options.representative});
    // The summariser puts the inconsistencies of the representatives into words.
    const uncertainty =
      options.uncertainty === false ? null : await express(lab, summariser, clusters.representatives, options);

    // 3.3: proactive learning. Zero-shot inference by the student;
    const asked = lab.compose(rows, [], "asks for a chain of thought", (_, text) => chainPrompt(text));
    const greedy = {...chainSampling(options.tokens), temperature: 0};
    const [own] = await lab.generate(strong, asked, 1, greedy);
    // its response beside the teacher's and its uncertainty: keep it, or improve it;
    const seen = [own, clusters.final, ...(uncertainty ? [uncertainty] : [])];
    const prompts = lab.compose(
      rows,
      seen,
      "asks to keep or improve an answer",
      ([own, other, uncertainty = null], question) =>
        revisionPrompt(question, {own: trimmed(own)!, other: trimmed(other)!, uncertainty: trimmed(uncertainty)})
    );
    const [revised] = await lab.generate(strong, prompts, 1, greedy);
    // and fine-tuning on these demonstrations.
    const labels = lab.answersIn(revised);
    const student = lab.finetune(strong, {labels, loss: {name: "cross_entropy"}});
    const demonstrations = {
      own: lab.answersIn(own),
      teacher: lab.answersIn(clusters.final),
      clusters,
      uncertainty,
      revised: labels
    };
    return {weak: teacher, student, demonstrations, notes: [note]};
  }
});

const trimmed = (value: string | number | null): string | null => (value === null ? null : String(value).trim());

async function express(
  lab: Lab,
  summariser: string,
  representatives: Texts,
  {uncertainty, uncertaintyTokens}: z.output<typeof options>
): Promise<Texts> {
  const {rows} = representatives;
  const prompts = lab.compose(rows, [representatives], "asks where answers disagree", ([all], question) =>
    uncertaintyPrompt(question, String(all))
  );
  const sampling = {maxTokens: uncertaintyTokens, temperature: 0, topP: 1, stop: ["\n"]};
  const [written] = await lab.generate(summariser, prompts, 1, sampling);
  if (uncertainty !== "shuffled") return written;
  return lab.ofAnotherRow(written);
}
