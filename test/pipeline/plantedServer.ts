import {once} from "node:events";
import {createServer, type IncomingMessage, type ServerResponse} from "node:http";
import type {AddressInfo} from "node:net";
import type {ActivationsRequest} from "../../loaders/backends/contract.js";
import {plantedBackend, type PlantedOptions} from "./plantedBackend.js";

type Asked = Awaited<ReturnType<typeof plantedBackend>>["asked"];

export interface PlantedServer {
  url: string;
  token: string;
  asked: Asked;
  /** Ends at once, connections and all, as a process that is killed does. */
  die(): Promise<void>;
}

export interface PlantedServerOptions extends PlantedOptions {
  /** Dies instead of answering this request for activations, counted from 1. */
  dieAt?: number;
  /** Port on loopback; left out, the system chooses. A backend is known by its address. */
  port?: number;
}

/** The planted world behind the wire format of the backend contract, for labs that are processes of their own. */
export async function plantedServer({
  dieAt = Infinity,
  port = 0,
  ...options
}: PlantedServerOptions): Promise<PlantedServer> {
  const {backend, asked} = await plantedBackend(options);
  const token = "planted";
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = decodeURIComponent(request.url!);
    if (request.headers.authorization !== `Bearer ${token}`)
      return send(response, 401, {error: {message: "expected a bearer token", code: "invalid_api_key"}});
    if (path === "/health") return send(response, 200, {w2s: await backend.describe()});
    if (path.startsWith("/v1/models/")) {
      const {weights, layers, hiddenSize, parameters} = await backend.resolve(path.slice("/v1/models/".length));
      return send(response, 200, {w2s: {weights, layers, hidden_size: hiddenSize, parameters}});
    }
    if (path !== "/pooling") return send(response, 404, {error: {message: `no such route: ${path}`}});
    const {model, input, w2s} = JSON.parse(await bodyOf(request)) as {
      model: string;
      input: string[];
      w2s: Pick<ActivationsRequest, "layers" | "precision">;
    };
    if (asked.requests + 1 >= dieAt) return void die();
    const {vectors, tokens, cut} = await backend.activations({model, texts: input, ...w2s});
    const data = vectors.map((layers, index) => ({index, data: layers.map((v) => Buffer.from(v).toString("base64"))}));
    send(response, 200, {data, usage: {prompt_tokens: tokens}, w2s: {cut}});
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const die = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await new Promise((done) => server.close(done));
  };
  return {url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token, asked, die};
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {"content-type": "application/json"}).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
