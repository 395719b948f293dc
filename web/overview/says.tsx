import type { JSX } from 'preact';
import type { StatusView } from '../../server/schemas/status.ts';
import { Time } from '../controls/time.tsx';
import { now, nowMinute, zone } from '../format/clock.ts';
import { formatAge, formatDuration } from '../format/durations.ts';
import { formatCount } from '../format/numbers.ts';
import { formatTime } from '../format/times.ts';
import { engineFigures } from '../live/engine-status.ts';
import { openCount } from '../live/status-counts.ts';
import { queueAddress } from '../router/queue-state.ts';
import { session } from '../api/session.ts';
import { findTroubles } from './troubles.ts';
import type { AlarmFigures } from './use-alarm-figures.ts';
import { lastHourWords } from './usual.ts';

const JUST_STARTED_SECONDS = 60;

/** The two sentences that an operator comes for. */
export function Says({ figures }: { readonly figures: AlarmFigures | null }): JSX.Element {
  const known = engineFigures.value;
  return (
    <div class="says">
      <Attack figures={figures} />
      {known !== null && <Loss status={known.status} rate={known.eventsPerSecond} />}
    </div>
  );
}

/** "27 open alarms, 2 of them High". */
function Attack({ figures }: { readonly figures: AlarmFigures | null }): JSX.Element {
  const open = openCount.value;
  const status = session.value?.statuses[0] ?? 'Open';
  const name = status.toLowerCase();
  return (
    <div>
      <h1>
        <a href={queueAddress({})}>{openWords(open, name)}</a>
        {figures !== null && figures.openHigh > 0 && (
          <>
            ,{' '}
            <a href={queueAddress({ is: { risk: ['High'] } })}>
              {formatCount(figures.openHigh)} of them High
            </a>
          </>
        )}
      </h1>
      {figures !== null && (
        <p>
          {lastHourWords(figures.hours.at(-1) ?? 0, figures.hours.slice(0, -1))}.
          {figures.oldest !== null && ` Oldest ${name}: ${formatAge(now.value - figures.oldest)}.`}
        </p>
      )}
    </div>
  );
}

function openWords(open: number | null, name: string): string {
  if (open === null) return 'Alarms';
  if (open === 0) return `No ${name} alarms`;
  return `${formatCount(open)} ${name} ${open === 1 ? 'alarm' : 'alarms'}`;
}

/** "Nothing lost since 21 Nov 08:02", or what is. */
function Loss({
  status,
  rate,
}: {
  readonly status: StatusView;
  readonly rate: number | null;
}): JSX.Element {
  const { ledger, gauges, limits, readiness, uptime_seconds: uptime, overloaded } = status;
  const { at, reason } = status.last_reload;
  const [trouble, ...others] = findTroubles(status);
  const queue = formatCount(gauges['events_in_flight'] ?? 0);
  const bound = limits['max_queue'] ?? 0;
  return (
    <div>
      {trouble === undefined ? (
        <h2>{fineWords(status)}</h2>
      ) : (
        <h2 class="failed">
          {trouble}
          {others.length > 0 && `, and ${String(others.length)} more`} since{' '}
          <Time at={ledger.since} />
        </h2>
      )}
      <p>
        {rate === null ? 'Queue' : `${formatCount(rate)} events/s, queue`} {queue}
        {bound > 0 && ` of ${formatCount(bound)}`}. Up {formatDuration(uptime)}
        {reason !== 'start' && (
          <>
            , last reload <Time at={at} />
          </>
        )}
        .
      </p>
      {overloaded && <p class="failed">Overloaded: senders are asked to slow down.</p>}
      {(status.findings ?? []).map(({ message }) => (
        <p key={message} class="failed">
          {message}.
        </p>
      ))}
      {[...(readiness.ready ? [] : readiness.reasons), ...readiness.notes].map(
        ({ code, message }) => (
          <p key={code} class={readiness.ready ? undefined : 'failed'}>
            {message}.
          </p>
        ),
      )}
    </div>
  );
}

function fineWords({ uptime_seconds: uptime, ledger }: StatusView): string {
  if (uptime < JUST_STARTED_SECONDS) {
    return `Counting since the start ${formatDuration(uptime)} ago`;
  }
  return `Nothing lost since ${formatTime(ledger.since, { zone: zone.value, now: nowMinute.value })}`;
}
