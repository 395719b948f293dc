// Which events of our frontends have not come to this backend: counted exactly by their numbers, or, where a process was
// killed, told as a span of time of which nothing can be known (SPEC §9).
import type Logger from 'bunyan';
import type { Announcement } from './announcement.ts';
import type { NodeDirectory } from './node-directory.ts';
import { createNumberTrack, type NumberTrack } from './number-track.ts';
import { createPlainTrack } from './plain-track.ts';
import type { SharedHeader } from './shared-message.ts';

/** Up to where the events of a frontend's run have come. */
export interface FrontendPosition {
  readonly node: string;
  readonly epoch: string;
  /** The next number of shared events. */
  readonly next: number;
}

/** What the last run of this backend left behind. */
export interface Resume {
  readonly positions: readonly FrontendPosition[];
  /** Events that had come and were not settled: a kill takes them too. */
  readonly unsettled: number;
  /** Unix seconds of the last save. */
  readonly savedAt: number;
  /** The last run ended in good order: the positions are its last. */
  readonly isExact: boolean;
}

/** A time of which nobody can say whether events were lost. */
export interface UnknownSpan {
  /** The frontend's node; '' where it is not known. */
  readonly frontend: string;
  readonly reason: 'the frontend was killed' | 'this backend was killed';
  /** Unix seconds. */
  readonly from: number;
  /** Unix seconds; undefined while the frontend is silent. */
  readonly to: number | undefined;
  /** The most events that can be lost; undefined where that is not known either. */
  readonly atMost: number | undefined;
}

export interface LossWatchDeps {
  readonly directory: Pick<NodeDirectory, 'live' | 'onAnnouncement' | 'onSilence'>;
  readonly resume: Resume | undefined;
  /** Events that were accepted by a frontend and did not come: one line of the ledger. */
  readonly onLost: (events: number) => void;
  readonly log: Logger;
  readonly monotonicMs: () => number;
  /** Unix milliseconds. */
  readonly wallMs: () => number;
  /** How long a message may be overtaken by others, and a frontend may take to say what it refused after all; default 5 s. */
  readonly waitMs?: number;
}

export interface LossWatch {
  /** Whether the message is to be taken: it comes for the first time. */
  takeShared(header: SharedHeader): boolean;
  /** A message of `dsiem_events` came; 0 stands for no conn_id. */
  takePlain(connId: number): void;
  /** Counts what has been missing for too long; called a few times a second. */
  sample(): void;
  /** To be saved every second and at the end. */
  positions(): readonly FrontendPosition[];
  /** The newest hundred, oldest first. */
  unknownSpans(): readonly UnknownSpan[];
}

interface Run {
  readonly node: string;
  readonly epoch: string;
  readonly track: NumberTrack;
  /** Nothing is known of it from before its first word. */
  readonly isStranger: boolean;
  heardSeconds: number;
  hasEnded: boolean;
}

/** Longer than a frontend waits for NATS and its next announcement take: by then it has said what it refused after all. */
const WAIT_MS = 5_000;
const MOST_SPANS = 100;
/** Runs of frontends that are remembered; a site restarts its frontends less often than backends see it. */
const MOST_RUNS = 256;

/** Watches from now on, or from where the last run stopped. */
export function createLossWatch(deps: LossWatchDeps): LossWatch {
  const watch = new Watch(deps);
  deps.directory.onAnnouncement((announcement) => {
    if (announcement.role === 'frontend') watch.hear(announcement);
  });
  deps.directory.onSilence((announcement) => {
    if (announcement.role === 'frontend') watch.miss(announcement);
  });
  return watch;
}

class Watch implements LossWatch {
  readonly #deps: LossWatchDeps;
  readonly #waitMs: number;
  readonly #runs = new Map<string, Run>();
  readonly #saved: Map<string, FrontendPosition>;
  readonly #plain = createPlainTrack();
  #spans: UnknownSpan[] = [];
  #hasToldForeign = false;

  constructor(deps: LossWatchDeps) {
    this.#deps = deps;
    this.#waitMs = deps.waitMs ?? WAIT_MS;
    const positions = deps.resume?.positions ?? [];
    this.#saved = new Map(positions.map((position) => [keyOf(position), position]));
    if (deps.resume?.isExact === false) this.#noteKill(deps.resume);
  }

