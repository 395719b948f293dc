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
  /** Events that a stage accepted one after the other: a line each of siem_alarm_events.json. */
  | {
      readonly type: 'record-events';
      readonly alarmId: string;
      readonly stage: number;
      readonly eventIds: string[];
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

/** Adds the record of an accepted event, to the last effect when that is of the same stage. */
export function recordEvent(
  effects: Effect[],
  { alarmId, stage, eventId }: { alarmId: string; stage: number; eventId: string },
): void {
  const last = effects.at(-1);
  if (last?.type === 'record-events' && last.stage === stage && last.alarmId === alarmId) {
    last.eventIds.push(eventId);
  } else {
    effects.push({ type: 'record-events', alarmId, stage, eventIds: [eventId] });
  }
}
