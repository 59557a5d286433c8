/** A stretch of what a side said; `quoted` where the question's text has it word for word. */
export interface Stretch {
  text: string;
  quoted: boolean;
}

/** So many words make a quote: fewer are shared by chance. */
const least = 3;

/** What a side said, cut where it repeats the question: the longest exact substrings of at least three whole words. */
export function quotes(said: string, question: string): Stretch[] {
  const words = [...said.matchAll(/[\p{L}\p{N}]+/gu)].map((d) => ({from: d.index, to: d.index + d[0].length}));
  const stretches: Stretch[] = [];
  let done = 0;
  for (let i = 0; i + least <= words.length;) {
    let length = 0;
    while (i + length < words.length && holds(question, said.slice(words[i].from, words[i + length].to))) length++;
    if (length < least) {
      i++;
      continue;
    }
    const {from} = words[i];
    const {to} = words[i + length - 1];
    stretches.push({text: said.slice(done, from), quoted: false}, {text: said.slice(from, to), quoted: true});
    done = to;
    i += length;
  }
  return [...stretches, {text: said.slice(done), quoted: false}].filter((d) => d.text !== "");
}

/** Whether a text has some words, from the beginning of a word to the end of one. */
function holds(text: string, words: string): boolean {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1))
    if (!/[\p{L}\p{N}]$/u.test(text.slice(0, at)) && !/^[\p{L}\p{N}]/u.test(text.slice(at + words.length))) return true;
  return false;
}
