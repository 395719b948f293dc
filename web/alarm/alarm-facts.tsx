import type { JSX } from 'preact';
import type { AlarmDetail } from '../../server/schemas/alarm-detail.ts';
import { Fact } from '../controls/fact.tsx';
import { Time } from '../controls/time.tsx';
import { formatDuration } from '../format/durations.ts';
import { formatCount } from '../format/numbers.ts';
import { formatAddress } from '../router/address.ts';
import { progressWords } from './progress-words.ts';

/** What the alarm is, in one row. */
export function AlarmFacts({ detail }: { readonly detail: AlarmDetail }): JSX.Element {
  const { alarm, first_event: first, last_event: last, events_total: events, node } = detail;
  return (
    <dl class="sum">
      <Fact name="Progress">{progressWords(detail)}</Fact>
      {first > 0 && (
        <Fact name="First event">
          <Time at={first} precision="second" />
        </Fact>
      )}
      {last > 0 && (
        <Fact name="Last event">
          <Time at={last} precision="second" />{' '}
          <span class="mut">
            <Time at={last} as="age" /> ago
          </span>
        </Fact>
      )}
      {first > 0 && <Fact name="Lasted">{formatDuration(last - first)}</Fact>}
      {events > 0 && <Fact name="Events">{formatCount(events)}</Fact>}
      {detail.directive_id > 0 && (
        <Fact name="Directive">
          <a
            class="link"
            href={formatAddress(['directives', String(detail.directive_id)])}
            data-tip={detail.directive?.name}
          >
            {detail.directive_id}
            {detail.directive !== null && ` ${detail.directive.name}`}
          </a>
        </Fact>
      )}
      <Fact name="Kingdom, category">
        {[alarm.kingdom, alarm.category].filter((text) => text !== '').join(', ')}
      </Fact>
      {node !== '' && <Fact name="Node">{node}</Fact>}
    </dl>
  );
}
