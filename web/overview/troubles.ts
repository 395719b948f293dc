// What of the book-keeping an operator must know: events and lines that are unaccounted for, lost or failed.
import type { StatusView } from '../../server/schemas/status.ts';
import { countOf } from '../format/numbers.ts';

type Figures = Pick<StatusView, 'ledger' | 'alarm_store'>;

const UNITS: Readonly<Record<string, string>> = {
  received: 'event',
  accepted: 'event',
  deliveries: 'delivery',
  'alarm lines': 'alarm line',
  'alarm-event lines': 'alarm-event line',
};

/** A sentence for each, the gravest first; empty when nothing is lost. */
export function findTroubles({ ledger, alarm_store: store }: Figures): string[] {
  const { imbalances, lost, failed, alarm_lines: alarms, alarm_event_lines: events } = ledger;
  return [
    ...imbalances.map(({ equation, difference }) =>
      sentence(Math.abs(difference), UNITS[equation] ?? equation, 'unaccounted for'),
    ),
    ...[
      { count: lost, unit: 'event', what: 'lost' },
      { count: alarms.lost, unit: 'alarm line', what: 'lost' },
      { count: events.lost, unit: 'alarm-event line', what: 'lost' },
      { count: failed + ledger.deliveries_failed, unit: 'event', what: 'given up after an error' },
      { count: store.lost, unit: 'change', what: 'not in the alarm store' },
    ].flatMap(({ count, unit, what }) => (count === 0 ? [] : [sentence(count, unit, what)])),
  ];
}

function sentence(count: number, unit: string, what: string): string {
  const plural = unit === 'delivery' ? 'deliveries' : `${unit}s`;
  return `${countOf(count, unit, plural)} ${count === 1 ? 'is' : 'are'} ${what}`;
}
