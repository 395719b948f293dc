import type { NormalizedEvent } from '../event/normalized-event.ts';
import type { AlarmAction } from './alarm-action.ts';
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

/** What the risk was made of when a stage finished (SPEC §5): priority × reliability × asset value / 25, rounded down. */
export interface StageRisk {
  readonly stage: number;
  /** Unix seconds of the admission of the event that finished the stage. */
  readonly time: number;
  readonly priority: number;
  readonly reliability: number;
  readonly asset_value: number;
  /** The address whose asset value counted; empty when none has a value. */
  readonly address: string;
  readonly risk: number;
}

/** An alarm as feed and REST show it. Keys are those of the interface. */
export interface AlarmState extends BacklogProgress {
  readonly alarm: AlarmRecord;
  /** 0 when not known: an alarm that was read from a file. */
  readonly directive_id: number;
  readonly progress: Progress;
  /** Of the finished stages, in their order; none for an alarm that was read from a file. */
  readonly risks: readonly StageRisk[];
  /** Present when a person has deleted it: it is kept, and shown to nobody. */
  readonly deleted?: true;
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
  /** Accepted events of one stage (SPEC §7), for who keeps them; before the alarm's first line too. */
  | {
      readonly type: 'events';
      readonly alarmId: string;
      readonly stage: number;
      readonly events: readonly NormalizedEvent[];
    }
  /** A person did something to an alarm; a new status or tag comes with an 'alarm' change before it. */
  | { readonly type: 'action'; readonly action: AlarmAction };
