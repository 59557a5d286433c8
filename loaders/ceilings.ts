import {task as taskNamed} from "./datasets/index.js";
import {ownAnswer} from "./methods/improve.js";
import {type ChainOptions, rightChains} from "./methods/teacher.js";
import type {Arm, FinetuneSpec, Lab, Labels, Model, Outcome, Predictor} from "./lab.js";

/** A model beside those that a method hands back, which its test predictions put into proportion. */
export interface Reference {
  role: "weak_ceiling" | "strong_ceiling" | "own_ceiling" | "zero_shot";
  model: Model;
  /** What it says of the test rows, where it is not asked for it as others are. */
  said?: Labels;
}

/**
 * Models of an arm on the gold labels of the rows that its student learns from, stopped on gold labels too, in the student's
 * own format: what weak supervision falls short of. They are no part of a method, which may not look at these labels.
 * Where the strong model is the teacher, it is itself what the student falls short of. A task that generates also shows the
 * strong model as it is; a student that began with other weights than the strong model's, the ceiling of those.
 */
export async function ceilings(
  lab: Lab,
  {weak, strong}: Pick<Arm, "weak" | "strong">,
  {student, strong: teacher}: Outcome,
  generates: boolean,
  chains: ChainOptions | null
): Promise<Reference[]> {
  const labels = await lab.gold(await lab.rows("transfer"));
  const stopOn = await lab.gold(await lab.rows("transfer_validation"));
  const onGold = (model: Model): Predictor => lab.finetune(model, goldSpec(student.spec, labels, stopOn));
  // Of a student that reasons, on chains of its own that reach the gold answers.
  const onChains = async (model: string): Promise<Predictor> => {
    const own = await rightChains(lab, model, labels, chains!);
    return lab.finetune(model, {labels: own, loss: {name: "cross_entropy"}});
  };
  const ceiling = async (model: string): Promise<Predictor> => (chains ? onChains(model) : onGold(model));
  const inChains = async (): Promise<Labels> => {
    const rows = await lab.rows("test");
    // The likeliest, and as long as the answers of fine-tuned models may be.
    const tokens = Math.max(taskNamed(rows.task).writes!.maxTokens, chains!.tokens);
    return lab.answersIn(await ownAnswer(lab, strong, rows, {...chains!, tokens, answerTemperature: 0}));
  };
  const references: Reference[] = [
    {role: "weak_ceiling", model: await ceiling(weak)},
    {role: "strong_ceiling", model: teacher ?? (await ceiling(strong))}
  ];
  if (student.from) references.push({role: "own_ceiling", model: onGold(student.from)});
  if (generates) references.push({role: "zero_shot", model: strong, ...(chains && {said: await inChains()})});
  return references;
}

function goldSpec(spec: FinetuneSpec, labels: Labels, stopOn: Labels): FinetuneSpec {
  const common = {labels, stopOn, loss: {name: "cross_entropy"}} as const;
  return spec.objective === "decision" ? {objective: "decision", answers: spec.answers, ...common} : common;
}
