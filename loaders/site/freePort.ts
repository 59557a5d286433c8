import {once} from "node:events";
import {createServer, type Server} from "node:net";

/** Throws where a port of loopback is taken; none asked for is always free. */
export async function expectFree(port: number | undefined): Promise<void> {
  if (port === undefined) return;
  const server = createServer();
  await listen(server, port);
  server.close();
  await once(server, "close");
}

/** Listens on loopback; throws one line where the port is taken. */
export async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new Error(`expected a free port, taken: ${port}`, {cause: error});
  }
}
