import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A local HTTP server for a test. */
export interface AnsweringServer {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** The paths asked so far, with their queries. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1 that answers with `handle`. */
export async function startAnsweringServer(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<AnsweringServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    handle(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${String(port)}`,
    asked,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A port of 127.0.0.1 on which nothing listens. */
export async function refusedPort(): Promise<number> {
  const server = await startAnsweringServer(() => undefined);
  await server.close();
  return Number(new URL(server.origin).port);
}
