/** Settings whose models answer in chains of thought, by the end of their name. */
const inChains = "in chains";

/** The method that others of a setting are compared with: plain weak-to-strong learning, which in chains of thought is Q-CoT-A. */
export const referenceOf = (setting: string): "baseline" | "qcota" =>
  setting.endsWith(inChains) ? "qcota" : "baseline";
