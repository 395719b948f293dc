// Which accepted events are kept where, of alarms and of backlogs that may become one: places in the segment files. What
// lives is in memory; it is written to the database now and then, and found again after a kill by reading the newest files.
import type { EventsSummary, KeptEvent } from '../../core/alarm/alarm-view.ts';
import type { AlarmEventsPage, AlarmEventsQuery } from '../alarm-store.ts';
import { bucketsNotKept } from './buckets-not-kept.ts';
import { MARK_LENGTH, type EventMarks } from './change-batch.ts';
import type { Database, Statement } from './database.ts';
import type { EventSegments } from './event-segments.ts';
import { EventTrail } from './event-trail.ts';

/** Beyond so many, trails that rest are kept in the database alone. */
const MOST_IN_MEMORY = 5_000;
const END_KEY = 'events_end';
const REFERENCES_KEY = 'event_references';

export class EventKeeper {
  readonly #segments: EventSegments;
  readonly #trails = new Map<string, EventTrail>();
  /** Changed since they were written. */
  readonly #changed = new Set<string>();
  readonly #dropped = new Set<string>();
  readonly #database: Database;
  readonly #find: Statement;
  readonly #save: Statement;
  readonly #remove: Statement;
  readonly #saveEnd: Statement;
  /** Names that are being written, and where the segments ended when that began. */
  #writing: string[] = [];
  #writingEnd = 0;
  /** Files that nothing refers to once that is done. */
  #dead: readonly number[] = [];

