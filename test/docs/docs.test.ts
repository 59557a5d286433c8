import {existsSync} from "node:fs";
import {mkdtemp, readdir, readFile, rm, writeFile} from "node:fs/promises";
import {tmpdir} from "node:os";
import {dirname, join, resolve} from "node:path";
import {pathToFileURL} from "node:url";
import ts from "typescript";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {blockOf, headlineBlock} from "../../docs/pictures/readme.js";
import {main} from "../../loaders/cli.js";
import {root} from "../../loaders/commands/command.js";
import {tasks} from "../../loaders/datasets/index.js";
import {checkStudy, loadStudy, type StudyDeclaration} from "../../loaders/study.js";
import {tableNames} from "../../src/tables.js";

interface Fence {
  file: string;
  language: string;
  code: string;
}

const named = (await readdir(join(root, "docs"))).filter((file) => file.endsWith(".md")).map((file) => `docs/${file}`);
const files = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", ...named];
const texts = new Map(
  await Promise.all(files.map(async (file) => [file, await readFile(join(root, file), "utf8")] as const))
);
const fences = [...texts].flatMap(([file, text]) => fencesOf(file, text));
const written = (language: string) => fences.filter((fence) => fence.language === language);

describe.each([...texts])("%s", (file, text) => {
  const prose = text.replace(/^(`{3,})[^]*?^\1$/gm, "");

  it("links to what exists, headings included", () => {
    const targets = [
      ...[...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target),
      ...[...prose.matchAll(/\b(?:src|srcset)="([^"]+)"/g)].map(([, target]) => target)
    ].filter((target) => !/^(https?:|mailto:)/.test(target));
    const broken = targets.filter((target) => {
      const [path, heading] = target.split("#");
      const to = path ? join(dirname(file), path) : file;
      if (!existsSync(join(root, to))) return true;
      return heading !== undefined && !headings(texts.get(to) ?? "").includes(heading);
    });
    expect(broken).toEqual([]);
  });

  it("names files that exist", () => {
    const tracked = /^(?:\.ci|backend|bench|docs|loaders|src|studies|test)\/[\w.[\]/-]*$/;
    const paths = [...prose.matchAll(/`([^`\s]+)`/g)].map(([, path]) => path).filter((path) => tracked.test(path));
    expect(paths.filter((path) => !existsSync(join(root, path)) && !announced(path, texts.get(file)!))).toEqual([]);
  });
});

/** Whether a text offers a path as that of a file to be written: its code follows. */
function announced(path: string, text: string): boolean {
  return new RegExp(`\`${path.replace(/[.[\]]/g, "\\$&")}\`:?\\s+\`\`\``).test(text);
}

