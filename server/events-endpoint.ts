// POST /events: the hot path, handled in front of koa. Every event of every request is counted here as received, and as
// refused where it is; what is accepted the engine counts, in the same turn.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Logger from 'bunyan';
import type { Admission, EnginePort } from '../actors/engine-port.ts';
import type { Ledger, Refusal } from '../core/ledger/ledger.ts';
import type { EventFault } from '../core/event/explain-event.ts';
import type { NormalizedEvent } from '../core/event/normalized-event.ts';
import type { Clock } from './clock.ts';
import { isCrossSite } from './cross-site.ts';
import type { EpsLimiter } from './eps-limiter.ts';
import { sendError, type ErrorAnswer } from './error-answer.ts';
import { describeEventFault } from './event-fault-text.ts';
import { parseEventsBody, type EventsBody, type RejectedEvent } from './parse-events-body.ts';
import type { BodyReader } from './read-body.ts';
import type { ServerLimits } from './server-limits.ts';

/** An answer with a count of its own in the ledger. */
type RefusedAnswer = ErrorAnswer & { readonly status: Refusal };

export interface EventsEndpointDeps {
  readonly engine: {
    /** As EnginePort.submit; `json` is the text that the events are all of, when there is such a one. */
    submit(
      events: readonly NormalizedEvent[],
      json: Buffer | undefined,
    ): ReturnType<EnginePort['submit']>;
    /** Whether an event is larger than what it is handed on by can carry: it is answered 413. */
    isTooLarge?(event: NormalizedEvent): boolean;
    /** Why it takes nothing just now, where that is not for a full queue. */
    whyFull?(): string | undefined;
  };
  readonly ledger: Ledger;
  readonly bodies: BodyReader;
  /** Absent: no limit. */
  readonly limiter: EpsLimiter | undefined;
  readonly clock: Clock;
  readonly limits: Pick<ServerLimits, 'eventsBytes'>;
  /** Why this sender may not send events, if so; absent: everybody may. */
  readonly checkAccess?: (
    request: IncomingMessage,
  ) => RefusedAnswer | undefined | Promise<RefusedAnswer | undefined>;
  readonly log: Logger;
}

export interface EventsEndpoint {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** From now on every request is answered 503. */
  close(): void;
}

/** A request whose events the engine has been offered. */
interface Submission {
  readonly response: ServerResponse;
  readonly body: EventsBody;
  /** The conn_id of its last event. */
  readonly lastId: number;
}

const WRONG_METHOD: ErrorAnswer = {
  status: 405,
  code: 'method_not_allowed',
  message: 'events are posted: POST /events',
  headers: { allow: 'POST' },
};
const CROSS_SITE: RefusedAnswer = {
  status: 403,
  code: 'cross_site',
  message: "a browser must not send events on behalf of another site's page",
};
const FULL: RefusedAnswer = {
  status: 503,
  code: 'full',
  message: 'the queue of events is full',
  headers: { 'retry-after': '1' },
};
const CLOSING: RefusedAnswer = {
  status: 503,
  code: 'closing',
  message: 'the server is stopping',
  headers: { 'retry-after': '5', connection: 'close' },
};
const BROKEN: RefusedAnswer = { ...FULL, code: 'internal', message: 'the engine failed' };