  constructor(database: Database, segments: EventSegments) {
    this.#database = database;
    this.#segments = segments;
    this.#find = database.prepare('SELECT trail FROM trails WHERE id = ?');
    this.#save = database.prepare('INSERT OR REPLACE INTO trails (id, trail) VALUES (?, ?)');
    this.#remove = database.prepare('DELETE FROM trails WHERE id = ?');
    this.#saveEnd = database.prepare(
      'INSERT OR REPLACE INTO facts_of_store (name, value) VALUES (?, ?)',
    );
  }

  /** Takes up what the last run left: counts what is referred to and reads what was not written to the database. */
  recover(): void {
    if (!this.#takeReferences()) {
      this.#database.prepare('SELECT trail FROM trails').each([], ([text]) => {
        for (const place of parseTrail(text)?.places() ?? []) this.#segments.refer(place, 1);
      });
    }
    const end = this.#database
      .prepare('SELECT value FROM facts_of_store WHERE name = ?')
      .get(END_KEY);
    this.#segments.scan(Number(end?.[0] ?? 0), (place, { alarmId, stage, time }) => {
      const trail = this.#trailOf(alarmId, false);
      if (place > trail.newest) this.#add(alarmId, trail, { place, stage, time });
    });
  }

  /** For the next start, when all is written: it need not read every trail. */
  saveReferences(): void {
    this.#saveEnd.run(REFERENCES_KEY, JSON.stringify(this.#segments.references()));
  }

  /** Takes the events of a batch in; throws the system's error when they could not be written: they are counted then. */
  take(alarms: readonly string[], marks: readonly EventMarks[], opened: ReadonlySet<number>): void {
    let failure: Error | undefined;
    const trails: (EventTrail | undefined)[] = [];
    for (const { bytes, events } of marks) {
      let base: number | undefined;
      try {
        base = this.#segments.append(bytes);
      } catch (err) {
        failure = err instanceof Error ? err : new Error(String(err));
      }
      for (let at = 0; at < events.length; at += MARK_LENGTH) {
        const slot = events[at] ?? 0;
        const id = alarms[slot] ?? '';
        const trail = (trails[slot] ??= this.#trailOf(id, opened.has(slot)));
        const stage = events[at + 1] ?? 0;
        const time = events[at + 2] ?? 0;
        const offset = events[at + 3] ?? 0;
        if (base !== undefined && offset >= 0) {
          this.#add(id, trail, { place: base + offset, stage, time });
        } else {
          this.#skip(id, trail, { stage, time, count: Math.max(1, -offset) });
        }
      }
    }
    if (failure !== undefined) throw failure;
  }

  /** Forgets the events of a backlog that ended without an alarm, or of an alarm that is let go. */
  drop(id: string): void {
    const trail = this.#trails.get(id) ?? this.#load(id);
    for (const place of trail?.places() ?? []) this.#segments.refer(place, -1);
    this.#trails.delete(id);
    this.#changed.delete(id);
    if (trail !== undefined) this.#dropped.add(id);
  }

  /** Drops all that are no alarm and whose backlog does not live. */
  dropAllBut(isKept: (id: string) => boolean): void {
    const ids = new Set(this.#trails.keys());
    this.#database.prepare('SELECT id FROM trails').each([], ([id]) => ids.add(String(id)));
    for (const id of ids) if (!isKept(id)) this.drop(id);
  }

  /** What `get` tells of an alarm's events; undefined when none were recorded. */
  summarize(id: string): EventsSummary | undefined {
    const trail = this.#trails.get(id) ?? this.#load(id);
    if (trail === undefined) return undefined;
    const isWhole = trail.kept === trail.total;
    const kept = isWhole ? [] : [...this.#readNewestFirst(trail, Infinity)];
    const keptOf = (stage: number, total: number): number =>
      isWhole ? total : kept.filter((event) => event.stage === stage).length;
    return {
      total: trail.total,
      kept: isWhole ? trail.total : kept.length,
      recorded: true,
      stages: trail
        .stages()
        .map(({ stage, total }) => ({ stage, total, kept: keptOf(stage, total) })),
      bucket_seconds: trail.bucketSeconds,
      not_kept: isWhole ? [] : bucketsNotKept(trail, kept),
    };
  }

  /** A page of an alarm's kept events. */
  list({ alarmId, stage, since, until, before, limit }: AlarmEventsQuery): AlarmEventsPage {
    const trail = this.#trails.get(alarmId) ?? this.#load(alarmId);
    const events: KeptEvent[] = [];
    if (trail === undefined) return { events, next: undefined };
    for (const { place, time, ...kept } of this.#readNewestFirst(trail, before ?? Infinity)) {
      if (stage !== undefined && kept.stage !== stage) continue;
      if ((since !== undefined && time < since) || (until !== undefined && time > until)) continue;
      if (events.length === limit) return { events, next: events.at(-1)?.place };
      events.push({ place, ...kept });
    }
    return { events, next: undefined };
  }

  /** Begins to write what has changed; `writeSome` goes on with it. */
  beginWriting(): void {
    this.#writing = [...this.#changed];
    this.#writingEnd = this.#segments.end;
    this.#dead = this.#segments.findDead();
    this.#changed.clear();
  }

  /** Within a transaction: writes at most so many; false when all are written. */
  writeSome(most: number): boolean {
    const some = this.#writing.slice(0, most);
    for (const id of some) {
      const trail = this.#trails.get(id);
      if (trail !== undefined) this.#save.run(id, trail.serialize());
    }
    if (this.#writing.length > some.length) return true;
    for (const id of this.#dropped) if (!this.#trails.has(id)) this.#remove.run(id);
    this.#saveEnd.run(END_KEY, String(this.#writingEnd));
    return false;
  }

  /** To be called when what `writeSome` wrote is committed. */
  settle(most: number): void {
    const wasLast = this.#writing.length <= most;
    this.#writing = this.#writing.slice(most);
    if (!wasLast) return;
    this.#dropped.clear();
    for (const number of this.#dead) this.#segments.remove(number);
    this.#forgetResting();
  }

  /** To be called when nothing of it is. */
  fail(): void {
    for (const id of this.#writing) this.#changed.add(id);
    this.#writing = [];
  }

  /** Moves what is in use out of a file of which most is not; whether there was one. */
  moveSparse(): boolean {
    const number = this.#segments.findSparse();
    if (number === undefined) return false;
    const users = new Map<number, string>();
    const keptOf = this.#createKeptOf();
    const moved = this.#segments.moveLines(number, (place, id) => {
      if (!keptOf(id).has(place)) return false;
      users.set(place, id);
      return true;
    });
    for (const [from, to] of moved) {
      const id = users.get(from) ?? '';
      const trail = this.#trailOf(id, false);
      trail.move(from, to);
      this.#changed.add(id);
      this.#segments.refer(from, -1);
      this.#segments.refer(to, 1);
    }
    return true;
  }

  /** Places by alarm, each looked up once. */
  #createKeptOf(): (id: string) => ReadonlySet<number> {
    const known = new Map<string, ReadonlySet<number>>();
    return (id) => {
      let places = known.get(id);
      if (places === undefined) {
        places = new Set((this.#trails.get(id) ?? this.#load(id))?.places());
        known.set(id, places);
      }
      return places;
    };
  }

  /** Takes over what an orderly stop left, which holds for one start; whether it left anything. */
  #takeReferences(): boolean {
    const find = this.#database.prepare('SELECT value FROM facts_of_store WHERE name = ?');
    const text = find.get(REFERENCES_KEY)?.[0];
    if (typeof text !== 'string') return false;
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return false;
    this.#segments.setReferences(value.map(Number));
    this.#database.prepare('DELETE FROM facts_of_store WHERE name = ?').run(REFERENCES_KEY);
    return true;
  }

  #add(
    id: string,
    trail: EventTrail,
    {
      place,
      stage,
      time,
    }: { readonly place: number; readonly stage: number; readonly time: number },
  ): void {
    const gone = trail.add(place, stage, time);
    this.#segments.refer(place, 1);
    if (gone !== 0) this.#segments.refer(gone, -1);
    this.#changed.add(id);
  }

  #skip(
    id: string,
    trail: EventTrail,
    {
      stage,
      time,
      count,
    }: { readonly stage: number; readonly time: number; readonly count: number },
  ): void {
    for (const gone of trail.skip(stage, time, count)) this.#segments.refer(gone, -1);
    this.#changed.add(id);
  }

  #trailOf(id: string, isNew: boolean): EventTrail {
    let trail = this.#trails.get(id);
    if (trail !== undefined) return trail;
    trail = (isNew ? undefined : this.#load(id)) ?? new EventTrail();
    this.#trails.set(id, trail);
    return trail;
  }

  #load(id: string): EventTrail | undefined {
    if (this.#dropped.has(id)) return undefined;
    const row = this.#find.get(id);
    return row === undefined ? undefined : parseTrail(row[0]);
  }

  #forgetResting(): void {
    for (const id of this.#trails.keys()) {
      if (this.#trails.size <= MOST_IN_MEMORY) return;
      if (!this.#changed.has(id)) this.#trails.delete(id);
    }
  }

  *#readNewestFirst(
    trail: EventTrail,
    before: number,
  ): Generator<KeptEvent & { readonly time: number }> {
    for (const [number, at] of trail.newestFirst(before)) {
      const line = this.#segments.read(at);
      if (line === undefined) continue;
      yield { place: number, stage: line.stage, event: line.event, time: line.time };
    }
  }
}

function parseTrail(text: unknown): EventTrail | undefined {
  return typeof text === 'string' ? EventTrail.parse(text) : undefined;
}
