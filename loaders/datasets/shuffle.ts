import {createHash} from "node:crypto";

/** The items in a random order that depends on the stream's name alone: the same on every machine. */
export function shuffle<T>(items: readonly T[], stream: string): T[] {
  const next = generator(stream);
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
  }
  return shuffled;
}

/** Uniform numbers in [0, 1) by xoshiro128** (Blackman and Vigna 2021), seeded by the sha256 of the stream's name. */
function generator(stream: string): () => number {
  const seed = createHash("sha256").update(stream).digest();
  let [a, b, c, d] = [0, 4, 8, 12].map((offset) => seed.readUInt32LE(offset));
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotate(d, 11);
    return result / 2 ** 32;
  };
}

const rotate = (x: number, bits: number) => (x << bits) | (x >>> (32 - bits));
