import type { Backlog, BacklogEnd } from './backlog.ts';
import type { AlarmRecord, RiskClass } from '../alarm/alarm-record.ts';
import type { BacklogProgress, Progress, StageRisk } from '../alarm/alarm-state.ts';
import type { Findings } from '../alarm/alarm-record.ts';
import type { NormalizedEvent } from '../event/normalized-event.ts';

/** What the look-ups of an alarm's update are asked for (SPEC §8). */
export interface LookUpTerms {
  readonly ips: readonly string[];
  /** `ip:port` pairs seen as source or destination, with port 0. */
  readonly sockets: readonly string[];
}

/** What correlation asks the outside to do, in order; records are finished, never live state. */
export type Effect =
  /** Events that a stage accepted one after the other: a line each of siem_alarm_events.json. */
  | {
      readonly type: 'record-events';
      readonly alarmId: string;
      readonly stage: number;
      readonly events: NormalizedEvent[];
    }
  | {
      readonly type: 'update-alarm';
      readonly record: AlarmRecord;
      readonly directiveId: number;
      readonly progress: Progress;
      readonly counts: BacklogProgress;
      readonly risks: readonly StageRisk[];
      /** Whether it is the alarm's first line. */
      readonly isFirst: boolean;
      /** The alarm's risk class, when the alarm comes to it with this line. */
      readonly newClass: RiskClass | undefined;
      /** Trace context of the event behind it, when that had one. */
      readonly carrier: Backlog['carrier'];
      /** Present when the update comes with look-ups. */
      readonly lookUp: LookUpTerms | undefined;
    }
  /** A reloaded backlog goes on; its alarm keeps what earlier look-ups found. */
  | {
      readonly type: 'resume-alarm';
      readonly alarmId: string;
      readonly findings: Findings;
      /** Whether a person has deleted it. */
      readonly deleted: boolean;
      /** Undefined while it has had no alarm line. */
      readonly update:
        | {
            readonly record: AlarmRecord;
            readonly directiveId: number;
            readonly counts: BacklogProgress;
            readonly risks: readonly StageRisk[];
          }
        | undefined;
    }
  /** A backlog whose alarm stands accepted events without a line. */
  | { readonly type: 'count-events'; readonly alarmId: string; readonly counts: BacklogProgress }
  | {
      readonly type: 'change-backlog';
      readonly change: 'opened' | 'advanced' | 'ended';
      readonly alarmId: string;
      readonly directiveId: number;
      readonly title: string;
      readonly risk: number;
      /** Undefined unless it has ended. */
      readonly end: BacklogEnd | undefined;
      /** How long the stage that has just finished took, in seconds of event time; undefined when none has. */
      readonly stageSeconds: number | undefined;
      readonly counts: BacklogProgress;
    };

/** Adds the record of an accepted event, to the last effect when that is of the same stage. */
export function recordEvent(
  effects: Effect[],
  { alarmId, stage, event }: { alarmId: string; stage: number; event: NormalizedEvent },
): void {
  const last = effects.at(-1);
  if (last?.type === 'record-events' && last.stage === stage && last.alarmId === alarmId) {
    last.events.push(event);
  } else {
    effects.push({ type: 'record-events', alarmId, stage, events: [event] });
  }
}