/** The endpoint for events; it gives each accepted event its conn_id, from 1, and its time of arrival. */
export function createEventsEndpoint(deps: EventsEndpointDeps): EventsEndpoint {
  const { engine, ledger, bodies, limiter, clock, limits, log } = deps;
  let closed = false;
  let accepted = 0;

  function refuse(response: ServerResponse, answer: RefusedAnswer, events: number): void {
    ledger.received += events;
    ledger.refused[answer.status] += events;
    sendError(response, answer);
  }

  function onBody(response: ServerResponse, body: Buffer): void {
    const parsed = parseEventsBody(body);
    if (parsed.kind === 'unreadable') refuse(response, parsed.answer, 1);
    else if (parsed.events.length === 0) answerEmpty(response, parsed.rejected);
    else submit(response, parsed);
  }

  function answerEmpty(response: ServerResponse, rejected: readonly RejectedEvent[]): void {
    countRejected(rejected);
    const [first] = rejected;
    if (first === undefined) response.end();
    else sendError(response, rejectedAnswer(first));
  }

  function countRejected(rejected: readonly RejectedEvent[]): void {
    ledger.received += rejected.length;
    for (const { fault } of rejected) ledger.refused[fault.status] += 1;
  }

  function submit(response: ServerResponse, whole: EventsBody): void {
    const body = engine.isTooLarge === undefined ? whole : withoutTooLarge(whole, engine);
    const { events, rejected } = body;
    if (events.length === 0) {
      answerEmpty(response, rejected);
      return;
    }
    const retryAfter = limiter?.take(events.length, clock.monotonicMs()) ?? 0;
    if (retryAfter > 0) {
      refuse(response, rateAnswer(retryAfter), events.length + rejected.length);
      return;
    }
    stamp(events);
    const submission: Submission = { response, body, lastId: accepted };
    let admission: Admission | Promise<Admission>;
    try {
      admission = engine.submit(events, body.json);
    } catch (error) {
      fail(submission, error);
      return;
    }
    if (typeof admission === 'string') settle(submission, admission);
    else settleLater(submission, admission);
  }

  function stamp(events: readonly NormalizedEvent[]): void {
    const receivedMs = clock.wallMs();
    for (const event of events) {
      accepted += 1;
      event.connId = accepted;
      event.receivedMs = receivedMs;
    }
  }

  function settleLater(submission: Submission, admission: Promise<Admission>): void {
    admission.then(
      (outcome) => {
        settle(submission, outcome);
      },
      (error: unknown) => {
        fail(submission, error);
      },
    );
  }

  function settle(submission: Submission, admission: Admission): void {
    if (admission === 'admitted') admit(submission);
    else takeBack(submission, admission === 'full' ? fullAnswer() : CLOSING);
  }

  function fullAnswer(): RefusedAnswer {
    const message = engine.whyFull?.();
    return message === undefined ? FULL : { ...FULL, code: 'not_ready', message };
  }

  function fail(submission: Submission, error: unknown): void {
    log.error({ err: error }, 'engine failed to take events');
    takeBack(submission, BROKEN);
  }

  /** Refuses the request whole. Its numbers go to the next events, unless later ones have been given out: that leaves a gap. */
  function takeBack({ response, body, lastId }: Submission, answer: RefusedAnswer): void {
    const { events, rejected } = body;
    limiter?.giveBack(events.length);
    if (accepted === lastId) accepted -= events.length;
    refuse(response, answer, events.length + rejected.length);
  }

  function admit({ response, body }: Submission): void {
    const { events, rejected } = body;
    ledger.received += events.length;
    if (rejected.length === 0) {
      response.end();
      return;
    }
    countRejected(rejected);
    const reasons = rejected.map(({ index, fault }) => ({
      index,
      status: fault.status,
      reason: describeEventFault(fault),
    }));
    const text = JSON.stringify({ accepted: events.length, rejected: reasons });
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(text);
  }

  function refusalOf(
    request: IncomingMessage,
  ): RefusedAnswer | undefined | Promise<RefusedAnswer | undefined> {
    if (isCrossSite(request.headers)) return CROSS_SITE;
    return closed ? CLOSING : deps.checkAccess?.(request);
  }

  function receive(
    request: IncomingMessage,
    response: ServerResponse,
    refusal: RefusedAnswer | undefined,
  ): void {
    if (refusal !== undefined) {
      refuse(response, refusal, 1);
      return;
    }
    bodies.read({ request, response, maxBytes: limits.eventsBytes }, (body) => {
      if (Buffer.isBuffer(body)) onBody(response, body);
      else refuse(response, body, 1);
    });
  }

  function receiveLater(
    request: IncomingMessage,
    response: ServerResponse,
    later: Promise<RefusedAnswer | undefined>,
  ): void {
    later.then(
      (refusal) => {
        receive(request, response, refusal ?? (closed ? CLOSING : undefined));
      },
      (error: unknown) => {
        log.error({ err: error }, 'the token of a sender cannot be checked');
        refuse(response, BROKEN, 1);
      },
    );
  }

  return {
    handle: (request, response) => {
      if (request.method !== 'POST') {
        sendError(response, WRONG_METHOD);
        return;
      }
      const refusal = refusalOf(request);
      if (refusal instanceof Promise) receiveLater(request, response, refusal);
      else receive(request, response, refusal);
    },
    close: () => {
      closed = true;
    },
  };
}

const TOO_LARGE: EventFault = {
  status: 413,
  field: '',
  problem: 'is larger than a message of NATS may be',
};

/** The body with its too large events among the rejected ones, in their order. */
function withoutTooLarge(body: EventsBody, engine: EventsEndpointDeps['engine']): EventsBody {
  if (!body.events.some((event) => engine.isTooLarge?.(event))) return body;
  const rejectedAt = new Map(body.rejected.map((one) => [one.index, one]));
  const events: NormalizedEvent[] = [];
  const rejected: RejectedEvent[] = [];
  let index = 0;
  for (const event of body.events) {
    for (let one = rejectedAt.get(index); one !== undefined; one = rejectedAt.get(index)) {
      rejected.push(one);
      index += 1;
    }
    if (engine.isTooLarge?.(event) === true) rejected.push({ index, fault: TOO_LARGE });
    else events.push(event);
    index += 1;
  }
  rejected.push(...body.rejected.filter((one) => one.index >= index));
  return { ...body, events, rejected, json: undefined };
}

function rejectedAnswer({ fault }: RejectedEvent): ErrorAnswer {
  return {
    status: fault.status,
    code: 'invalid_event',
    message: describeEventFault(fault),
    details: { field: fault.field, problem: fault.problem },
  };
}

function rateAnswer(retryAfter: number): RefusedAnswer {
  return {
    status: 429,
    code: 'rate_limit',
    message: 'more events than the limit on events per second allows',
    headers: { 'retry-after': String(retryAfter) },
  };
}
