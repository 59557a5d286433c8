import type {Lab, Labels, Predictor, Sampling, Texts} from "../lab.js";
import {explanationPrompt} from "../prompts/explanation.js";
import {rebuttalPrompt} from "../prompts/rebuttal.js";

/** One side of a debate: a generative model, its decisions f(q) of some rows, and its explanations E(q), round by round. */
export interface Debater {
  side: "strong" | "weak";
  model: Predictor;
  decision: Labels;
  said: readonly Texts[];
}

/** The word for the class that a probability stands for. */
export const answerOf = ({answers}: Pick<Lab, "answers">, probability: string | number): string =>
  answers[Number((probability as number) > 0.5)];

/** How sides speak: a sentence or two on one line, the likeliest one unless a temperature is given. */
export const speech = (maxTokens: number, temperature = 0): Sampling => ({
  maxTokens,
  temperature,
  topP: temperature ? 0.95 : 1,
  stop: ["\n"]
});

/** Prompts after which a model explains decisions. */
export const explanationPrompts = (lab: Lab, decision: Labels): Texts =>
  lab.compose(decision.rows, [decision], "questions with decisions", ([p], text) =>
    explanationPrompt(text, answerOf(lab, p))
  );

/** `n` explanations of a model's decisions. */
export async function explain(
  lab: Lab,
  {model, decision}: Pick<Debater, "model" | "decision">,
  n: number,
  sampling: Sampling
): Promise<Texts[]> {
  const written = await lab.generate(model, explanationPrompts(lab, decision), n, sampling);
  return written.map((texts) => sentences(lab, texts));
}

/** Both sides explain their decisions; in later rounds each sees what both said so far, and replies. */
export async function speak(
  lab: Lab,
  sides: readonly [Debater, Debater],
  rounds: number,
  sampling: Sampling
): Promise<[Debater, Debater]> {
  let [one, two] = sides;
  for (let round = 0; round < rounds; round++) {
    const says = async (own: Debater, other: Debater): Promise<Debater> => {
      const texts =
        round === 0
          ? (await explain(lab, own, 1, sampling))[0]
          : sentences(lab, (await lab.generate(own.model, rebuttals(lab, own, other), 1, sampling))[0]);
      return {...own, said: [...own.said, texts]};
    };
    [one, two] = [await says(one, two), await says(two, one)];
  }
  return [one, two];
}

function rebuttals(lab: Lab, own: Debater, other: Debater): Texts {
  const from = [own.decision, other.decision, ...own.said, ...other.said];
  return lab.compose(own.decision.rows, from, "questions with what both sides said", ([p, q, ...said], text) =>
    rebuttalPrompt(
      text,
      {answer: answerOf(lab, p), said: said.slice(0, own.said.length) as string[]},
      {answer: answerOf(lab, q), said: said.slice(own.said.length) as string[]}
    )
  );
}

const sentences = (lab: Lab, texts: Texts): Texts =>
  lab.compose(texts.rows, [texts], `${texts.source}, whole sentences`, ([text]) => wholeSentences(text as string));

/** Without a last sentence that was cut off, where a whole one stands before it; begins with a space unless it is empty. */
export function wholeSentences(text: string): string {
  const trimmed = text.replace(/\s+/g, " ").trim();
  const end = /^.*[.!?]["')\]]?(?= |$)/.exec(trimmed)?.[0];
  const kept = end ?? trimmed;
  return kept && ` ${kept}`;
}
