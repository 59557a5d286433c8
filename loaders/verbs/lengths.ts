import type {Labels, Length, Texts} from "../lab.js";

/** Of English, for tokenizers that nothing was measured of. */
export const charactersPerToken = 4;

export const known = (text: string): Length => ({characters: text.length, tokens: 0});

/** How long each text may be at most, or what was written as a label; labels that are not written have no length. */
export const lengthsOf = (of: Texts | Labels): readonly Length[] =>
  of.longest ?? ("texts" in of ? of.texts : (of.outputs ?? of.rows.examples.map(() => ""))).map(known);

export const together = (lengths: Iterable<Length>): Length => {
  const sum = {characters: 0, tokens: 0};
  for (const {characters, tokens} of lengths) {
    sum.characters += characters;
    sum.tokens += tokens;
  }
  return sum;
};

export const times = ({characters, tokens}: Length, by: number): Length => ({
  characters: by * characters,
  tokens: by * tokens
});

export const longest = (lengths: readonly Length[]): Length =>
  lengths.reduce((one, other) => (about(other) > about(one) ? other : one), {characters: 0, tokens: 0});

/** The same, row by row. */
export const longestByRow = (from: readonly (Texts | Labels)[]): Length[] => byRow(from, longest);

/** How long they are together, row by row. */
export const togetherByRow = (from: readonly (Texts | Labels)[]): Length[] => byRow(from, together);

function byRow(from: readonly (Texts | Labels)[], of: (lengths: Length[]) => Length): Length[] {
  const lengths = from.map(lengthsOf);
  return from[0].rows.examples.map((_, row) => of(lengths.map((own) => own[row])));
}

const about = ({characters, tokens}: Length): number => characters / charactersPerToken + tokens;
