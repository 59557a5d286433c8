/** Words of an answer and of a gold one, both normalised, that are the same, as F1 (Rajpurkar et al. 2016, section 6.1); 0 to 1. */
export function tokenOverlap(answer: string, gold: string): number {
  const [said, wanted] = [answer, gold].map((text) => text.split(" ").filter(Boolean));
  const left = new Map<string, number>();
  for (const word of wanted) left.set(word, (left.get(word) ?? 0) + 1);
  let same = 0;
  for (const word of said) {
    const count = left.get(word) ?? 0;
    if (count > 0) same++;
    left.set(word, count - 1);
  }
  return same === 0 ? 0 : (2 * same) / (said.length + wanted.length);
}
