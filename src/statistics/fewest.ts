/** Smallest whole number from `from` to `most` that is enough, where all above it are too; null where none is. */
export function fewest(from: number, most: number, enough: (count: number) => boolean): number | null {
  if (enough(from)) return from;
  let [few, many] = [from, from];
  do {
    if (many >= most) return null;
    [few, many] = [many, Math.min(most, many * 2)];
  } while (!enough(many));
  while (many - few > 1) {
    const middle = Math.floor((few + many) / 2);
    if (enough(middle)) many = middle;
    else few = middle;
  }
  return many;
}
