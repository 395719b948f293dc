// Puts what backends tell into one sequence, as a live feed takes it. A message that is missing is noticed by the numbers;
// then the backend is asked how its alarms are now, and what has changed is told.
import type Logger from 'bunyan';
import type { EnginePort, SequencedChange } from '../../actors/engine-port.ts';
import { RecentAlarms } from '../../core/alarm/recent-alarms.ts';
import type { NatsLink } from '../nats-link.ts';
import type { NodeDirectory } from '../node-directory.ts';
import type { Asker } from './asker.ts';
import { readFeedMessage, type FeedMessage, type ToldChange } from './feed-message.ts';
import { findChanges, readCurrent, type CurrentAlarms } from './read-running.ts';
import type { SequenceBook } from './sequence-book.ts';
import { backendKey, FEED_SUBJECTS, type Backend } from './view-subjects.ts';

export interface FeedFollowerDeps {
  readonly link: Pick<NatsLink, 'subscribe'>;
  readonly directory: Pick<NodeDirectory, 'onAnnouncement' | 'onSilence'>;
  readonly asker: Asker;
  readonly book: SequenceBook;
  /** Unix milliseconds. */
  readonly wallMs: () => number;
  readonly log: Logger;
  /** The pause after a backend did not answer; default 1 s. */
  readonly retryMs?: number;
}

/** What happens in the cluster, told as an engine tells. */
export interface FeedFollower extends Pick<EnginePort, 'subscribe'> {
  /** Times that something of a feed was missing and was asked for. */
  readonly gaps: number;
  close(): void;
}

const RETRY_MS = 1_000;
const MOST_WAITING = 2_000;
const MOST_KNOWN = 10_000;

interface Followed {
  readonly backend: Backend;
  /** The number of the last message that was told. */
  last: number;
  /** Messages that came while the backend is asked; undefined when it is not. */
  waiting: FeedMessage[] | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Follows every backend from now on. */
export function followFeeds(deps: FeedFollowerDeps): FeedFollower {
  return new Follower(deps);
}

class Follower implements FeedFollower {
  gaps = 0;
  readonly #deps: FeedFollowerDeps;
  readonly #followed = new Map<string, Followed>();
  /** By name, over restarts of the node: what comes back the same is not told again. */
  readonly #known = new Map<string, RecentAlarms>();
  readonly #listeners = new Set<(changes: readonly SequencedChange[]) => void>();
  readonly #unsubscribe: () => void;
  #isClosed = false;

