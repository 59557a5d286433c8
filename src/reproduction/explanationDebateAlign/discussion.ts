import type {Claim} from "../paper.js";
import {at} from "../selectors.js";
import {beyond} from "../tests.js";

/** Discussion and Conclusion: what is said there alone. */
export const discussion: readonly Claim[] = [
  {
    id: "naive-insufficient",
    place: "Discussion",
    says: "naive finetuning on weak supervision is insufficient to fully recover strong model performance",
    published: [{label: "PGR, language", measure: "pgr", value: 1, bound: "below"}],
    page: {path: "evaluation"},
    test: beyond(at({quantity: "pgr"}, "PGR, language"), 1, -1)
  }
];
