import { isJsonObject } from '../../core/event/event-fields.ts';
import type { ReadEvent } from './event-files.ts';

/** How the times in recorded events are used; all times are Unix milliseconds. */
export interface TimingSettings {
  /** Events go when they went, counted from the first. */
  readonly asRecorded: boolean;
  /** How many times faster than recorded. */
  readonly speed: number;
  /** The first event gets the time of the start, the others theirs at the same distance (by `speed`). */
  readonly shiftTimes: boolean;
}

/** An event that is ready to go. */
export interface TimedEvent {
  readonly text: string;
  /** When it is due; undefined: at once. */
  readonly dueMs: number | undefined;
}

/** Answers for each event, in their order, when it is due and what its text is then. */
export function createTiming(
  { asRecorded, speed, shiftTimes }: TimingSettings,
  startMs: number,
): (event: ReadEvent & { readonly text: string }) => TimedEvent {
  let firstMs: number | undefined;
  return ({ text, value }) => {
    if (!asRecorded && !shiftTimes) return { text, dueMs: undefined };
    if (!isJsonObject(value)) return { text, dueMs: undefined };
    const recordedMs = Date.parse(String(value['timestamp']));
    // what is wrong with it the engine says
    if (Number.isNaN(recordedMs)) return { text, dueMs: undefined };
    firstMs ??= recordedMs;
    const timeMs = startMs + (recordedMs - firstMs) / speed;
    const timestamp = new Date(timeMs).toISOString();
    return {
      text: shiftTimes ? JSON.stringify({ ...value, timestamp }) : text,
      dueMs: asRecorded ? timeMs : undefined,
    };
  };
}
