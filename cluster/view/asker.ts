import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { NatsLink } from '../nats-link.ts';
import type { Call } from './call.ts';
import { parseJson, PartAssembler, splitIntoParts } from './message-parts.ts';
import { answerSubject, askSubject, type Backend } from './view-subjects.ts';

/**
 * Why there is no answer: NATS is away, nothing came in time, too much is asked at once, the text is larger than can be
 * sent, one side does not understand the other, or the node failed to do it.
 */
export type AskFault = 'away' | 'no_answer' | 'busy' | 'too_large' | 'not_understood' | 'failed';

/** A backend did not answer. */
export class AskError extends Error {
  override readonly name = 'AskError';
  readonly code: AskFault;

  constructor(code: AskFault, message: string) {
    super(message);
    this.code = code;
  }
}

export interface AskerDeps {
  readonly link: Pick<
    NatsLink,
    'publish' | 'subscribe' | 'onChange' | 'isConnected' | 'maxPayload'
  >;
  /** In place of the call's own. */
  readonly limitMs?: number;
}

/** Asks backends over NATS. */
export interface Asker {
  /** Rejects with AskError when there is no answer within the call's time. */
  ask<Request, Answer>(
    backend: Backend,
    call: Call<Request, Answer>,
    request: Request,
  ): Promise<Answer>;
  close(): void;
}

const MOST_WAITING = 1_000;
const KEEP_PARTS_MS = 20_000;
const FAULTS = ['busy', 'too_large', 'not_understood', 'failed'] as const;
const answerShape = z.object({
  answer: z.unknown().optional(),
  error: z.object({ code: z.enum(FAULTS), message: z.string() }).optional(),
});

interface Waiting {
  readonly timer: NodeJS.Timeout;
  readonly settle: (answer: unknown) => void;
  readonly fail: (error: AskError) => void;
}

/** Listens for answers from now on. */
export function createAsker({ link, limitMs }: AskerDeps): Asker {
  const self = randomBytes(12).toString('base64url');
  const waiting = new Map<string, Waiting>();
  const assembler = new PartAssembler(KEEP_PARTS_MS);
  let lastNumber = 0;

  function take(id: string): Waiting | undefined {
    const found = waiting.get(id);
    waiting.delete(id);
    clearTimeout(found?.timer);
    assembler.forget(id);
    return found;
  }

  function failAll(error: AskError): void {
    for (const id of [...waiting.keys()]) take(id)?.fail(error);
  }

  const unsubscribe = link.subscribe(answerSubject(self), ({ data }) => {
    const whole = assembler.take(data);
    const asked = whole === undefined ? undefined : take(whole.id);
    if (whole === undefined || asked === undefined) return;
    const { success, data: read } = answerShape.safeParse(parseJson(whole.text));
    if (!success) asked.fail(new AskError('not_understood', 'the answer is none'));
    else if (read.error === undefined) asked.settle(read.answer);
    else asked.fail(new AskError(read.error.code, read.error.message));
  });
  link.onChange((isConnected) => {
    if (!isConnected) failAll(new AskError('away', 'NATS went away'));
  });

  function send(subject: string, id: string, text: string): AskError | undefined {
    const parts = splitIntoParts(id, text, link.maxPayload);
    if (parts === undefined) return new AskError('too_large', 'the request is too large');
    const isSent = parts.every((part) => link.publish(subject, part));
    return isSent ? undefined : new AskError('away', 'NATS is away');
  }

  function exchange(
    backend: Backend,
    { name: call, limitMs: usualMs }: Pick<Call<unknown, unknown>, 'name' | 'limitMs'>,
    request: unknown,
  ): Promise<unknown> {
    const subject = askSubject(backend);
    if (subject === undefined) throw new AskError('not_understood', 'the node has an odd name');
    if (!link.isConnected) throw new AskError('away', 'NATS is away');
    if (waiting.size >= MOST_WAITING) throw new AskError('busy', 'too many answers are waited for');
    lastNumber += 1;
    const id = `${self}.${String(lastNumber)}`;
    const ms = limitMs ?? usualMs;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        take(id)?.fail(new AskError('no_answer', `no answer within ${String(ms)} ms`));
      }, ms);
      waiting.set(id, { timer, settle: resolve, fail: reject });
      const fault = send(subject, id, JSON.stringify({ call, from: self, limitMs: ms, request }));
      if (fault !== undefined) take(id)?.fail(fault);
    });
  }

  return {
    ask: async (backend, call, request) => {
      const read = call.answer.safeParse(await exchange(backend, call, request));
      if (read.success) return read.data;
      throw new AskError('not_understood', `${call.name}: the answer is no such one`);
    },
    close: () => {
      unsubscribe();
      failAll(new AskError('away', 'this node is stopping'));
    },
  };
}
