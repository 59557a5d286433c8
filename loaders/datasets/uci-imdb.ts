import {uciSentiment} from "./uci.js";

/** Sentences from reviews of films, positive or negative. */
export const uciImdb = uciSentiment("imdb", "UCI IMDb", "films");
