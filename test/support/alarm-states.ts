import fc from 'fast-check';
import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';
import type { AlarmState, BacklogProgress, EngineChange } from '../../core/alarm/alarm-state.ts';

/** An alarm's state with these changes; the record's are under `alarm`. */
export function makeAlarmState({
  alarm,
  ...changes
}: Partial<Omit<AlarmState, 'alarm'>> & {
  readonly alarm?: Partial<AlarmRecord>;
} = {}): AlarmState {
  return {
    alarm: {
      alarm_id: 'alarm-001',
      title: 'Brute force from 10.0.0.1',
      status: 'Open',
      tag: 'Identified Threat',
      kingdom: 'Delivery & Attack',
      category: 'Brute Force Attack',
      created_time: 1000,
      update_time: 1000,
      risk: 2,
      risk_class: 'Low',
      rules: [],
      src_ips: ['10.0.0.1'],
      dst_ips: ['192.168.0.1'],
      networks: ['192.168.0.0/16'],
      ...alarm,
    },
    directive_id: 1,
    progress: 'running',
    risks: [],
    ...makeCounts(),
    node: '',
    ...changes,
  };
}

/** The counts of a backlog with these changes. */
export function makeCounts(changes: Partial<BacklogProgress> = {}): BacklogProgress {
  return {
    ...{ stage: 2, stages: 3, events: 1, needed: 5, events_total: 2 },
    ...{ first_event: 990, last_event: 1000, deadline: 1600 },
    ...changes,
  };
}

/** The change of a backlog with these changes. */
export function makeBacklogChange(
  changes: Partial<Extract<EngineChange, { readonly type: 'backlog' }>> = {},
): EngineChange {
  return {
    ...{
      type: 'backlog',
      change: 'opened',
      alarmId: 'alarm-001',
      directiveId: 1,
      title: 'a title',
    },
    ...{ risk: 0, progress: 'running', counts: makeCounts() },
    ...changes,
  };
}

const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.1.0.1', '192.168.0.1', '2001:db8::1', '2001:db8::2'];
const addresses = fc.uniqueArray(fc.constantFrom(...ADDRESSES), { minLength: 1, maxLength: 3 });

/** Any state out of few values, so that many alarms have something in common; ids count from 0 to 29. */
export const alarmStates: fc.Arbitrary<AlarmState> = fc
  .record({
    number: fc.nat(29),
    title: fc.constantFrom('Brute force', 'Port scan from here', 'brute Scan'),
    status: fc.constantFrom('Open', 'In-Progress', 'Closed'),
    tag: fc.constantFrom('Identified Threat', 'False Positive'),
    time: fc.nat(20),
    risk: fc.integer({ min: 1, max: 10 }),
    progress: fc.constantFrom('running' as const, 'complete' as const, 'timeout' as const),
    directive: fc.integer({ min: 1, max: 8 }),
    src: addresses,
    dst: addresses,
    events: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ number, time, risk, src, dst, events, ...some }) =>
    makeAlarmState({
      alarm: {
        alarm_id: `alarm-${String(number).padStart(3, '0')}`,
        ...{ title: some.title, status: some.status, tag: some.tag, risk },
        risk_class: risk < 3 ? 'Low' : risk > 6 ? 'High' : 'Medium',
        ...{ created_time: time - (number % 3), update_time: time },
        ...{ src_ips: src, dst_ips: dst },
      },
      ...{ directive_id: some.directive, progress: some.progress },
      ...{ events_total: events, last_event: time + (number % 5) },
    }),
  );
