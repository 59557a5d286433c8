import type {Example} from "./task.js";

/** Examples whose groups or ties are the same, directly or through others, in one group; their ties are gone. */
export function unite(examples: readonly Example[]): Example[] {
  const parents = new Map<string, string>();
  const root = (key: string): string => {
    let found = key;
    for (let up = parents.get(found); up !== undefined; up = parents.get(found)) found = up;
    return found;
  };
  for (const {group, ties = []} of examples)
    for (const tie of ties) {
      const [first, second] = [root(group), root(tie)].sort();
      if (first !== second) parents.set(second, first);
    }
  return examples.map(({ties: _, ...example}) => ({...example, group: root(example.group)}));
}
