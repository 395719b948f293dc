// The wishes that Elasticsearch has not fulfilled, in memory and on file: `elasticsearch-queue.json`, one line for each new
// wish and for each fulfilled one, written anew when most of it is settled.
import type Logger from 'bunyan';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../state/atomic-file.ts';
import { alarmWish, joinWishes, type AlarmWish } from './alarm-wish.ts';
import { readJsonLines } from './read-json-lines.ts';

const FILE_NAME = 'elasticsearch-queue.json';
const OWNER_ONLY = 0o600;
/** The file is written anew when it has more lines than this beyond those that say something. */
const MOST_SETTLED_LINES = 1000;

/** One alarm's wish under way; changed in place by the sender. */
export interface QueuedWish {
  readonly wish: AlarmWish;
  /** When it is to be tried, Unix milliseconds. */
  dueAt: number;
  /** How often it was tried without an end. */
  attempts: number;
  /** When Elasticsearch first did not have the alarm, Unix milliseconds; 0 before. */
  absentSince: number;
  /** A deletion that was done, and is looked after for what a shipper brings late. */
  done: boolean;
}

const lineShape = z.union([z.object({ settled: z.string() }), alarmWish]);

/** Wishes by alarm, oldest first; at most `limit` alarms. */
export interface WishQueue {
  /** Takes the wish in, joined to what the alarm has already; false when there is no room for another alarm. */
  add(wish: AlarmWish, nowMs: number): boolean;
  /** The next wishes that are due. */
  due(nowMs: number, limit: number): QueuedWish[];
  /** Forgets the wish, unless another one for its alarm has come meanwhile. */
  settle(queued: QueuedWish): void;
  /** When the next one is due; undefined for an empty queue. */
  nextDueAt(): number | undefined;
  /** How many alarms have something that was not done yet. */
  size(): number;
  /** Resolves when everything said so far is on file, or could not be written. */
  flush(): Promise<void>;
}

/** Opens the queue with what an earlier process left in the folder. */
export async function openWishQueue(
  folder: string,
  options: { readonly limit: number; readonly log: Logger },
): Promise<WishQueue> {
  const path = join(folder, FILE_NAME);
  const file = createWishFile(path, options.log, () => queued.values());
  const queued = new Map<string, QueuedWish>();
  for (const wish of await readWishes(path, options.log)) queued.set(wish.id, toQueued(wish, 0));
  file.rewrite();
  return {
    add(wish, nowMs) {
      const former = queued.get(wish.id);
      if (former === undefined && queued.size >= options.limit) return false;
      const earlier = former?.done === true ? undefined : former?.wish;
      queued.delete(wish.id);
      queued.set(wish.id, toQueued(joinWishes(earlier, wish), nowMs));
      file.append(JSON.stringify(wish), queued.size);
      return true;
    },
    due: (nowMs, limit) =>
      [...queued.values()].filter(({ dueAt }) => dueAt <= nowMs).slice(0, limit),
    settle(entry) {
      if (queued.get(entry.wish.id) !== entry) return;
      queued.delete(entry.wish.id);
      file.append(JSON.stringify({ settled: entry.wish.id }), queued.size);
    },
    nextDueAt() {
      let next: number | undefined;
      for (const { dueAt } of queued.values()) next = Math.min(next ?? dueAt, dueAt);
      return next;
    },
    size() {
      let count = 0;
      for (const { done } of queued.values()) if (!done) count += 1;
      return count;
    },
    flush: () => file.flush(),
  };
}

function toQueued(wish: AlarmWish, dueAt: number): QueuedWish {
  return { wish, dueAt, attempts: 0, absentSince: 0, done: false };
}

async function readWishes(path: string, log: Logger): Promise<Iterable<AlarmWish>> {
  const wishes = new Map<string, AlarmWish>();
  let unreadable = 0;
  for (const line of await readJsonLines(path)) {
    const read = lineShape.safeParse(line);
    if (!read.success) unreadable += 1;
    else if ('settled' in read.data) wishes.delete(read.data.settled);
    else wishes.set(read.data.id, joinWishes(wishes.get(read.data.id), read.data));
  }
  if (unreadable > 0) log.warn({ path, lines: unreadable }, 'unreadable lines passed over');
  return wishes.values();
}

interface WishFile {
  append(line: string, live: number): void;
  rewrite(): void;
  flush(): Promise<void>;
}

/** Writes one after the other; what could not be appended comes with the next writing of the whole file. */
function createWishFile(path: string, log: Logger, live: () => Iterable<QueuedWish>): WishFile {
  let work = Promise.resolve();
  let waiting = '';
  let lines = 0;
  let isWhole = false;

  async function write(): Promise<void> {
    const text = waiting;
    waiting = '';
    try {
      if (isWhole && text !== '') await appendFile(path, text, { mode: OWNER_ONLY });
      if (isWhole) return;
      const wishes = [...live()];
      await writeFileAtomically(
        path,
        wishes.map(({ wish }) => `${JSON.stringify(wish)}\n`),
        OWNER_ONLY,
      );
      lines = wishes.length;
      isWhole = true;
    } catch (err) {
      if (isWhole) log.error({ path, err }, 'changes for elasticsearch are only in memory');
      isWhole = false;
    }
  }

  const schedule = (): void => {
    work = work.then(write);
  };
  return {
    append(line, liveCount) {
      waiting += `${line}\n`;
      lines += 1;
      if (lines > 2 * liveCount + MOST_SETTLED_LINES) isWhole = false;
      schedule();
    },
    rewrite() {
      isWhole = false;
      schedule();
    },
    flush: () => work,
  };
}