describe("commands", () => {
  const lines = written("sh").flatMap(({file, code}) =>
    code.split("\n").map((line) => ({file, line: line.replace(/\s#.*/, "")}))
  );

  it("of w2s are those of its usage, with options that it has", async () => {
    const usage = await usageOf();
    const known = [...usage.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name);
    const options = [...usage.matchAll(/^ {2}(--\w+)/gm)].map(([, name]) => name);
    const shown = [
      ...lines.map(({line}) => line).flatMap((line) => [...line.matchAll(/\bw2s ([a-z]+)(.*?)(?:&&|$)/g)]),
      ...[...texts.values()].flatMap((text) => [...text.matchAll(/`(?:npx )?w2s ([a-z]+)([^`]*)`/g)])
    ];
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.map(([, command]) => command).filter((command) => !known.includes(command))).toEqual([]);
    expect(
      shown.flatMap(([, , rest]) => rest.match(/--\w+/g) ?? []).filter((option) => !options.includes(option))
    ).toEqual([]);
  });

  it("of npm are scripts of package.json", async () => {
    const {scripts} = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const shown = [...texts.values()].flatMap((text) => [...text.matchAll(/\bnpm (?:run ([\w:]+)|(test)\b)/g)]);
    expect(shown.map(([, run, test]) => run ?? test).filter((name) => !(name in scripts))).toEqual([]);
  });

  it("know every variable of the environment that is documented, and no other", async () => {
    const documented = new Set([...texts.get("docs/run.md")!.matchAll(/`((?:W2S|HF)_\w+)`/g)].map(([, name]) => name));
    const usage = (await usageOf()).match(/(?:W2S|HF)_\w+/g)!;
    expect(usage.filter((name) => !documented.has(name))).toEqual([]);
    const code = await Promise.all(
      ["loaders", "test", "docs/pictures", "backend/w2s_backend"].map((folder) => codeOf(join(root, folder)))
    );
    expect([...documented].filter((name) => !code.join("").includes(name))).toEqual([]);
  });
});

describe("code", () => {
  const sources = written("ts").filter(({code}) => /^import /m.test(code));
  const fragments = written("ts").filter(({code}) => !/^import /m.test(code));
  const studies = sources.filter(({code}) => code.includes("defineStudy("));
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "w2s-docs-"))));
  afterAll(() => rm(folder, {recursive: true, force: true}));

  it("typechecks where it would stand", () => {
    const virtual = new Map(sources.map(({code}, i) => [join(root, placeOf(code), `documented${i}.ts`), code]));
    const {config} = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
    const {options} = ts.parseJsonConfigFileContent({...config, include: [], files: []}, ts.sys, root);
    const host = ts.createCompilerHost(options);
    const {fileExists, readFile: read, getSourceFile} = host;
    host.fileExists = (file) => virtual.has(file) || fileExists(file);
    host.readFile = (file) => virtual.get(file) ?? read(file);
    host.getSourceFile = (file, version, ...rest) =>
      virtual.has(file)
        ? ts.createSourceFile(file, virtual.get(file)!, version)
        : getSourceFile(file, version, ...rest);
    const program = ts.createProgram([...virtual.keys()], options, host);
    const defects = [...virtual.keys()]
      .map((file) => program.getSourceFile(file)!)
      .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
      .map(({messageText}) => ts.flattenDiagnosticMessageText(messageText, " "));
    expect(sources.length).toBeGreaterThan(4);
    expect(defects).toEqual([]);
  });

  it.each(studies)("of the study in $file is accepted", async ({code}) => {
    const file = join(folder, "documented.ts");
    const loaders = pathToFileURL(join(root, "loaders")).href;
    await writeFile(file, code.replaceAll('"../loaders/', `"${loaders}/`));
    expect((await loadStudy(file)).tasks.length).toBeGreaterThan(0);
  });

  it.each(fragments)("that is a part of a study in $file is accepted, and shows the defaults", async ({code}) => {
    const demo = (await import("../../studies/demo.js")).default;
    const part = new Function(`return {${code}}`)() as Partial<StudyDeclaration>;
    const {training} = checkStudy("documented", {...demo, ...part});
    if (!part.training) return;
    expect(part.training).toEqual({...training});
    const defaults = checkStudy("documented", {...demo, training: {train: training.train}}).training;
    expect({...training, precision: defaults.precision}).toEqual(defaults);
  });

  it("has the error that a misspelt field gives", () => {
    const [, line] = texts.get("docs/study.md")!.match(/^w2s: (first: .*)$/m)!;
    const study = {
      title: "t",
      question: "q",
      tasks: ["sst2"],
      methods: [{method: "baseline"}],
      seeds: [0],
      sizes: {},
      models: {weak: ["hub:a/b"], strong: ["hub:a/c"]},
      training: {train: "lora", learningrate: 1}
    };
    expect(() => checkStudy("first", study)).toThrow(line);
  });
});

/** Names in the first column of a page's tables. */
const listed = (file: string) =>
  [...texts.get(file)!.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name)
  );

it("docs/tasks.md lists every task, and which need no hub is said alike", () => {
  expect([...tasks.keys()].filter((name) => !listed("docs/tasks.md").includes(name))).toEqual([]);
  const hubless = [...tasks.values()].filter(({pool}) => pool.every(({kind}) => kind === "package"));
  expect(hubless.map(({name}) => name)).toEqual(["uci-amazon", "uci-imdb", "uci-yelp", "world-countries"]);
  for (const file of ["docs/study.md", "docs/run.md"])
    expect(texts.get(file)).toContain("the three `uci-` and `world-countries`");
});

it("docs/pages.md lists every table of the workbench, and no other", () => {
  const tables = listed("docs/pages.md").filter((name) => !name.startsWith("src/"));
  expect(tables.sort()).toEqual(tableNames.filter((name) => name !== "features").sort());
});

it("README shows what the published tables give", async () => {
  expect(blockOf(texts.get("README.md")!), "run npm run pictures").toBe(
    await headlineBlock(join(root, "data/published/demo"))
  );
});

/** Where a documented file would stand: two folders have what it imports. */
function placeOf(code: string): string {
  if (code.includes("../loaders/study.js")) return "studies";
  return code.includes("./method.js") ? "loaders/methods" : "loaders/datasets";
}

function fencesOf(file: string, text: string): Fence[] {
  return [...text.matchAll(/^(`{3,})(\w*)\n([^]*?)^\1$/gm)].map(([, , language, code]) => ({file, language, code}));
}

/** Anchors of a text's headings, as GitHub makes them. */
function headings(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-")
  );
}

async function usageOf(): Promise<string> {
  const write = process.stdout.write.bind(process.stdout);
  let said = "";
  process.stdout.write = (text: string | Uint8Array) => Boolean((said += String(text)));
  try {
    await main(["--help"]);
  } finally {
    process.stdout.write = write;
  }
  return said;
}

async function codeOf(folder: string): Promise<string> {
  const names = (await readdir(folder, {recursive: true})).filter((name) => /\.(ts|js|py)$/.test(name));
  return (await Promise.all(names.map((name) => readFile(resolve(folder, name), "utf8")))).join("\n");
}
