import type { JSX, RefObject } from 'preact';
import type { AlarmDetail } from '../../server/schemas/alarm-detail.ts';
import { Addresses } from './addresses.tsx';
import { CommentBox } from './comment-box.tsx';
import { CustomData } from './custom-data.tsx';
import { textOf } from './event-fields.ts';
import type { AlarmEvent } from './event-pages.ts';
import { HistoryList } from './history-list.tsx';
import { RiskSum } from './risk-sum.tsx';

export interface RailProps {
  readonly detail: AlarmDetail;
  readonly events: readonly AlarmEvent[];
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly reload: () => void;
  readonly mayComment: boolean;
}

/** What stands beside the story: risk, addresses, custom data, history. */
export function Rail({ detail, events, field, reload, mayComment }: RailProps): JSX.Element {
  const opening = events.findLast(({ place }) => place === 1);
  return (
    <aside class="rail" aria-label="More about the alarm">
      <RiskSum detail={detail} />
      <section aria-label="Addresses">
        <h2>Addresses</h2>
        <Addresses detail={detail} />
      </section>
      <CustomData detail={detail} />
      <section aria-label="History">
        <h2>History</h2>
        {mayComment && <CommentBox id={detail.alarm.alarm_id} field={field} sent={reload} />}
        <HistoryList
          detail={detail}
          opening={opening === undefined ? '' : textOf(opening.event, 'event_id')}
        />
      </section>
    </aside>
  );
}
