// What goes from the engine's thread to that of the store: few, large and flat values, which are cheap to hand over.

/** How many numbers stand for one alarm's counts: its slot, its progress (−1: as before), the counts of BacklogProgress. */
export const COUNTS_LENGTH = 10;
/** How many numbers stand for one event: the alarm's slot, the stage, the event time, where its line begins. */
export const MARK_LENGTH = 4;

/** A file as it was at a moment. */
export interface FilePlace {
  /** Device, inode and birth time, which stay with the file when it is renamed. */
  readonly file: string;
  readonly bytes: number;
}

/** How far the files were written that the store can be filled from again; undefined for one that does not exist. */
export interface FilePlaces {
  readonly alarms: FilePlace | undefined;
  readonly actions: FilePlace | undefined;
}

/** Lines of events; instead of where its line begins, `events` may have minus how many were not kept. */
export interface EventMarks {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly events: Float64Array<ArrayBuffer>;
}

/** Changes of some time, one after the other for each alarm; a slot is an alarm's place in `alarms`. */
export interface ChangeBatch {
  readonly number: number;
  /** The last change that is in it. */
  readonly sequence: number;
  readonly alarms: readonly string[];
  /** The newest states of those that got lines, as JSON, and for each its slot and the sequence of its first line in here. */
  readonly states: readonly string[];
  readonly stateSlots: Float64Array<ArrayBuffer>;
  readonly counts: Float64Array<ArrayBuffer>;
  /** Slots of backlogs that opened, and that ended. */
  readonly opened: readonly number[];
  readonly ended: readonly number[];
  /** AlarmActions as JSON. */
  readonly actions: readonly string[];
  readonly events: readonly EventMarks[];
  /** All that was on file by then is in here or in a batch before; undefined when that is not so. */
  readonly places: FilePlaces | undefined;
  /** Unix seconds. */
  readonly now: number;
}
