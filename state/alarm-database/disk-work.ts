// When what is written to disk: in short steps, so that questions are answered in between.
import type { AlarmDatabase } from './alarm-database.ts';
import { DatabaseError } from './database.ts';

/** Changes of the same alarm within this time are written once. */
const GATHER_MS = 300;
/** After a kill, counts of running alarms are this old at most; places of events are found again in the event files. */
const COUNTS_EVERY_MS = 60_000;
const TRAILS_EVERY_MS = 60_000;
const TRAILS_A_STEP = 200;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;
/** So long after the last failure's retry all is well: lines of events and rows can fail in turns. */
const STEADY_MS = 1_000;

export interface DiskWorkDeps {
  readonly database: AlarmDatabase;
  readonly saved: (batch: number) => void;
  /** Undefined when it works again. */
  readonly failing: (reason: string | undefined) => void;
  readonly nowMs: () => number;
}

export class DiskWork {
  readonly #deps: DiskWorkDeps;
  #gatheredMs = 0;
  #countsMs: number;
  #trailsMs: number;
  #isWritingTrails = false;
  #retryMs = 0;
  #retryAtMs = 0;
  #isFailing = false;

  constructor(deps: DiskWorkDeps) {
    this.#deps = deps;
    this.#countsMs = deps.nowMs();
    this.#trailsMs = deps.nowMs();
  }

  /** Does a step; answers after how many milliseconds the next one is due. Throws when the database is unreadable. */
  step(): number {
    const waitMs = this.#retryAtMs - this.#deps.nowMs();
    if (waitMs > 0) return waitMs;
    try {
      const delay = this.#stepOrThrow();
      if (this.#isFailing && delay > 0 && waitMs < -STEADY_MS) this.#recover();
      return delay;
    } catch (err) {
      if (err instanceof DatabaseError && err.isUnreadable) throw err;
      return this.fail(err);
    }
  }

  /** Takes note of a failure; answers when to try again. */
  fail(err: unknown): number {
    this.#isFailing = true;
    this.#retryMs = Math.min(LONGEST_RETRY_MS, Math.max(FIRST_RETRY_MS, this.#retryMs * 2));
    this.#retryAtMs = this.#deps.nowMs() + this.#retryMs;
    this.#deps.failing(err instanceof Error ? err.message : String(err));
    return this.#retryMs;
  }

  /** Writes all that there is, or throws. */
  finish(): void {
    const { database, saved } = this.#deps;
    database.touchMoved();
    for (;;) {
      if (!database.rows.isWriting) database.rows.begin(!database.isFilling);
      if (!database.rows.isWriting) break;
      const done = database.rows.writeSome();
      if (done !== undefined) saved(done.batch);
    }
    if (!this.#isWritingTrails) database.events.beginWriting();
    while (database.writeSomeTrails(TRAILS_A_STEP));
    database.events.beginWriting();
    while (database.writeSomeTrails(TRAILS_A_STEP));
    database.events.saveReferences();
  }

  #recover(): void {
    this.#isFailing = false;
    this.#retryMs = 0;
    this.#deps.failing(undefined);
  }

  #stepOrThrow(): number {
    const { database, saved } = this.#deps;
    const now = this.#deps.nowMs();
    if (now - this.#countsMs > COUNTS_EVERY_MS) {
      this.#countsMs = now;
      database.touchMoved();
    }
    if (database.rows.isWriting) {
      const done = database.rows.writeSome();
      if (done !== undefined) saved(done.batch);
      return 0;
    }
    if (this.#isWritingTrails) {
      this.#isWritingTrails = database.writeSomeTrails(TRAILS_A_STEP);
      return 0;
    }
    if (now - this.#trailsMs > TRAILS_EVERY_MS) {
      this.#trailsMs = now;
      database.events.moveSparse();
      database.events.beginWriting();
      this.#isWritingTrails = true;
      return 0;
    }
    if (!database.rows.hasWork) return 1000;
    if (this.#gatheredMs === 0) this.#gatheredMs = now + GATHER_MS;
    if (now < this.#gatheredMs) return this.#gatheredMs - now;
    this.#gatheredMs = 0;
    database.rows.begin(!database.isFilling);
    return 0;
  }
}
