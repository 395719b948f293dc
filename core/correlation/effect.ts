import type { AlarmRecord } from '../alarm/alarm-record.ts';
import type { Findings } from './saved-backlog.ts';

/** What the look-ups of an alarm's update are asked for (SPEC §8). */
export interface LookUpTerms {
  readonly ips: readonly string[];
  /** `ip:port` pairs seen as source or destination, with port 0. */
  readonly sockets: readonly string[];
}

/** How a backlog ended; `evicted` is a time-out forced by the bound on live backlogs (SPEC §9). */
export type BacklogEnd = 'complete' | 'timeout' | 'evicted';

/** What correlation asks the outside to do, in order; records are finished, never live state. */
export type Effect =
  | {
      readonly type: 'record-event';
      readonly alarmId: string;
      readonly stage: number;
      readonly eventId: string;
    }
  | {
      readonly type: 'update-alarm';
      readonly record: AlarmRecord;
      /** Present when the update comes with look-ups. */
      readonly lookUp: LookUpTerms | undefined;
    }
  /** A reloaded backlog goes on; its alarm keeps what earlier look-ups found. */
  | {
      readonly type: 'resume-alarm';
      readonly alarmId: string;
      readonly findings: Findings;
    }
  | { readonly type: 'end-backlog'; readonly alarmId: string; readonly end: BacklogEnd };
