import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {
  askWrongBackend,
  damageAndRerun,
  expectUndisturbed,
  fillDiskAt,
  killAt,
  openWorld,
  wrongBackends,
  type World
} from "../pipeline/faultScenarios.js";
import {faultyDisk, lab} from "../pipeline/labProcess.js";

/** Faults at length; test/pipeline/faults.test.ts is a sample. */
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Every so many of the moments that a run has; a run takes somewhat more or fewer when others interleave. */
const every = (step: number): number[] => Array.from({length: Math.floor(120 / step)}, (_, i) => 1 + i * step);

describe("SIGKILL of the lab after any operation on its files", () => {
  test("the moments that are tried span the run", () => expect(world.moments).toBeGreaterThanOrEqual(every(3).at(-1)!));

  test.each(every(3))("number %d: a rerun gives the tables of an undisturbed run", (moment) => killAt(world, moment));

  test("again and again, until one gets through: nothing is done twice for ever", async () => {
    const cache = `${world.folder}/killed-again`;
    const server = await world.serve();
    let runs = 0;
    for (let code: number | null = null; code !== 0; runs++) {
      expect(runs).toBeLessThan(world.moments);
      ({code} = await lab(["run", world.path], {cache, backend: server, env: faultyDisk({kill: 12})}));
    }
    expect(runs).toBeGreaterThan(3);
    await server.die();
    await expectUndisturbed(world, cache);
  });
});

describe("a disk that is full from any operation on", () => {
  test.each(every(8).filter((moment) => moment < 110))("number %d: one line, nothing lost", (moment) =>
    fillDiskAt(world, moment)
  );
});

describe("damaged files", () => {
  test.each(Array.from({length: 60}, (_, i) => 100 + i))("sample %d: a rerun repairs", async (number) => {
    await damageAndRerun(world, number);
  });
});

test.each(wrongBackends)("W2S_BACKEND %s: one line, exit code 1, nothing recorded", (_, answer, message) =>
  askWrongBackend(world, answer, message)
);

test("three runs of one study at once, one of them killed: the others see it through", async () => {
  const cache = `${world.folder}/at-once`;
  const server = await world.serve();
  const codes = await Promise.all(
    [{}, {}, faultyDisk({kill: 30})].map(
      async (env) => (await lab(["run", world.path], {cache, backend: server, env})).code
    )
  );
  expect(codes.slice(0, 2)).toEqual([0, 0]);
  await server.die();
  await expectUndisturbed(world, cache);
});
