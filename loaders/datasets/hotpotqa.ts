import {z} from "zod";
import {answerIn, contains, normaliseAnswer, questionPrompt} from "./question.js";
import {parseRows, splitOf} from "./source.js";
import type {Source, Task} from "./task.js";
import {fill, groupOf} from "./text.js";

const row = z.object({id: z.string(), question: z.string(), answer: z.string()});

const rowWithContext = z.object({
  context: z
    .object({title: z.array(z.string()), sentences: z.array(z.array(z.string()))})
    .refine(({title, sentences}) => title.length > 0 && title.length === sentences.length, {
      error: "expected paragraphs, as many as titles"
    })
});

/**
 * The two tasks, which ask the same questions and differ in what stands before them.
 *
 * @param own its `conversion` says what that is
 * @param contextsOf the `{context}` of each row, for the prompt; null where it has none
 */
function hotpot(
  own: Pick<Task, "name" | "title" | "conversion" | "prompt" | "warning">,
  contextsOf: (...of: Parameters<Task["convert"]>) => string[] | null
): Task {
  return {
    ...own,
    kind: "generation",
    licence: "CC BY-SA 4.0",
    attribution: "Yang et al., HotpotQA, EMNLP 2018",
    publishable: true,
    conversion:
      `${own.conversion}; right where the answer contains the gold one, without regard to case, accents, articles and ` +
      "punctuation, or begins with it where that is yes or no; answers of which nothing is left then are left out",
    positive: "the right answer",
    negative: "another answer, or none",
    pool: [{kind: "hub", dataset: "hotpotqa/hotpot_qa", config: "distractor", split: "train"}],
    test: [{kind: "hub", dataset: "hotpotqa/hotpot_qa", config: "distractor", split: "validation"}],
    clustersBy: "embedding",
    writes: {maxTokens: 256, stop: ["\nQuestion:"]},
    convert: (rows, source: Source) => {
      const contexts = contextsOf(rows, source);
      return parseRows(row, rows, source).flatMap(({id, question, answer: written}, i) => {
        const answer = normaliseAnswer(written);
        if (answer === null) return [];
        const text = fill(own.prompt, {question: question.trim(), ...(contexts && {context: contexts[i]})});
        return [{id: `${splitOf(source)}/${id}`, group: groupOf(question), text, label: 1 as const, answer, written}];
      });
    },
    parse: (output) => normaliseAnswer(answerIn(output)),
    // Of a longer answer, "no" says little.
    right: (answer, gold) => (/^(?:yes|no)$/.test(gold) ? answer.split(" ")[0] === gold : contains(answer, gold))
  };
}

/** Questions whose answer takes two steps, closed book. */
export const hotpotqa = hotpot(
  {name: "hotpotqa", title: "HotpotQA", conversion: "the question alone, closed book", prompt: questionPrompt},
  () => null
);

/** The same questions after the paragraphs that they were written from, among others. */
export const hotpotqaContext = hotpot(
  {
    name: "hotpotqa-context",
    title: "HotpotQA with context",
    conversion:
      "before the question the paragraphs of its row, ten as a rule, in their order and under their titles, of which two hold what " +
      "the answer takes",
    prompt: `{context}\n\n${questionPrompt}`,
    warning:
      "a prompt takes some 1,400 tokens, one in twenty 2,100 or more: where training reads fewer (maxTokens), it loses its first " +
      "paragraphs, which may hold the answer"
  },
  (rows, source) => parseRows(rowWithContext, rows, source).map(({context}) => paragraphs(context))
);

/** Paragraphs under their titles. Sentences bring the spaces between them; titles, unlike these, come escaped for HTML. */
function paragraphs({title, sentences}: z.output<typeof rowWithContext>["context"]): string {
  return title.map((name, i) => `${unescaped(name).trim()}\n${sentences[i].join("").trim()}`).join("\n\n");
}

const entities: Readonly<Record<string, string>> = {amp: "&", quot: '"', "#39": "'", lt: "<", gt: ">"};

const unescaped = (text: string): string =>
  text.replace(/&(amp|quot|#39|lt|gt);/g, (_, entity: string) => entities[entity]);
