import {uciSentiment} from "./uci.js";

/** Sentences from reviews of products, positive or negative. */
export const uciAmazon = uciSentiment("amazon", "UCI Amazon", "products");
