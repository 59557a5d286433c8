/** What a judge reads who sees both answers without a word for them. It names a side, as after a debate. */
export const blindPrompt = (text: string, first: string, second: string): string =>
  [text, `A: The answer is${first}.`, `B: The answer is${second}.`, "Of A and B, the better answer was given by"].join(
    "\n"
  );
