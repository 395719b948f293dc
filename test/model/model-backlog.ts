import type { CustomData } from '../../core/alarm/alarm-record.ts';
import type { DirectiveSource } from '../../core/directive/directive-source.ts';
import type { AlarmLine, RawEvent } from './model-input.ts';

/** What one stage of a backlog has seen; times are whole Unix seconds. */
export interface ModelStage {
  readonly eventIds: Set<string>;
  readonly sticky: Set<string>;
  first?: RawEvent;
  start?: number;
  end?: number;
  status?: 'finished' | 'timeout';
}

/** A backlog of the reference model; the stage numbered N is `stages[N - 1]`. */
export interface ModelBacklog {
  readonly directive: DirectiveSource;
  readonly opener: RawEvent;
  readonly openedBy: { readonly eventId: string; readonly sequence: number };
  readonly title: string;
  readonly stages: readonly ModelStage[];
  /** The number of the current stage. */
  current: number;
  risk: number;
  readonly srcIps: Set<string>;
  readonly dstIps: Set<string>;
  readonly customData: CustomData[];
  updateTime: number;
  createdTime?: number;
  ended?: 'complete' | 'timeout';
  readonly alarmEvents: (readonly [stage: number, eventId: string])[];
  readonly alarms: AlarmLine[];
}
