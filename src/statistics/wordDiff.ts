/** Words that two texts share, or that only one of them has. */
export interface DiffPart {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Words with the space that follows them; the last one has some too, since in a difference another word may follow. */
const words = (text: string): string[] => `${text.trim()} `.match(/\S+\s+/g) ?? [];

/**
 * How one text became another, word by word: what both have in the same order is a longest common subsequence; words are equal
 * whatever space follows them, and shown as the later text has them.
 */
export function wordDiff(before: string, after: string): DiffPart[] {
  const [a, b] = [words(before), words(after)];
  const [x, y] = [a, b].map((some) => some.map((word) => word.trimEnd()));
  let start = 0;
  while (start < x.length && start < y.length && x[start] === y[start]) start++;
  let [i, j] = [x.length, y.length];
  while (i > start && j > start && x[i - 1] === y[j - 1]) [i, j] = [i - 1, j - 1];
  return merged([
    ...b.slice(0, start).map((text): DiffPart => ({kind: "same", text})),
    ...middle({words: a.slice(start, i), keys: x.slice(start, i)}, {words: b.slice(start, j), keys: y.slice(start, j)}),
    ...b.slice(j).map((text): DiffPart => ({kind: "same", text}))
  ]);
}

interface Words {
  words: readonly string[];
  keys: readonly string[];
}

function middle(a: Words, b: Words): DiffPart[] {
  const width = b.keys.length + 1;
  // Lengths of longest common subsequences of what is left from each pair of places on.
  const lengths = new Uint32Array((a.keys.length + 1) * width);
  for (let i = a.keys.length - 1; i >= 0; i--)
    for (let j = b.keys.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        a.keys[i] === b.keys[j]
          ? lengths[(i + 1) * width + j + 1] + 1
          : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
  const parts: DiffPart[] = [];
  let [i, j] = [0, 0];
  while (i < a.keys.length || j < b.keys.length) {
    const [inA, inB] = [i < a.keys.length, j < b.keys.length];
    if (inA && inB && a.keys[i] === b.keys[j]) {
      parts.push({kind: "same", text: b.words[j++]});
      i++;
    } else if (inA && (!inB || lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]))
      parts.push({kind: "removed", text: a.words[i++]});
    else parts.push({kind: "added", text: b.words[j++]});
  }
  return parts;
}

/** Stretches of one kind as one part. */
function merged(parts: readonly DiffPart[]): DiffPart[] {
  const found: DiffPart[] = [];
  for (const {kind, text} of parts) {
    const last = found.at(-1);
    if (last?.kind === kind) last.text += text;
    else found.push({kind, text});
  }
  return found;
}
