import type Logger from 'bunyan';
import { NodesAwayError } from '../../core/cluster/nodes-away-error.ts';
import type { NatsLink } from '../nats-link.ts';
import { AskError, type Asker } from './asker.ts';
import type { Backends } from './backends.ts';
import type { Call } from './call.ts';
import { backendKey, type Backend } from './view-subjects.ts';

/** What one backend answered. */
export interface NodeAnswer<Answer> {
  readonly backend: Backend;
  readonly answer: Answer;
}

/** What all backends answered, and the names of those that did not. */
export interface NodeAnswers<Answer> {
  readonly answers: readonly NodeAnswer<Answer>[];
  readonly missing: readonly string[];
}

export interface AskAllDeps {
  readonly link: Pick<NatsLink, 'isConnected'>;
  readonly asker: Asker;
  readonly backends: Backends;
  readonly log: Logger;
}

/** Asks all live backends at once. */
export interface AskAll {
  /** Rejects with NodesAwayError when there are backends and none answers, or NATS is away. */
  ask<Request, Answer>(call: Call<Request, Answer>, request: Request): Promise<NodeAnswers<Answer>>;
  /** The same, where each is asked something of its own. */
  askWith<Request, Answer>(
    call: Call<Request, Answer>,
    request: (backend: Backend) => Request,
  ): Promise<NodeAnswers<Answer>>;
  /** Each of these with its own request; rejects never. */
  askEach<Request, Answer>(
    call: Call<Request, Answer>,
    requests: readonly (readonly [Backend, Request])[],
  ): Promise<NodeAnswers<Answer>>;
}

/** The way to all backends; each that begins not to answer is logged once. */
export function createAskAll({ link, asker, backends, log }: AskAllDeps): AskAll {
  const failing = new Set<string>();

  async function askOne<Request, Answer>(
    call: Call<Request, Answer>,
    backend: Backend,
    request: Request,
  ): Promise<NodeAnswer<Answer> | string> {
    const key = backendKey(backend);
    try {
      const answer = await asker.ask(backend, call, request);
      failing.delete(key);
      return { backend, answer };
    } catch (err) {
      const isNews = !failing.has(key);
      failing.add(key);
      const code = err instanceof AskError ? err.code : 'failed';
      const what = { node: backend.node, call: call.name, code, err };
      if (isNews || code === 'not_understood') log.warn(what, 'a backend gives no answer');
      return backend.node;
    }
  }

  async function askEach<Request, Answer>(
    call: Call<Request, Answer>,
    requests: readonly (readonly [Backend, Request])[],
  ): Promise<NodeAnswers<Answer>> {
    const all = await Promise.all(
      requests.map(([backend, request]) => askOne(call, backend, request)),
    );
    return {
      answers: all.filter((one) => typeof one !== 'string'),
      missing: uniqueNames(all.filter((one) => typeof one === 'string')),
    };
  }

  async function askWith<Request, Answer>(
    call: Call<Request, Answer>,
    request: (backend: Backend) => Request,
  ): Promise<NodeAnswers<Answer>> {
    if (!link.isConnected) throw new NodesAwayError([]);
    const live = backends.live();
    const { answers, missing } = await askEach(
      call,
      live.map((backend) => [backend, request(backend)] as const),
    );
    const names = uniqueNames([...missing, ...backends.away()]);
    if (answers.length === 0 && names.length > 0) throw new NodesAwayError(names);
    return { answers, missing: names };
  }

  return { ask: (call, request) => askWith(call, () => request), askWith, askEach };
}

/** What an answer says of the nodes that it lacks. */
export function lacking(missing: readonly string[]): { readonly missingNodes?: readonly string[] } {
  return missing.length === 0 ? {} : { missingNodes: missing };
}

function uniqueNames(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