  takeShared(header: SharedHeader): boolean {
    const run = this.#runOf(header, header.first);
    return run.track.take(header.first, header.count, this.#deps.monotonicMs()) === 'new';
  }

  takePlain(connId: number): void {
    this.#plain.take(connId);
  }

  hear(announcement: Announcement): void {
    const { node, shared, given, voided, isLast } = announcement;
    const isKnown = this.#runs.has(keyOf(announcement));
    const run = this.#runOf(announcement, shared + 1);
    // What was under way when we first heard of it may still come, and is not ours to miss.
    if (!isKnown && run.isStranger) run.track.expect(given + 1, Number.POSITIVE_INFINITY);
    run.heardSeconds = this.#seconds();
    run.hasEnded = isLast;
    run.track.expect(shared + 1, this.#deps.monotonicMs());
    for (const { first, end } of voided) run.track.forgive(first, end);
    // It was silent only because the network was.
    this.#spans = this.#spans.filter((span) => span.frontend !== node || span.to !== undefined);
    this.#settlePlain(announcement);
  }

  miss({ node, epoch }: Announcement): void {
    const run = this.#lastRunOf(node);
    // it has come back already, which closed its span
    if (run !== undefined && run.epoch !== epoch) return;
    this.#plain.reset();
    const from = run?.heardSeconds ?? this.#seconds();
    const reason = 'the frontend was killed';
    this.#addSpan({ frontend: node, reason, from, to: undefined, atMost: undefined });
  }

  sample(): void {
    const nowMs = this.#deps.monotonicMs();
    for (const { node, track } of this.#runs.values()) this.#lose(node, track.giveUp(nowMs));
  }

  positions(): readonly FrontendPosition[] {
    const runs = [...this.#runs.values()].map(({ node, epoch, track }) => ({
      ...{ node, epoch },
      next: track.next,
    }));
    // of frontends that have not been heard of yet
    const earlier = this.#deps.resume?.isExact === true ? [...this.#saved.values()] : [];
    return [...earlier, ...runs].slice(-MOST_RUNS);
  }

  unknownSpans(): readonly UnknownSpan[] {
    return this.#spans;
  }

  #settlePlain(announcement: Announcement): void {
    if (announcement.isLast || this.#deps.directory.live('frontend').length !== 1) {
      const isOnlyOne = this.#deps.directory.live('frontend').length === 0;
      if (isOnlyOne) this.#lose(announcement.node, this.#plain.settle(announcement));
      this.#plain.reset();
      return;
    }
    this.#lose(announcement.node, this.#plain.settle(announcement));
    if (!this.#plain.isForeign || this.#hasToldForeign) return;
    this.#hasToldForeign = true;
    this.#deps.log.warn('another frontend publishes too, losses of single events are not counted');
  }

  #lose(frontend: string, events: number): void {
    if (events === 0) return;
    this.#deps.onLost(events);
    this.#deps.log.error({ frontend, events }, 'events of a frontend are lost');
  }

  /** The run; of one not seen before, what came before `first` was before our time, unless an older run of the frontend was ours. */
  #runOf({ node, epoch }: { readonly node: string; readonly epoch: string }, first: number): Run {
    const key = keyOf({ node, epoch });
    const known = this.#runs.get(key);
    if (known !== undefined) return known;
    const older = this.#lastRunOf(node);
    const from = this.#resumeAt(key, first) ?? (older === undefined ? undefined : 1);
    if (older !== undefined && !older.hasEnded) this.#closeSpan(older);
    const run: Run = {
      ...{ node, epoch, track: createNumberTrack(from ?? first, this.#waitMs) },
      ...{ isStranger: from === undefined, heardSeconds: this.#seconds(), hasEnded: false },
    };
    this.#runs.set(key, run);
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > MOST_RUNS && oldest !== undefined) this.#runs.delete(oldest);
    return run;
  }

  /** Where the last run stopped, if it ended in good order; after a kill what is missing cannot be told from what was read. */
  #resumeAt(key: string, first: number): number | undefined {
    const saved = this.#saved.get(key);
    const { resume } = this.#deps;
    if (saved === undefined || resume === undefined) return undefined;
    this.#saved.delete(key);
    if (resume.isExact) return saved.next;
    this.#spans = this.#spans.map((span) =>
      span.frontend === saved.node && span.reason === 'this backend was killed'
        ? {
            ...span,
            to: this.#seconds(),
            atMost: Math.max(0, first - saved.next) + resume.unsettled,
          }
        : span,
    );
    return undefined;
  }

  #noteKill({ positions, savedAt }: Resume): void {
    const names = new Set(positions.map(({ node }) => node));
    const to = this.#seconds();
    for (const frontend of names.size === 0 ? [''] : names) {
      const reason = 'this backend was killed';
      this.#addSpan({ frontend, reason, from: savedAt, to, atMost: undefined });
    }
  }

  #closeSpan({ node, heardSeconds }: Run): void {
    this.#spans = this.#spans.filter((span) => span.frontend !== node || span.to !== undefined);
    const reason = 'the frontend was killed';
    const to = this.#seconds();
    this.#addSpan({ frontend: node, reason, from: heardSeconds, to, atMost: undefined });
  }

  #addSpan(span: UnknownSpan): void {
    this.#spans = [...this.#spans, span].slice(-MOST_SPANS);
    this.#deps.log.error({ span }, 'whether events were lost in this time cannot be known');
  }

  #lastRunOf(node: string): Run | undefined {
    return [...this.#runs.values()].findLast((run) => run.node === node);
  }

  #seconds(): number {
    return Math.floor(this.#deps.wallMs() / 1000);
  }
}

function keyOf({ node, epoch }: { readonly node: string; readonly epoch: string }): string {
  return JSON.stringify([node, epoch]);
}
