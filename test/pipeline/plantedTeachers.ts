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
  /** Share of questions that the student answers rightly by itself. */
  student: number;
  /** What a chain of the teacher says that is not right; `draw` is its own. One of two answers where left out. */
  wrong?: (draw: number) => string;
  /**
   * What a student does that is shown its own answer, another's, and whether the other is certain (null where it is not told).
   * `right` is what it would say that knows better than both.
   */
  revise: (own: string, other: string, certain: boolean | null, right: string) => string;
}

export interface Asked {
  model: string;
  prompt: string;
  output: string;
  temperature: number;
  chat: boolean;
}

const directions = 64;
const wrongAnswers = ["Atlantis", "Lemuria"];

/**
 * A world of questions in which a teacher's chains are right at a known rate, a summariser says whether the answers it is shown
 * agree, and a student revises by a known rule. A student that was fine-tuned answers rightly on the share of test questions that
 * it learned right answers on. Keeps all it is asked.
 */
export async function plantedTeachers({cache, teacher, student, wrong, revise}: TeachingWorld) {
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
    ` I recall it. The answer is ${right ? written : wrongAnswers[draw % wrongAnswers.length]}.`;
  const isRight = (example: Example, output: string): boolean => {
    const answer = task("world-countries").parse!(output, example.text);
    return answer !== null && rightAnswer("world-countries", answer, example);
  };
  const write = (model: string, prompt: string, seed: number): string => {
    const example = exampleIn(prompt);
    const draw = parseInt(sha256(`${seed}`).slice(0, 8), 16);
    if (prompt.endsWith("say: N/A.")) {
      const shown = prompt.split("question above:\n")[1].split("\n\n")[0].split("\n");
      return shown.length > 1 ? " doubt which it is." : " am certain.";
    }
    if (prompt.includes("Your first answer: ")) {
      const told = [...prompt.matchAll(/What the other is not certain of: (.*)/g)].map(([, said]) => said);
      const others = [...prompt.matchAll(/Another answer: (.*)/g)].map(([, said]) => said);
      const own = prompt.split("Your first answer: ")[1].split("\n")[0];
      const right = says(example, true, 0).trim();
      return ` ${revise(own, others[0], told.length ? told[0] === "am certain." : null, right)}`;
    }
    if (!model.startsWith("ft:")) return says(example, chance(example.text, "student") < student, draw);
    const job = jobs.get(model)!;
    if (job.model.includes("#without=20,21")) {
      const isRight = (draw % 1000) / 1000 < teacher(example.text);
      return isRight || !wrong ? says(example, isRight, draw) : wrong(draw);
    }
    const learned = job.examples.map(({text, completion}) => isRight(byText.get(text)!, completion!));
    return says(example, chance(example.text, "test") < learned.filter(Boolean).length / learned.length, 0);
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
    // What says the same lies in the same direction; other answers are at right angles.
    embed: async ({texts}) => ({
      vectors: texts.map((text) => {
        const vector = new Float32Array(directions);
        vector[directionOf(text.split("The answer is ")[1] ?? "")] = 1;
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
