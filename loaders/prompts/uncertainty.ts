/**
 * Asks the summariser where one model's answers to a question disagree (Alice, section 3.2, and appendix A.1, in our words: its own
 * stands in a figure).
 *
 * @param representatives one answer for each cluster, numbered, the one given most often first
 */
export const uncertaintyPrompt = (question: string, representatives: string): string =>
  `${question}\n\nYou gave these different answers to the question above:\n${representatives}\n\n` +
  "In one to three sentences, in the first person, say what you are not certain of and where your answers disagree. " +
  "If they all agree, say: N/A.";
