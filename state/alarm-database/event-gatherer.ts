import type { NormalizedEvent } from '../../core/event/normalized-event.ts';
import { MARK_LENGTH, type EventMarks } from './change-batch.ts';
import { boundEventLine, writeEventLine } from './event-line.ts';
import { KEPT_EACH } from './event-trail.ts';

const CHUNK_BYTES = 512 * 1024;
/** More lines than this do not wait: what comes is counted only. */
const MOST_BYTES = 64 * 1024 * 1024;
const SKIP_SECONDS = 60;
const FIRST_MARKS = 4_096;

/** What an alarm has had since the last batch beyond the events that were written at once. */
interface Overflow {
  /** The last ones and their stages, from `start` on, around the end. */
  readonly last: NormalizedEvent[];
  readonly stages: number[];
  start: number;
  /** How many were left out, by stage and minute; those of `skippedKey` are counted beside it. */
  readonly skipped: Map<number, number>;
  skippedKey: number;
  skippedCount: number;
}

/** An alarm of the batch. */
interface GatheredAlarm {
  readonly slot: number;
  readonly id: string;
  /** Lines that were written at once, in this batch or before; counted here. */
  events: number;
}

/** Gathers the lines of accepted events: of each alarm the first, and of each batch the last so many, the others counted. */
export class EventGatherer {
  #chunks: EventMarks[] = [];
  #bytes = new Uint8Array(0);
  #length = 0;
  #marks = new Float64Array(FIRST_MARKS);
  #marked = 0;
  #total = 0;
  /** By slot. */
  readonly #overflows = new Map<number, Overflow>();

  /** Takes events of one stage of the alarm. */
  add(alarm: GatheredAlarm, stage: number, events: readonly NormalizedEvent[]): void {
    let index = 0;
    for (; index < events.length && alarm.events < KEPT_EACH; index += 1) {
      const event = events[index];
      if (event === undefined || this.#total >= MOST_BYTES) break;
      alarm.events += 1;
      this.#write(alarm, stage, event);
    }
    if (index === events.length) return;
    const overflow = this.#overflowOf(alarm.slot);
    for (; index < events.length; index += 1) {
      const event = events[index];
      if (event !== undefined) this.#keepLast(overflow, stage, event);
    }
  }

  /** No more comes of the alarm: its last events are written now, which would burden the collector of garbage if they waited. */
  end(alarm: GatheredAlarm): void {
    const overflow = this.#overflows.get(alarm.slot);
    if (overflow === undefined) return;
    this.#overflows.delete(alarm.slot);
    this.#writeOverflow(alarm, overflow);
  }

  /** Everything so far; `alarms` are those of the batch by slot. */
  take(alarms: readonly GatheredAlarm[]): EventMarks[] {
    for (const [slot, overflow] of this.#overflows) {
      const alarm = alarms[slot];
      if (alarm !== undefined) this.#writeOverflow(alarm, overflow);
    }
    this.#endChunk(0);
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#total = 0;
    this.#overflows.clear();
    return chunks;
  }

  #writeOverflow(alarm: GatheredAlarm, overflow: Overflow): void {
    countSkipped(overflow);
    const { skipped, last, stages, start } = overflow;
    for (const [key, count] of skipped) {
      const minute = Math.floor(key / 256);
      this.#mark(alarm.slot, key % 256, { time: minute * SKIP_SECONDS, place: -count });
    }
    for (let index = 0; index < last.length; index += 1) {
      const at = (start + index) % last.length;
      const event = last[at];
      if (event !== undefined) this.#write(alarm, stages[at] ?? 0, event);
    }
  }

  #overflowOf(slot: number): Overflow {
    let overflow = this.#overflows.get(slot);
    if (overflow === undefined) {
      overflow = {
        last: [],
        stages: [],
        start: 0,
        skipped: new Map(),
        skippedKey: -1,
        skippedCount: 0,
      };
      this.#overflows.set(slot, overflow);
    }
    return overflow;
  }

  #keepLast(overflow: Overflow, stage: number, event: NormalizedEvent): void {
    const { last, stages, start } = overflow;
    if (last.length < KEPT_EACH && this.#total < MOST_BYTES) {
      last.push(event);
      stages.push(stage);
      return;
    }
    let goneStage = stage;
    let gone = event;
    if (last.length > 0) {
      goneStage = stages[start] ?? stage;
      gone = last[start] ?? event;
      last[start] = event;
      stages[start] = stage;
      overflow.start = start + 1 === last.length ? 0 : start + 1;
    }
    const key = Math.floor(gone.timeSeconds / SKIP_SECONDS) * 256 + goneStage;
    if (key !== overflow.skippedKey) {
      countSkipped(overflow);
      overflow.skippedKey = key;
    }
    overflow.skippedCount += 1;
  }

  #mark(
    slot: number,
    stage: number,
    { time, place }: { readonly time: number; readonly place: number },
  ): void {
    const at = this.#marked;
    if (at + MARK_LENGTH > this.#marks.length) {
      const grown = new Float64Array(this.#marks.length * 2);
      grown.set(this.#marks);
      this.#marks = grown;
    }
    const marks = this.#marks;
    marks[at] = slot;
    marks[at + 1] = stage;
    marks[at + 2] = time;
    marks[at + 3] = place;
    this.#marked = at + MARK_LENGTH;
  }

  #write({ slot, id }: GatheredAlarm, stage: number, event: NormalizedEvent): void {
    const bound = boundEventLine(id, event);
    if (this.#length + bound > this.#bytes.length) this.#endChunk(Math.max(bound, CHUNK_BYTES));
    const start = this.#length;
    this.#length = writeEventLine(this.#bytes, start, { alarmId: id, stage, event });
    this.#mark(slot, stage, { time: event.timeSeconds, place: start });
    this.#total += this.#length - start;
  }

  /** What was written; nearly all of the room is handed over whole, less is copied. */
  #takeBytes(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes;
    if (this.#length < bytes.length / 2) return bytes.slice(0, this.#length);
    this.#bytes = new Uint8Array(0);
    return bytes.subarray(0, this.#length);
  }

  #endChunk(nextBytes: number): void {
    if (this.#marked > 0) {
      this.#chunks.push({
        bytes: this.#takeBytes(),
        events: this.#marks.slice(0, this.#marked),
      });
      this.#marked = 0;
    }
    this.#length = 0;
    if (nextBytes > this.#bytes.length) this.#bytes = new Uint8Array(nextBytes);
  }
}

/** Has those counted beside the map in it. */
function countSkipped(overflow: Overflow): void {
  const { skipped, skippedKey, skippedCount } = overflow;
  if (skippedCount > 0) skipped.set(skippedKey, (skipped.get(skippedKey) ?? 0) + skippedCount);
  overflow.skippedCount = 0;
}
