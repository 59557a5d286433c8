/** What a model that has decided is asked to go on with: a row's text, its answer, and the beginning of a reason. */
export const explanationPrompt = (text: string, answer: string): string => `${text}${explanationStart(answer)}`;

/** A decision and its explanation, as what a model writes after a row's text. */
export const explained = (answer: string, explanation: string): string => `${explanationStart(answer)}${explanation}`;

const explanationStart = (answer: string): string => `${answer}\nExplanation: ${reason(answer)}`;

/** How every reason begins. */
export const reason = (answer: string): string => `The answer is${answer} because`;
