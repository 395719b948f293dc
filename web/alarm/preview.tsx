import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { AlarmDetail } from '../../server/schemas/alarm-detail.ts';
import { EmptyState, ErrorState, LoadingRows } from '../controls/page-state.tsx';
import { RiskChip } from '../controls/risk-chip.tsx';
import { Time } from '../controls/time.tsx';
import { formatCount } from '../format/numbers.ts';
import { Came } from '../ladder/came.tsx';
import { stageBeginnings } from '../ladder/stage-times.ts';
import { LadderStep } from '../ladder/step.tsx';
import '../ladder/ladder.css';
import { formatAddress } from '../router/address.ts';
import './alarm.css';
import { Addresses } from './addresses.tsx';
import { textOf, timeOf } from './event-fields.ts';
import type { AlarmEvent } from './event-pages.ts';
import { HistoryList } from './history-list.tsx';
import { RiskLine } from './risk-line.tsx';
import { contextOf, stageContexts } from './stage-context.ts';
import { useAlarm } from './use-alarm.ts';
import { useAlarmEvents } from './use-alarm-events.ts';

export interface AlarmPreviewProps {
  readonly id: string;
  /** Stands beside the risk: the status switch and tag menu of the list. */
  readonly actions?: ComponentChildren;
}

const REST_MS = 80;
const EVENTS = 100;
const LATEST = 5;

/** An alarm at a glance, beside the list: ladder without lanes, risk, addresses, latest events, history. */
export function AlarmPreview({ id, actions }: AlarmPreviewProps): JSX.Element | null {
  const rested = useRested(id);
  const { body, error, reload } = useAlarm(rested, { keep: true });
  const isSame = body?.alarm.alarm_id === id;
  const total = body?.event_summary.recorded === true && isSame ? body.events_total : 0;
  const { events } = useAlarmEvents(total > 0 ? id : null, total, EVENTS);
  if (error !== null && !isSame) {
    return error.status === 404 ? (
      <EmptyState title={`No alarm ${id}`} />
    ) : (
      <ErrorState error={error} retry={reload} />
    );
  }
  if (body === null) return <LoadingRows columns={2} rows={8} />;
  return (
    <div class={isSame ? 'preview' : 'preview waiting'} aria-busy={!isSame}>
      <Glance detail={body} actions={actions} />
      <Stages detail={body} events={events ?? []} />
      <section aria-label="Risk">
        <h3>Risk</h3>
        <RiskLine detail={body} />
      </section>
      <section aria-label="Addresses">
        <h3>Addresses</h3>
        <Addresses detail={body} />
      </section>
      <LatestEvents detail={body} events={events ?? []} />
      <section aria-label="History">
        <h3>History</h3>
        <HistoryList detail={body} />
      </section>
    </div>
  );
}

function Glance({
  detail,
  actions,
}: {
  readonly detail: AlarmDetail;
  readonly actions: ComponentChildren;
}): JSX.Element {
  const { alarm_id: id, title, risk, risk_class: riskClass, status, tag } = detail.alarm;
  return (
    <header>
      <h2>
        <a href={formatAddress(['alarms', id])}>{title}</a>
      </h2>
      <div class="facts">
        <RiskChip risk={risk} riskClass={risk === 0 ? '' : riskClass} />
        <span class="sep" />
        {actions ?? (
          <span class="mut">
            {status}, {tag}
          </span>
        )}
      </div>
    </header>
  );
}

interface PartProps {
  readonly detail: AlarmDetail;
  readonly events: readonly AlarmEvent[];
}

function Stages({ detail, events }: PartProps): JSX.Element {
  const contexts = stageContexts(detail, events);
  const beginnings = stageBeginnings(detail.stages);
  return (
    <section aria-label="How it went">
      <div class="ladder">
        <ol>
          {detail.stages.map((stage) => (
            <LadderStep
              key={stage.stage}
              state={stage.state}
              name={stage.name}
              rule={stage.rule}
              context={contextOf(contexts, stage.stage)}
            >
              <Came stage={stage} began={beginnings.get(stage.stage)} />
            </LadderStep>
          ))}
        </ol>
      </div>
    </section>
  );
}

function LatestEvents({ detail, events }: PartProps): JSX.Element {
  const { recorded } = detail.event_summary;
  const latest = events.slice(0, LATEST);
  return (
    <section aria-label="Latest events">
      <h3>
        Latest events{' '}
        {recorded && (
          <span class="dim">
            {latest.length} of {formatCount(detail.events_total)}
          </span>
        )}
      </h3>
      {!recorded && <p class="mut">Events were not recorded.</p>}
      {latest.length > 0 && (
        <table class="fix dense latest">
          <colgroup>
            <col class="at" />
            <col class="stage" />
            <col />
          </colgroup>
          <thead class="sr">
            <tr>
              <th>Time</th>
              <th>Stage</th>
              <th>Event</th>
            </tr>
          </thead>
          <tbody>
            {latest.map(({ place, stage, event }) => (
              <tr key={place}>
                <td>
                  <Time at={timeOf(event)} precision="second" />
                </td>
                <td class="mut">{stage}</td>
                <td data-tip={textOf(event, 'title')}>{textOf(event, 'title')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** The value once it has not changed for a moment: a cursor that moves on asks for nothing. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(setRested, REST_MS, value);
    return () => {
      clearTimeout(timer);
    };
  }, [value]);
  return rested;
}
