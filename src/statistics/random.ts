/** Uniform numbers from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

/**
 * A generator whose numbers depend on the seed alone: sfc32 (Doty-Humphrey, PractRand), seeded by splitmix32 over an FNV-1a hash
 * of the seed's text. Text and number of the same digits give the same stream.
 */
export function random(seed: string | number): Random {
  let hash = 0x811c9dc5;
  for (const character of String(seed)) {
    hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193);
  }
  const next = () => {
    hash = (hash + 0x9e3779b9) | 0;
    let word = hash ^ (hash >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word ^= word >>> 15;
    word = Math.imul(word, 0x735a2d97);
    return word ^ (word >>> 15);
  };
  let a = next();
  let b = next();
  let c = next();
  let counter = 1;
  const draw = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) draw();
  return draw;
}

/** A whole number from 0 to `count` - 1. */
export function below(count: number, draw: Random): number {
  return Math.floor(draw() * count);
}

/** The values in random order (Fisher and Yates); a copy. */
export function shuffle<T>(values: readonly T[], draw: Random): T[] {
  const shuffled = values.slice();
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = below(i + 1, draw);
    [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
  }
  return shuffled;
}

/** `count` of the values without replacement, in random order. */
export function sample<T>(values: readonly T[], count: number, draw: Random): T[] {
  if (count > values.length) throw new RangeError(`expected at most ${values.length} to draw: ${count}`);
  return shuffle(values, draw).slice(0, count);
}
