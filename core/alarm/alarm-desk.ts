// What persons ask to be done to alarms, and what became of it; plain data, so that a desk can be on another node.
import type { AlarmFilter } from './alarm-filter.ts';

/** What a person wants of an alarm; what is absent stays. An empty assignee is nobody. */
export interface AlarmWish {
  readonly status?: string | undefined;
  readonly tag?: string | undefined;
  readonly assignee?: string | undefined;
  /** Not empty. */
  readonly comment?: string | undefined;
  /** True deletes it (hides it), false restores it. */
  readonly deleted?: boolean | undefined;
  /** Opened by a person: counts once. */
  readonly look?: true | undefined;
}

/** A wish for one alarm, refused when somebody has made another version of it meanwhile. */
export interface AlarmRequest {
  readonly id: string;
  readonly version?: number | undefined;
  readonly wish: AlarmWish;
}

/** What persons can set. */
export interface AlarmMarks {
  readonly status: string;
  readonly tag: string;
  readonly assignee: string;
  readonly deleted: boolean;
}

/** An alarm that is as wished; `before` is what an undo restores. */
export interface ChangedAlarm {
  readonly id: string;
  /** After the change. */
  readonly version: number;
  readonly before: AlarmMarks;
  readonly after: AlarmMarks;
}

/**
 * An alarm that was left as it is: not known, changed by somebody else since the version given, or deleted; `away` may be
 * on a node that does not answer, and whether it was changed is seen by looking.
 */
export interface SkippedAlarm {
  readonly id: string;
  readonly reason: 'not_found' | 'changed' | 'deleted' | 'away';
  /** How it is now; absent when it is not known. */
  readonly version?: number;
  readonly now?: AlarmMarks;
  /** Who made the last version; absent when that is not known. */
  readonly by?: string;
}

export interface DeskAnswer {
  readonly changed: readonly ChangedAlarm[];
  readonly skipped: readonly SkippedAlarm[];
}

/** A step of a change in bulk: of what fitted the filter and had come by the change `asOf`, the next alarms by id. */
export interface SelectionRequest {
  readonly filter: AlarmFilter;
  readonly asOf: number;
  /** Empty for the first step, then what the step before answered as `next`. */
  readonly after: string;
  readonly limit: number;
  readonly wish: AlarmWish;
}

export interface SelectionAnswer extends DeskAnswer {
  /** Undefined after the last step. */
  readonly next: string | undefined;
  /** How many alarms are left for further steps. */
  readonly left: number;
}

/** Who asks; `from` is the remote address. */
export interface Person {
  readonly name: string;
  readonly role: string;
  readonly from: string;
}
