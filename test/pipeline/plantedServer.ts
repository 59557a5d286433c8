import {serveBackend, type BackendServer} from "./backendServer.js";
import {plantedBackend, type PlantedOptions} from "./plantedBackend.js";

export interface PlantedServer extends BackendServer {
  asked: Awaited<ReturnType<typeof plantedBackend>>["asked"];
}

export interface PlantedServerOptions extends PlantedOptions {
  /** Dies instead of answering this request for activations, counted from 1. */
  dieAt?: number;
  /** Port on loopback; left out, the system chooses. A backend is known by its address. */
  port?: number;
}

/** The planted world as a server, for labs that are processes of their own. */
export async function plantedServer({
  dieAt = Infinity,
  port,
  ...options
}: PlantedServerOptions): Promise<PlantedServer> {
  const {backend, asked} = await plantedBackend(options);
  const server = await serveBackend(
    {
      ...backend,
      activations: async (request) => {
        if (asked.requests + 1 < dieAt) return backend.activations(request);
        await server.die();
        throw new Error("dead");
      }
    },
    port
  );
  return {...server, asked};
}
