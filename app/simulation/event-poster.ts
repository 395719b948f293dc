// Posts events to an engine, ours or any other that speaks Dsiem's POST /events, and waits where it is told to wait.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

/** An event that was not taken, by its place among the events posted. */
export interface RefusedEvent {
  readonly index: number;
  readonly status: number;
  readonly reason: string;
}

/** What became of events that were posted together. */
export interface PostOutcome {
  readonly accepted: number;
  readonly refused: readonly RefusedEvent[];
}

export interface EventPoster {
  /** Posts JSON texts of events in their order; rejects with a PostError. */
  readonly post: (events: readonly string[]) => Promise<PostOutcome>;
  /** How often the engine asked to wait (429, 503). */
  readonly waits: () => number;
}

export interface PosterSettings {
  /** `http://host:8080` */
  readonly url: string;
  readonly token: string | undefined;
  /** Ends waiting; what is posted then rejects with a PostError. */
  readonly signal: AbortSignal;
}

/** The engine cannot be reached, does not want this sender, or answered what no engine answers; whether events came in is told. */
export class PostError extends Error {
  override readonly name = 'PostError';
}

const someRefused = z.object({
  accepted: z.number(),
  rejected: z.array(z.object({ index: z.number(), status: z.number(), reason: z.string() })),
});
const errorAnswer = z.object({ error: z.object({ message: z.string() }) });

const USUAL_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
/** So long an engine that did answer before may be away, for instance while it starts anew. */
const ABSENCE_MS = 60_000;
const ABSENCE_POLL_MS = 500;
const ANSWER_LIMIT_MS = 120_000;
/** What an engine says of the events, so that it may take some of them. */
const OF_EVENTS = new Set([400, 413, 418]);
const PASSING = new Set([429, 503]);

/** A poster that uses one address for all. */
export function createEventPoster({ url, token, signal }: PosterSettings): EventPoster {
  const address = new URL('/events', withScheme(url));
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  let waits = 0;
  let hasAnswered = false;

  /** The answer once it is neither 429 nor 503. */
  async function send(events: readonly string[]): Promise<{ status: number; text: string }> {
    const body = `[${events.join(',')}]`;
    let awaySince: number | undefined;
    for (;;) {
      let answer: Response;
      try {
        const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]);
        answer = await fetch(address, { method: 'POST', headers, body, signal: limit });
      } catch (error) {
        awaySince ??= Date.now();
        // Only a connection that was refused has certainly delivered nothing.
        const mayReturn = hasAnswered && codeOf(error) === 'ECONNREFUSED';
        if (!mayReturn || Date.now() - awaySince > ABSENCE_MS) throw unreachable(url, error);
        await pause(ABSENCE_POLL_MS, signal);
        continue;
      }
      hasAnswered = true;
      const text = await answer.text();
      if (!PASSING.has(answer.status)) return { status: answer.status, text };
      waits += 1;
      await pause(readRetryAfter(answer.headers.get('retry-after')), signal);
    }
  }

  async function post(events: readonly string[]): Promise<PostOutcome> {
    if (events.length === 0) return { accepted: 0, refused: [] };
    const { status, text } = await send(events);
    if (status >= 200 && status < 300) return readAccepted(text, events.length);
    if (!OF_EVENTS.has(status)) throw new PostError(`${url} answered ${describe(status, text)}`);
    if (events.length === 1) {
      const reason = messageOf(text);
      return { accepted: 0, refused: [{ index: 0, status, reason }] };
    }
    // Nothing was taken, and only the first reason was told: each half is asked for by itself.
    const middle = events.length >>> 1;
    const first = await post(events.slice(0, middle));
    const second = await post(events.slice(middle));
    return {
      accepted: first.accepted + second.accepted,
      refused: [
        ...first.refused,
        ...second.refused.map((entry) => ({ ...entry, index: entry.index + middle })),
      ],
    };
  }

  return { post, waits: () => waits };
}

/** An address as people write it, `host:8080` too. */
export function withScheme(url: string): string {
  return url.includes('://') ? url : `http://${url}`;
}

function readAccepted(text: string, posted: number): PostOutcome {
  const { success, data } = someRefused.safeParse(parseOrNothing(text));
  if (!success) return { accepted: posted, refused: [] };
  return { accepted: data.accepted, refused: data.rejected };
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageOf(text: string): string {
  const { success, data } = errorAnswer.safeParse(parseOrNothing(text));
  return success ? data.error.message : text.trim().slice(0, 200);
}

function describe(status: number, text: string): string {
  const message = messageOf(text);
  return message === '' ? String(status) : `${String(status)}: ${message}`;
}

/** Milliseconds for a Retry-After of seconds or of a date. */
function readRetryAfter(text: string | null): number {
  if (text === null) return USUAL_WAIT_MS;
  const seconds = Number(text);
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - Date.now();
  if (!(waitMs >= 0)) return USUAL_WAIT_MS;
  return Math.min(waitMs, LONGEST_WAIT_MS);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (cause) {
    throw new PostError('interrupted while the engine asked to wait', { cause });
  }
}

function unreachable(url: string, error: unknown): PostError {
  const code = codeOf(error);
  const reason = code ?? (error instanceof Error ? error.message : String(error));
  const state =
    code === 'ECONNREFUSED' ? '' : '; the events under way may or may not have been taken';
  return new PostError(`${url} does not answer: ${reason}${state}`, { cause: error });
}

function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}
