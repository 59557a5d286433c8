/**
 * Kinds of error that no program can tell (EDA, "Error Analysis"): people tag an error with one of them, and a judge model may
 * propose one.
 */
export const errorTags = {
  quote_selection: {title: "Poor quote selection", meaning: "It relied on the wrong part of the text."},
  evidence_extraction: {
    title: "Evidence extraction",
    meaning: "It did not take the key evidence from its weak supervision."
  },
  overfitting: {title: "Overfitting to weak label errors", meaning: "It learned an error of its weak labels."},
  other: {title: "Other", meaning: "It is wrong for another reason."}
} as const;

export type ErrorTag = keyof typeof errorTags;

export const tagNames = Object.keys(errorTags) as ErrorTag[];

/** In the table of tags, who says of an error that the student was right at an earlier checkpoint, and what is said. */
export const checkpointTag = {tagger: "checkpoints", tag: "overfit"} as const;
