import {checkStudy, type StudyDeclaration} from "../loaders/study.js";
import demo from "../studies/demo.js";
import type {Bench} from "./figure.js";
import {workOf} from "./sharing.js";

const layers = (count: number) => `${demo.models.weak[0].split("#")[0]}#layers=${count}`;

/**
 * The grid of the study eda, three supervisors by three students by three methods by five seeds, on one task whose rows a
 * package ships: model work of all its runs one by one, each with a cache of its own, over that of the grid as one study.
 * Counted, not timed.
 */
export const grid: Bench = {
  name: "grid",
  async measure({tiny, say}) {
    const seeds = tiny ? [0] : [0, 1, 2, 3, 4];
    const models = {weak: [2, 6, 10].map(layers), strong: [16, 20, 24].map(layers)};
    const methods = ["baseline", "confidence", "bootstrapping"].map((method) => ({method}));
    const {title, question, sizes, training} = demo;
    const whole: StudyDeclaration = {
      title,
      question,
      sizes,
      training,
      tasks: demo.tasks.slice(0, 1),
      models,
      methods,
      seeds
    };
    // Bootstrapping looks at the ladder between weak and strong: it keeps the study's, and runs on one pair of it.
    const apart = methods.flatMap((method) =>
      models.weak.flatMap((weak) =>
        models.strong.flatMap((strong) =>
          seeds.map((seed): StudyDeclaration => ({
            ...whole,
            seeds: [seed],
            methods: [{...method, on: {weak: [weak], strong: [strong]}}]
          }))
        )
      )
    );
    const together = await workOf([checkStudy("grid", whole)]);
    const alone = await workOf(apart.map((one) => checkStudy("alone", one)));
    say(`${together.texts} texts read together, ${alone.texts} one by one`);
    const size = `${models.weak.length} x ${models.strong.length} models, ${methods.length} methods, ${seeds.length} seeds of one task`;
    return [
      {
        what: `${size}: model work of ${apart.length} runs one by one, over that of the grid`,
        values: [alone.layers / together.layers],
        unit: "x",
        goal: {at: "least", value: 10}
      },
      {
        what: `${size}: how often a text is read by the network at most`,
        values: [Math.max(...together.read.values())],
        unit: "x",
        goal: {at: "most", value: 1}
      }
    ];
  }
};