  constructor(deps: FeedFollowerDeps) {
    this.#deps = deps;
    this.#unsubscribe = deps.link.subscribe(FEED_SUBJECTS, ({ data }) => {
      const message = readFeedMessage(data);
      if (message === undefined) deps.log.warn('a message of a feed cannot be read');
      else this.#take(message);
    });
    deps.directory.onAnnouncement((announcement) => {
      if (announcement.isLast) this.#forget(announcement);
    });
    deps.directory.onSilence((announcement) => {
      this.#forget(announcement);
    });
  }

  subscribe(listener: (changes: readonly SequencedChange[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#isClosed = true;
    this.#unsubscribe();
    for (const { timer } of this.#followed.values()) clearTimeout(timer);
    this.#followed.clear();
  }

  #take(message: FeedMessage): void {
    const key = backendKey(message);
    const followed = this.#followed.get(key);
    if (followed === undefined) {
      const { node, epoch } = message;
      const backend = { node, epoch };
      const begun: Followed = {
        backend,
        last: message.number,
        waiting: [message],
        timer: undefined,
      };
      this.#followed.set(key, begun);
      void this.#askFor(begun);
      return;
    }
    const { waiting } = followed;
    if (waiting !== undefined) {
      waiting.push(message);
      // it is asked again then: what was dropped is seen as a gap
      if (waiting.length > MOST_WAITING) waiting.shift();
      return;
    }
    if (isNext(message, followed.last)) this.#tell(followed, message);
    else if (message.number > followed.last) this.#mend(followed, message);
  }

  #mend(followed: Followed, message: FeedMessage, further: readonly FeedMessage[] = []): void {
    const { node } = followed.backend;
    this.gaps += 1;
    const missing = message.number - followed.last - (message.changes.length > 0 ? 1 : 0);
    this.#deps.log.warn({ node, missing }, 'messages of a feed were lost, the node is asked');
    followed.waiting = [message, ...further];
    void this.#askFor(followed);
  }

  async #askFor(followed: Followed): Promise<void> {
    const { asker, log, wallMs, retryMs = RETRY_MS } = this.#deps;
    const { backend } = followed;
    const known = this.#knownOf(backend.node);
    try {
      const ids = [...known.entries()].map(({ id }) => id);
      const current = await readCurrent(asker, backend, ids);
      if (!this.#isFollowed(followed)) return;
      this.#emit(backend.node, findChanges(current, known, wallMs() / 1000));
      this.#deps.book.noteFeed(backendKey(backend), current.sequence);
      this.#tellWaiting(followed, current);
    } catch (err) {
      if (!this.#isFollowed(followed)) return;
      log.warn(
        { err, node: backend.node },
        'the alarms of a backend cannot be read, it is tried again',
      );
      followed.timer = setTimeout(() => {
        void this.#askFor(followed);
      }, retryMs);
    }
  }

  #tellWaiting(followed: Followed, current: CurrentAlarms): void {
    const waiting = followed.waiting ?? [];
    const [first] = waiting;
    followed.waiting = undefined;
    if (first === undefined) return;
    followed.last = first.changes.length > 0 ? first.number - 1 : first.number;
    for (const [index, message] of waiting.entries()) {
      if (!isNext(message, followed.last)) {
        if (message.number > followed.last) {
          this.#mend(followed, message, waiting.slice(index + 1));
          return;
        }
        continue;
      }
      const isOld = reach(waiting, index) <= current.sequence;
      this.#tell(followed, isOld ? withoutStates(message) : message);
    }
  }

  #tell(followed: Followed, { number, to, changes }: FeedMessage): void {
    followed.last = number;
    this.#emit(followed.backend.node, changes);
    if (to > 0) this.#deps.book.noteFeed(backendKey(followed.backend), to);
  }

  #emit(node: string, changes: readonly ToldChange[]): void {
    if (changes.length === 0) return;
    const { book, log } = this.#deps;
    const known = this.#knownOf(node);
    const told = changes.map((change) => {
      book.current += 1;
      known.apply(change, book.current);
      return { sequence: book.current, change };
    });
    for (const listener of this.#listeners) {
      try {
        listener(told);
      } catch (err) {
        log.error({ err }, 'a subscriber of the feed failed');
      }
    }
  }

  #knownOf(node: string): RecentAlarms {
    const known = this.#known.get(node) ?? new RecentAlarms(MOST_KNOWN);
    this.#known.set(node, known);
    return known;
  }

  #isFollowed(followed: Followed): boolean {
    return !this.#isClosed && this.#followed.get(backendKey(followed.backend)) === followed;
  }

  #forget(backend: Backend): void {
    const key = backendKey(backend);
    clearTimeout(this.#followed.get(key)?.timer);
    this.#followed.delete(key);
  }
}

/** Whether nothing is missing between the message of that number and this one. */
function isNext({ number, changes }: FeedMessage, last: number): boolean {
  return changes.length > 0 ? number === last + 1 : number === last;
}

/** How far one has come with this message and those that belong together with it. */
function reach(messages: readonly FeedMessage[], index: number): number {
  const whole = messages.slice(index).find(({ to }) => to > 0);
  return whole?.to ?? Number.POSITIVE_INFINITY;
}

/** What was read later says it better, but for deeds and for backlogs without an alarm. */
function withoutStates(message: FeedMessage): FeedMessage {
  const changes = message.changes.filter(
    (change) => change.type === 'action' || (change.type === 'backlog' && change.risk === 0),
  );
  return { ...message, changes };
}
