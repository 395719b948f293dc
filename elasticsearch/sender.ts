import type Logger from 'bunyan';
import { deleteAlarm, restoreAlarm, setMarks, type Outcome } from './fulfil-wishes.ts';
import type { KeptDocuments } from './kept-documents.ts';
import { SearchError, type SearchClient } from './search-client.ts';
import type { QueuedWish, WishQueue } from './wish-queue.ts';

interface SenderDeps {
  readonly client: SearchClient;
  readonly kept: KeptDocuments;
  readonly queue: WishQueue;
  readonly log: Logger;
  readonly clock: { wallMs(): number };
  readonly limits: {
    readonly firstPauseMs: number;
    readonly longestPauseMs: number;
    readonly absentMs: number;
    readonly sweepsMs: readonly number[];
  };
}

/** Sends what is queued, one round after the other. */
export interface Sender {
  /** Something new may be due. */
  wake(): void;
  figures(): {
    readonly sent: number;
    readonly failed: number;
    readonly lastError: string | undefined;
  };
  /** Starts no further round; resolves when the one under way has ended. */
  close(): Promise<void>;
}

const ROUND = 500;
/** Changes that come together, as those in bulk do, go together. */
const GATHER_MS = 50;
/** How long nothing is looked at when nothing is due. */
const LONGEST_SLEEP_MS = 60_000;

/** Starts asleep. While Elasticsearch is away it tries one round after ever longer pauses, and gives nothing up. */
export function createSender(deps: SenderDeps): Sender {
  const { client, kept, queue, log, clock, limits } = deps;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> | undefined;
  let closed = false;
  let failures = 0;
  let pausedUntil = 0;
  let lastError: string | undefined;
  let sent = 0;
  let failed = 0;

  const pauseAfter = (attempts: number): number =>
    Math.min(limits.firstPauseMs * 2 ** Math.min(attempts, 20), limits.longestPauseMs);

  function sleep(ms: number): void {
    clearTimeout(timer);
    if (closed) return;
    timer = setTimeout(start, ms);
    timer.unref();
  }

  function start(): void {
    round ??= runRound().finally(() => {
      round = undefined;
      sleepUntilDue();
    });
  }

  function sleepUntilDue(): void {
    const dueAt = queue.nextDueAt();
    if (dueAt === undefined) return;
    const ms = Math.max(dueAt, pausedUntil) - clock.wallMs();
    sleep(Math.min(Math.max(ms, GATHER_MS), LONGEST_SLEEP_MS));
  }

  async function runRound(): Promise<void> {
    const entries = queue.due(clock.wallMs(), ROUND);
    if (entries.length === 0) return;
    try {
      await fulfil(entries);
      if (failures > 0) log.info({ queued: queue.size() }, 'elasticsearch is back');
      failures = 0;
      lastError = undefined;
    } catch (err) {
      lastError = err instanceof Error ? err.message : String(err);
      pausedUntil = clock.wallMs() + pauseAfter(failures);
      if (failures === 0 && !closed) {
        log.warn({ err, queued: queue.size() }, 'elasticsearch does not take changes, they wait');
      }
      failures += 1;
    }
  }

  async function fulfil(entries: readonly QueuedWish[]): Promise<void> {
    const marks: QueuedWish[] = [];
    for (const entry of entries) {
      const { id, deleted } = entry.wish;
      if (deleted === true) {
        conclude(entry, await attempt(() => deleteAlarm(client, kept, id)));
        continue;
      }
      const outcome =
        deleted === false ? await attempt(() => restoreAlarm(client, kept, entry.wish)) : undefined;
      const hasMarks = entry.wish.status !== undefined || entry.wish.tag !== undefined;
      if (outcome === undefined || (outcome.type === 'done' && hasMarks)) marks.push(entry);
      else conclude(entry, outcome);
    }
    if (marks.length === 0) return;
    const outcomes = await setMarks(
      client,
      marks.map(({ wish }) => wish),
    );
    for (const [place, entry] of marks.entries())
      conclude(entry, outcomes[place] ?? { type: 'absent' });
  }

  function conclude(entry: QueuedWish, outcome: Outcome): void {
    if (entry.wish.deleted === true && (outcome.type === 'done' || outcome.type === 'absent')) {
      lookAfter(entry);
      return;
    }
    switch (outcome.type) {
      case 'done':
        sent += 1;
        queue.settle(entry);
        return;
      case 'refused':
        giveUp(entry, outcome.problem);
        return;
      case 'absent':
        if (entry.absentSince === 0) entry.absentSince = clock.wallMs();
        if (clock.wallMs() - entry.absentSince < limits.absentMs) postpone(entry);
        else giveUp(entry, 'the alarm is not there');
        return;
      case 'busy':
        postpone(entry);
    }
  }

  /** A shipper that lags brings an alarm and its events back, so a deletion is done again. */
  function lookAfter(entry: QueuedWish): void {
    if (!entry.done) {
      sent += 1;
      entry.done = true;
      entry.attempts = 0;
    }
    const next = limits.sweepsMs[entry.attempts];
    if (next === undefined) {
      queue.settle(entry);
      return;
    }
    entry.attempts += 1;
    entry.dueAt = clock.wallMs() + next;
  }

  function postpone(entry: QueuedWish): void {
    entry.dueAt = clock.wallMs() + pauseAfter(entry.attempts);
    entry.attempts += 1;
  }

  function giveUp(entry: QueuedWish, problem: string): void {
    failed += 1;
    queue.settle(entry);
    log.error(
      { alarm_id: entry.wish.id, problem },
      'change of an alarm given up for elasticsearch',
    );
  }

  return {
    wake() {
      if (round === undefined) sleep(Math.max(GATHER_MS, pausedUntil - clock.wallMs()));
    },
    figures: () => ({ sent, failed, lastError }),
    async close() {
      closed = true;
      clearTimeout(timer);
      await round;
    },
  };
}

/** Of a request that Elasticsearch will never take, the alarm is given up and not the round. */
async function attempt(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SearchError && !error.retry) {
      return { type: 'refused', problem: error.message };
    }
    throw error;
  }
}
