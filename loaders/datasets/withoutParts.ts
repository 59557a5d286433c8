/** The items whose text is not a run of words inside the longer text of another one; items of equal texts stay. */
export function withoutParts<T>(items: readonly T[], textOf: (item: T) => string): T[] {
  const texts = items.map((item) => ` ${textOf(item).toLowerCase().split(/\s+/).join(" ").trim()} `);
  const words = texts.map((text) => text.trim().split(" "));
  const holders = new Map<string, number[]>();
  words.forEach((all, i) => {
    for (const word of new Set(all)) {
      const found = holders.get(word);
      if (found) found.push(i);
      else holders.set(word, [i]);
    }
  });
  const frequency = (word: string) => holders.get(word)?.length ?? 0;
  return items.filter((_, i) => {
    const rarest = words[i].reduce((a, b) => (frequency(b) < frequency(a) ? b : a));
    return !holders.get(rarest)?.some((j) => texts[j].length > texts[i].length && texts[j].includes(texts[i]));
  });
}
