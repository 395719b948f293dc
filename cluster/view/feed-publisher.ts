import type { EnginePort } from '../../actors/engine-port.ts';
import type { NatsLink } from '../nats-link.ts';
import type { FeedMessage, ToldChange } from './feed-message.ts';
import { GatheredChanges } from './gathered-changes.ts';
import { feedSubject, type Backend } from './view-subjects.ts';

export interface FeedPublisherDeps {
  readonly link: Pick<NatsLink, 'publish' | 'maxPayload' | 'isConnected'>;
  readonly self: Backend;
  readonly engine: Pick<EnginePort, 'subscribe'>;
  /** Default 250 ms. */
  readonly everyMs?: number;
  /** How often it is told that nothing happened; default 2 s. */
  readonly quietMs?: number;
}

const EVERY_MS = 250;
const QUIET_MS = 2_000;
const OVERHEAD_BYTES = 512;
const LARGEST_MESSAGE = 262_144;

/**
 * Tells frontends what happens on this backend, from now on; answers how to stop it. What NATS does not take, because it
 * is away or the change is larger than a message may be, takes its number too: frontends see the gap and ask.
 */
export function startFeedPublisher(deps: FeedPublisherDeps): () => void {
  const { link, self, engine, everyMs = EVERY_MS, quietMs = QUIET_MS } = deps;
  const gathered = new GatheredChanges();
  const subject = feedSubject(self);
  let number = 0;
  let toldMs = performance.now();

  function publish(changes: readonly string[], to: number): void {
    const { node, epoch } = self;
    const head: Omit<FeedMessage, 'changes'> = { node, epoch, number, to };
    const text = `${JSON.stringify(head).slice(0, -1)},"changes":[${changes.join(',')}]}`;
    toldMs = performance.now();
    if (subject !== undefined) link.publish(subject, text);
  }

  function tell(): void {
    const before = gathered.to;
    const changes = gathered.empty();
    if (changes.length === 0) {
      if (performance.now() - toldMs >= quietMs) publish([], before);
      return;
    }
    const messages = [...pack(changes, Math.min(LARGEST_MESSAGE, link.maxPayload))];
    for (const [index, texts] of messages.entries()) {
      number += 1;
      // who has only some of the messages has not come so far
      publish(texts, index === messages.length - 1 ? before : 0);
    }
  }

  const unsubscribe = engine.subscribe((changes) => {
    gathered.take(changes);
  });
  const timer = setInterval(tell, everyMs);
  return () => {
    tell();
    clearInterval(timer);
    unsubscribe();
  };
}

function* pack(changes: readonly ToldChange[], maxBytes: number): Generator<string[]> {
  let part: string[] = [];
  let bytes = OVERHEAD_BYTES;
  for (const change of changes) {
    const text = JSON.stringify(change);
    const more = Buffer.byteLength(text) + 1;
    if (part.length > 0 && bytes + more > maxBytes) {
      yield part;
      part = [];
      bytes = OVERHEAD_BYTES;
    }
    part.push(text);
    bytes += more;
  }
  if (part.length > 0) yield part;
}
