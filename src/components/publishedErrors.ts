import type {ErrorTag} from "../errorTags.js";

/** What the paper publishes of kinds of error: their shares, some of them together. */
export const publishedErrors: {source: string; shares: {title: string; tags: readonly ErrorTag[]; share: number}[]} = {
  source: "“Explanation, Debate, Align”, figure 5",
  shares: [
    {
      title: "Quote selection and evidence extraction together",
      tags: ["quote_selection", "evidence_extraction"],
      share: 0.7
    },
    {title: "Overfitting to weak label errors", tags: ["overfitting"], share: 0.2}
  ]
};
