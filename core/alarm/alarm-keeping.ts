import type { Findings } from './alarm-record.ts';

/** What is kept of a live alarm beside its backlog's state: findings of look-ups, and what persons set. */
export interface AlarmKeeping extends Findings {
  /** Undefined: what the backlog has. */
  readonly status: string | undefined;
  readonly tag: string | undefined;
  /** Whether a person has deleted it: it gets no more lines. */
  readonly deleted: boolean;
}
