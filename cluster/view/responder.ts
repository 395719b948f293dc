import { z } from 'zod';
import type Logger from 'bunyan';
import type { NatsLink } from '../nats-link.ts';
import type { AskFault } from './asker.ts';
import type { Call } from './call.ts';
import { parseJson, PartAssembler, splitIntoParts } from './message-parts.ts';
import { answerSubject, askSubject, isAsker, type Backend } from './view-subjects.ts';

export interface ResponderDeps {
  readonly link: Pick<NatsLink, 'publish' | 'subscribe' | 'maxPayload'>;
  readonly self: Backend;
  readonly log: Logger;
}

/** Answers what frontends ask of this backend. */
export interface Responder {
  /** Has a call answered so from now on. */
  on<Request, Answer>(
    call: Call<Request, Answer>,
    handle: (request: Request) => Answer | Promise<Answer>,
  ): void;
  /** Takes no more; what is being answered goes on. */
  close(): void;
}

const MOST_AT_ONCE = 32;
const MOST_WAITING = 512;
const KEEP_PARTS_MS = 20_000;
const requestShape = z.object({
  call: z.string(),
  from: z.string().refine(isAsker),
  limitMs: z.number().min(0).max(60_000),
  request: z.unknown(),
});

interface Asked extends z.infer<typeof requestShape> {
  readonly id: string;
  /** After this nobody waits for the answer. */
  readonly untilMs: number;
}

type Reply = { readonly answer: unknown } | { readonly error: { code: AskFault; message: string } };

/** Listens from now on; throws TypeError for a node whose name cannot be part of a subject. */
export function createResponder({ link, self, log }: ResponderDeps): Responder {
  const handlers = new Map<string, (request: unknown) => Promise<Reply>>();
  const assembler = new PartAssembler(KEEP_PARTS_MS);
  const line: Asked[] = [];
  let running = 0;
  const subject = askSubject(self);
  if (subject === undefined) throw new TypeError(`a node cannot have the name ${self.node}`);

  function reply(asked: Asked, content: Reply): void {
    const to = answerSubject(asked.from);
    const parts = splitIntoParts(asked.id, JSON.stringify(content), link.maxPayload);
    if (parts === undefined) {
      log.error({ call: asked.call }, 'an answer to a frontend is too large');
      reply(asked, refusal('too_large', 'the answer is too large'));
      return;
    }
    for (const part of parts) link.publish(to, part);
  }

  function proceed(): void {
    while (running < MOST_AT_ONCE) {
      const next = line.shift();
      if (next === undefined) return;
      // a late change would come true after its frontend said that it did not
      if (performance.now() <= next.untilMs) void work(next);
    }
  }

  async function work(asked: Asked): Promise<void> {
    running += 1;
    try {
      const handle = handlers.get(asked.call);
      const unknown = refusal('not_understood', `this node does not know ${asked.call}`);
      reply(asked, handle === undefined ? unknown : await handle(asked.request));
    } catch (err) {
      log.error({ err, call: asked.call }, 'what a frontend asked for failed');
      reply(asked, refusal('failed', 'the node failed to do it; its log says why'));
    } finally {
      running -= 1;
      proceed();
    }
  }

  const unsubscribe = link.subscribe(subject, ({ data }) => {
    const whole = assembler.take(data);
    if (whole === undefined) return;
    const { success, data: read } = requestShape.safeParse(parseJson(whole.text));
    if (!success) {
      log.warn('a request that is none came over NATS');
      return;
    }
    const asked = { ...read, id: whole.id, untilMs: performance.now() + read.limitMs };
    if (line.length < MOST_WAITING) line.push(asked);
    else reply(asked, refusal('busy', 'the node is asked too much at once'));
    proceed();
  });

  return {
    on: ({ name, request }, handle) => {
      handlers.set(name, async (given) => {
        const read = request.safeParse(given);
        if (!read.success)
          return refusal('not_understood', `${name}: ${z.prettifyError(read.error)}`);
        return { answer: await handle(read.data) };
      });
    },
    close: unsubscribe,
  };
}

function refusal(code: AskFault, message: string): Reply {
  return { error: { code, message } };
}
