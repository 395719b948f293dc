import type { AlarmRecord } from './alarm-record.ts';

/** How an alarm's backlog stands: `stopped` was ended by an operator or a reload, `interrupted` by a stop that saved nothing. */
export type Progress = 'running' | 'complete' | 'timeout' | 'stopped' | 'interrupted';

/** The counts of a backlog under way; times are Unix seconds, event times for `first_event` and `last_event`. */
export interface BacklogProgress {
  /** The current stage, or the last one it reached. */
  readonly stage: number;
  readonly stages: number;
  /** Distinct events counted in that stage, and how many it needs. */
  readonly events: number;
  readonly needed: number;
  /** Accepted events of all stages, repeated ones too. */
  readonly events_total: number;
  readonly first_event: number;
  readonly last_event: number;
  /** The last second in which the current stage lives; later it has timed out. */
  readonly deadline: number;
}

/** An alarm as feed and REST show it. Keys are those of the interface. */
export interface AlarmState extends BacklogProgress {
  readonly alarm: AlarmRecord;
  readonly directive_id: number;
  readonly progress: Progress;
  /** The node that owns the backlog; empty for a standalone engine without a name. */
  readonly node: string;
}

/** What happened to alarms and backlogs, in order for each of them; plain data. */
export type EngineChange =
  /** A line of the alarm file was decided: the newest state. */
  | { readonly type: 'alarm'; readonly state: AlarmState }
  /** The backlog of an alarm accepted events without a line; only while its risk is 1 or more. */
  | { readonly type: 'progress'; readonly alarmId: string; readonly progress: BacklogProgress }
  | {
      readonly type: 'backlog';
      readonly change: 'opened' | 'advanced' | 'ended';
      readonly alarmId: string;
      readonly directiveId: number;
      readonly title: string;
      readonly risk: number;
      readonly progress: Progress;
      readonly counts: BacklogProgress;
    }
  /** Accepted events of one stage (SPEC §7), for who keeps them. */
  | {
      readonly type: 'events';
      readonly alarmId: string;
      readonly stage: number;
      readonly eventIds: readonly string[];
    };
