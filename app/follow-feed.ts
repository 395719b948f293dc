// A client of the live feed (docs/feed.md) that stays connected: it comes back after a loss and goes on where it was.
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { feedMessage, type FeedMessage } from '../server/feed/feed-message.ts';

export interface FollowRequest {
  /** Of the engine: `http://host:8080`; https, ws and wss too. */
  readonly url: string;
  readonly token: string | undefined;
  /** `min_risk`, `directive`, `address`, `status`, `kinds` as in the address of the feed. */
  readonly filters: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Gets each message with its JSON; what it answers is waited for before more is read. */
  readonly onMessage: (message: FeedMessage, text: string) => void | Promise<void>;
  /** The connection is lost, or could not be had, and is tried again. */
  readonly onLoss: (problem: string, retryMs: number) => void;
}

/** The server does not want this client: coming back would not help. */
export class FeedRefusedError extends Error {
  override readonly name = 'FeedRefusedError';
}

const errorAnswer = z.object({ error: z.object({ message: z.string() }) });
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 10_000;
/** Three turns of the longest silence of a server that is well. */
const SILENCE_MS = 45_000;
const BAD_QUERY = 1008;
/** Answers after which a later try may do better. */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

interface Position {
  epoch: string | undefined;
  sequence: number;
}

/** Follows until the signal; rejects with FeedRefusedError when the server will not have it, TypeError for a bad URL. */
export async function followFeed(request: FollowRequest): Promise<void> {
  const { signal, onLoss } = request;
  const position: Position = { epoch: undefined, sequence: 0 };
  let retryMs = FIRST_RETRY_MS;
  while (!isAborted(signal)) {
    const { problem, refusal, wasOpen } = await followOnce(request, position);
    if (isAborted(signal)) return;
    if (refusal !== undefined) throw new FeedRefusedError(refusal);
    retryMs = wasOpen ? FIRST_RETRY_MS : Math.min(2 * retryMs, LONGEST_RETRY_MS);
    onLoss(problem, retryMs);
    await delay(retryMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Asked through a function, because it changes while something is awaited. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** How a connection went. */
interface Outcome {
  problem: string;
  /** Why the server, or we, want no more of it. */
  refusal: string | undefined;
  wasOpen: boolean;
}

async function followOnce(request: FollowRequest, position: Position): Promise<Outcome> {
  const { url, token, filters, signal } = request;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const webSocket = new WebSocket(feedAddress(url, filters, position), { headers });
  const outcome: Outcome = { problem: '', refusal: undefined, wasOpen: false };
  const end = (): void => {
    webSocket.terminate();
  };
  signal.addEventListener('abort', end);
  const stopListening = endWhenSilent(webSocket);
  webSocket.on('open', () => {
    outcome.wasOpen = true;
  });
  webSocket.on('error', (error) => {
    outcome.problem ||= error.message;
  });
  noteAnswer(webSocket, outcome);
  webSocket.on('message', (data: Buffer) => {
    webSocket.pause();
    take(data.toString(), position, request.onMessage).then(
      () => {
        webSocket.resume();
      },
      (error: unknown) => {
        outcome.refusal = `a message is not understood: ${String(error)}`;
        end();
      },
    );
  });
  const { code, reason } = await waitForClose(webSocket);
  stopListening();
  signal.removeEventListener('abort', end);
  if (code === BAD_QUERY) outcome.refusal = reason;
  outcome.problem ||= reason || 'the connection was lost';
  return outcome;
}

/** An answer that is no WebSocket says why, and whether a later try may do better. */
function noteAnswer(webSocket: WebSocket, outcome: Outcome): void {
  webSocket.on('unexpected-response', (_request, response) => {
    const status = response.statusCode ?? 0;
    outcome.problem = `the server answered ${String(status)}`;
    const finish = (message: string): void => {
      if (message !== '') outcome.problem = `${outcome.problem}: ${message}`;
      if (!PASSING.has(status)) outcome.refusal = outcome.problem;
      webSocket.terminate();
    };
    readErrorMessage(response).then(finish, () => {
      finish('');
    });
  });
}

function endWhenSilent(webSocket: WebSocket): () => void {
  const end = (): void => {
    webSocket.terminate();
  };
  let timer = setTimeout(end, SILENCE_MS);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(end, SILENCE_MS);
  };
  webSocket.on('ping', heard).on('message', heard);
  return () => {
    clearTimeout(timer);
  };
}

async function take(
  text: string,
  position: Position,
  onMessage: FollowRequest['onMessage'],
): Promise<void> {
  const message = feedMessage.parse(JSON.parse(text));
  if (message.kind === 'hello') {
    if (message.feed_epoch !== position.epoch) position.sequence = 0;
    position.epoch = message.feed_epoch;
  } else {
    position.sequence = message.to;
  }
  await onMessage(message, text);
}

function waitForClose(
  webSocket: WebSocket,
): Promise<{ readonly code: number; readonly reason: string }> {
  return new Promise((resolve) => {
    webSocket.once('close', (code, reason) => {
      resolve({ code, reason: reason.toString() });
    });
  });
}

function feedAddress(url: string, filters: FollowRequest['filters'], position: Position): URL {
  const address = new URL('/alarms/', url.includes('://') ? url : `http://${url}`);
  address.protocol = address.protocol === 'https:' || address.protocol === 'wss:' ? 'wss:' : 'ws:';
  for (const [name, value] of Object.entries(filters)) address.searchParams.set(name, value);
  if (position.epoch !== undefined) {
    address.searchParams.set('since', String(position.sequence));
    address.searchParams.set('epoch', position.epoch);
  }
  return address;
}

async function readErrorMessage(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const { success, data } = errorAnswer.safeParse(JSON.parse(text));
  return success ? data.error.message : '';
}
