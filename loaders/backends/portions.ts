/** Limits of one request; a portion holds at least one text, however long. A text that is there again counts once. */
const maxTexts = 256;
/** What a server of two cores is given at once. */
export const maxCharacters = 24_000;

/**
 * Indices of texts, in portions of bounded size. Longest first, so that the texts of a portion are of like length and
 * the server pads little.
 */
export function portions(texts: readonly string[], most = maxTexts, limit = maxCharacters): number[][] {
  const order = texts.map((_, index) => index).sort((a, b) => texts[b].length - texts[a].length || a - b);
  const result: number[][] = [];
  let characters = 0;
  for (const index of order) {
    const last = result.at(-1);
    const more = last && texts[index] === texts[last.at(-1)!] ? 0 : texts[index].length;
    if (last && last.length < most && characters + more <= limit) {
      last.push(index);
      characters += more;
    } else {
      result.push([index]);
      characters = texts[index].length;
    }
  }
  return result;
}
