// Requests for tests of access, sent from this process or, run as a program, from wherever it runs: its input is a
// RequestList as JSON, its output the outcomes.
import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { NetworkNamespace } from './network-namespace.ts';

const RequestListSchema = z.object({
  host: z.string(),
  port: z.number(),
  requests: z
    .array(
      z
        .object({
          method: z.string(),
          path: z.string(),
          headers: z.record(z.string(), z.string()).readonly(),
        })
        .readonly(),
    )
    .readonly(),
});
const OutcomesSchema = z.array(z.object({ status: z.number(), code: z.string() }));

export type RequestList = Readonly<z.infer<typeof RequestListSchema>>;
/** A request; the method UPGRADE is the handshake of a WebSocket. */
export type AccessRequest = RequestList['requests'][number];
/** What came back; `code` is the error's, empty without one. */
export type Outcome = z.infer<typeof OutcomesSchema>[number];

const PARALLEL = 16;

/** Sends the requests and gives their outcomes in the same order. */
export async function sendRequests({ host, port, requests }: RequestList): Promise<Outcome[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL });
  try {
    return await Promise.all(requests.map((given) => send({ ...given, host, port, agent })));
  } finally {
    agent.destroy();
  }
}

function send({
  method,
  headers,
  ...place
}: AccessRequest & {
  readonly host: string;
  readonly port: number;
  readonly agent: Agent;
}): Promise<Outcome> {
  const isHandshake = method === 'UPGRADE';
  return new Promise((resolve, reject) => {
    const sent = request({
      ...place,
      method: isHandshake ? 'GET' : method,
      headers: { ...(isHandshake ? HANDSHAKE : undefined), ...headers },
    });
    sent.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, code: '' });
    });
    sent.on('response', (response) => {
      readOutcome(response).then(resolve, reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}

const HANDSHAKE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'ZHNpZW0gdGVzdCBrZXkgMA==',
};

async function readOutcome(response: IncomingMessage): Promise<Outcome> {
  const body = await text(response);
  const code = /^\{"error":\{"code":"(\w+)"/.exec(body)?.[1] ?? '';
  return { status: response.statusCode ?? 0, code };
}

const PROGRAM: readonly [string, ...string[]] = [
  process.execPath,
  '--import=tsx',
  fileURLToPath(import.meta.url),
];

/** As sendRequests, but the requests come from the other machine. */
export async function sendRequestsFrom(
  elsewhere: NetworkNamespace,
  list: RequestList,
): Promise<Outcome[]> {
  return OutcomesSchema.parse(JSON.parse(await elsewhere.run(PROGRAM, JSON.stringify(list))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const list = RequestListSchema.parse(JSON.parse(await text(process.stdin)));
  process.stdout.write(JSON.stringify(await sendRequests(list)));
}
