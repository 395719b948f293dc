// Whether an alarm of the feed belongs to the list: the very test of the alarm store, for the filter of the address.
import { isNetworkFault, parseNetwork, type Network } from '../../../core/address/network.ts';
import { AlarmEntry } from '../../../core/alarm/alarm-entry.ts';
import { compileAlarmFilter, type AlarmCriteria } from '../../../core/alarm/alarm-filter.ts';
import { UNTOUCHED } from '../../../core/alarm/alarm-handling.ts';
import type { AlarmState } from '../../live/feed-batch.ts';
import { ALL_STATUSES, type Filters, type QueueState } from '../../router/queue-state.ts';
import { toSpan } from './time-span.ts';

/** Tells whether an alarm belongs to the list at `now` (Unix seconds). */
export type QueueFilter = (state: AlarmState & { assignee?: string }, now: number) => boolean;

const RISKS = ['Low', 'Medium', 'High'] as const;
const PROGRESSES = ['running', 'complete', 'timeout', 'stopped', 'interrupted'] as const;

/** The test for a queue; `firstStatus` is what no status stands for. */
export function compileQueueFilter(state: QueueState, firstStatus: string): QueueFilter {
  const { status, is, not, q, time } = state;
  const statuses = status === ALL_STATUSES ? [] : [status ?? firstStatus];
  const fits = compileAlarmFilter({
    is: { ...toCriteria(is), status: statuses, q },
    not: toCriteria(not),
  });
  return (alarm, now) => {
    if (alarm.deleted === true) return false;
    const { since = 0, until = Infinity } = toSpan(time, now);
    const { update_time: last } = alarm.alarm;
    if (last < since || last > until) return false;
    const entry = new AlarmEntry(alarm, 0);
    entry.handling = { ...UNTOUCHED, assignee: alarm.assignee ?? '' };
    return fits(entry);
  };
}

function toCriteria(filters: Filters): AlarmCriteria {
  const { tag, assignee, risk, progress, directive } = filters;
  return {
    ...{ tag, assignee, directive: directive?.map(Number) },
    risk: RISKS.filter((known) => risk?.includes(known)),
    progress: PROGRESSES.filter((known) => progress?.includes(known)),
    from: toNetworks(filters.from),
    to: toNetworks(filters.to),
    address: toNetworks(filters.address),
  };
}

/** What is none is refused by the engine, which says so. */
function toNetworks(texts: readonly string[] = []): Network[] {
  return texts.flatMap((text) => {
    const parsed = parseNetwork(text);
    return isNetworkFault(parsed) ? [] : [parsed];
  });
}
