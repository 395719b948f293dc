// Follows the engine's changes and does to Dsiem's three indices what persons do to alarms. The engine never waits for it.
import type Logger from 'bunyan';
import type { SequencedChange } from '../actors/engine-port.ts';
import type { AlarmRecord } from '../core/alarm/alarm-record.ts';
import { toWish } from './alarm-wish.ts';
import { createKeptDocuments } from './kept-documents.ts';
import { createSearchClient } from './search-client.ts';
import { createSender } from './sender.ts';
import { openWishQueue } from './wish-queue.ts';

/** What bounds the mirror; times in milliseconds. */
export interface MirrorLimits {
  /** Alarms with a change that waits; a change of one more is lost. */
  readonly queuedAlarms: number;
  readonly requestMs: number;
  readonly answerBytes: number;
  /** The first and the longest pause after a failure; it doubles in between. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** How long an alarm may be missing, because its shipper lags, before its change is given up. */
  readonly absentMs: number;
  /** When, after a deletion, it is done again to what a shipper brought meanwhile. */
  readonly sweepsMs: readonly number[];
  /** The most documents of one deleted alarm, and how long they are kept. */
  readonly keptDocuments: number;
  readonly keptMs: number;
}

export const MIRROR_LIMITS: MirrorLimits = {
  queuedAlarms: 100_000,
  requestMs: 30_000,
  answerBytes: 64 * 1024 * 1024,
  firstPauseMs: 1_000,
  longestPauseMs: 60_000,
  absentMs: 3_600_000,
  sweepsMs: [60_000, 600_000, 3_600_000],
  keptDocuments: 10_000,
  keptMs: 30 * 86_400_000,
};

/** Changes by the mirror since the start, but `queued`, which is of the moment. One alarm's changes can be sent as one. */
export interface MirrorFigures {
  readonly queued: number;
  readonly sent: number;
  /** Given up: Elasticsearch refused it, or never got the alarm. */
  readonly failed: number;
  /** There was no room in the queue. */
  readonly lost: number;
  /** Why it does not work just now; undefined when it does. */
  readonly lastError: string | undefined;
}

export interface ElasticsearchMirror {
  /** Takes the engine's changes, as a subscriber of it. */
  follow(changes: readonly SequencedChange[]): void;
  figures(): MirrorFigures;
  /** Stops; requests under way have `ms`, what is queued stays on file. */
  close(ms: number): Promise<void>;
}

/** How many alarms' newest records are remembered, for one that is to be restored. */
const MOST_RECORDS = 1000;
const LOG_EVERY_MS = 60_000;

/** Opens the queue in `folder`, the log directory, and starts to send; rejects with the system's error. */
export async function createElasticsearchMirror(deps: {
  /** May hold `user:password@`. */
  readonly url: string;
  readonly folder: string;
  readonly log: Logger;
  readonly clock: { wallMs(): number };
  readonly limits: MirrorLimits;
}): Promise<ElasticsearchMirror> {
  const { url, folder, log, clock, limits } = deps;
  const { requestMs: timeoutMs, answerBytes: maxBytes } = limits;
  const client = createSearchClient(url, { timeoutMs, maxBytes });
  const kept = createKeptDocuments(folder, { documents: limits.keptDocuments });
  await kept.forgetBefore(clock.wallMs() - limits.keptMs);
  const queue = await openWishQueue(folder, { limit: limits.queuedAlarms, log });
  const sender = createSender({ client, kept, queue, log, clock, limits });
  const records = new Map<string, AlarmRecord>();
  let lost = 0;
  let logLossAt = 0;

  function remember(alarm: AlarmRecord): void {
    records.delete(alarm.alarm_id);
    records.set(alarm.alarm_id, alarm);
    if (records.size <= MOST_RECORDS) return;
    for (const oldest of records.keys()) {
      records.delete(oldest);
      return;
    }
  }

  function lose(): void {
    lost += 1;
    if (clock.wallMs() < logLossAt) return;
    logLossAt = clock.wallMs() + LOG_EVERY_MS;
    log.error({ lost, queued: queue.size() }, 'queue for elasticsearch is full, changes are lost');
  }

  function follow(changes: readonly SequencedChange[]): void {
    let added = false;
    for (const { change } of changes) {
      if (change.type === 'alarm') remember(change.state.alarm);
      if (change.type !== 'action') continue;
      const { action } = change;
      const wish = toWish(action, records.get(action.alarm_id), clock.wallMs());
      if (wish === undefined) continue;
      if (queue.add(wish, clock.wallMs())) added = true;
      else lose();
    }
    if (added) sender.wake();
  }

  sender.wake();
  return {
    follow,
    figures: () => ({ ...sender.figures(), queued: queue.size(), lost }),
    async close(ms) {
      await Promise.all([sender.close(), client.close(ms)]);
      await queue.flush();
    },
  };
}
