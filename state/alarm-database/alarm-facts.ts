import { UNTOUCHED } from '../../core/alarm/alarm-handling.ts';
import type { RiskClass } from '../../core/alarm/alarm-record.ts';
import type { AlarmState, BacklogProgress, Progress } from '../../core/alarm/alarm-state.ts';
import type { AlarmHandling } from '../../core/alarm/alarm-view.ts';

/** What the columns hold of one alarm; the same as in a row of the database. */
export interface AlarmFacts {
  readonly id: string;
  readonly status: string;
  readonly tag: string;
  readonly risk: number;
  readonly riskClass: RiskClass;
  readonly directive: number;
  readonly created: number;
  readonly updated: number;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly progress: Progress;
  readonly counts: BacklogProgress;
  readonly handling: AlarmHandling;
  readonly isDeleted: boolean;
  /** Whether its events were recorded from the beginning. */
  readonly isRecorded: boolean;
  /** A digest of the searched text. */
  readonly textDigest: number;
}

/** Of a row that nothing is known of yet but its state. */
export function factsOf(state: AlarmState, textDigest: number, isRecorded: boolean): AlarmFacts {
  const { alarm, progress } = state;
  return {
    id: alarm.alarm_id,
    status: alarm.status,
    tag: alarm.tag,
    risk: alarm.risk,
    riskClass: alarm.risk_class,
    directive: state.directive_id,
    created: alarm.created_time,
    updated: alarm.update_time,
    from: alarm.src_ips,
    to: alarm.dst_ips,
    progress,
    counts: state,
    handling: UNTOUCHED,
    isDeleted: state.deleted === true,
    isRecorded,
    textDigest,
  };
}
