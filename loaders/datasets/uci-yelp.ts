import {uciSentiment} from "./uci.js";

/** Sentences from reviews of restaurants, positive or negative. */
export const uciYelp = uciSentiment("yelp", "UCI Yelp", "restaurants");
