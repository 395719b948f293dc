import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { z } from 'zod';
import type { StatusView } from '../../server/schemas/status.ts';
import type { seriesSchema } from '../../server/schemas/statistics.ts';
import { LineChart } from '../charts/line-chart.tsx';
import { KeyHint } from '../controls/key-hint.tsx';
import { useKeys } from '../controls/keyboard.ts';
import { ErrorBar } from '../controls/page-state.tsx';
import { serverNow } from '../format/clock.ts';
import { formatCount } from '../format/numbers.ts';
import { HourTable } from './hour-table.tsx';
import { usePolled } from './use-polled.ts';

type Series = z.infer<typeof seriesSchema>;

const HOUR = 3600;
const STEP = 30;
const PERIOD_MS = 10_000;
const HEIGHT = 128;

/** The last hour on one time axis: events a second, queue, backlogs. The pointer line goes through all three. */
export function HourCharts({
  status,
  rate,
}: {
  readonly status: StatusView;
  readonly rate: number | null;
}): JSX.Element | null {
  const [isTable, setTable] = useState(false);
  const toggle = (): void => {
    setTable(!isTable);
  };
  useKeys({ T: { text: 'the last hour as a table', run: toggle } });
  const path = `/statistics/series?step=${String(STEP)}&since=${String(hourAgo())}`;
  const { body, error, reload } = usePolled<Series>(path, PERIOD_MS);
  if (body === null) return error === null ? null : <ErrorBar error={error} retry={reload} />;
  return (
    <div class="hour">
      {isTable ? <HourTable series={body} /> : <Charts series={body} status={status} rate={rate} />}
      <button type="button" class="link as-table" aria-pressed={isTable} onClick={toggle}>
        {isTable ? 'Curves' : 'Table'} of the last hour <KeyHint keys="T" />
      </button>
    </div>
  );
}

interface ChartsProps {
  readonly series: Series;
  readonly status: StatusView;
  readonly rate: number | null;
}

function Charts({ series, status, rate }: ChartsProps): JSX.Element {
  const { times, events_per_second: events, refused_per_second: refused, queue, backlogs } = series;
  const { limits, gauges } = status;
  const limit = limits['eps_now'] ?? 0;
  const bound = limits['max_queue'] ?? 0;
  const inFlight = gauges['events_in_flight'] ?? 0;
  const live = gauges['backlogs'] ?? 0;
  const active = gauges['directives_active'] ?? 0;
  const isRefusing = refused.some((count) => count > 0);
  const until = times.at(-1) ?? 0;
  const shared = { times, group: 'hour', height: HEIGHT, from: until - HOUR, to: until };
  return (
    <div class="grid">
      <Chart
        name="Events"
        text={`${rate === null ? '' : `${formatCount(rate)}/s now, `}${most(events)}`}
      >
        <LineChart
          {...shared}
          values={events}
          label={`Events a second over the last hour, ${most(events)}`}
          {...(isRefusing && { also: { values: refused, text: 'refused' } })}
          {...(limit > 0 && { bound: { value: limit, text: `limit ${formatCount(limit)}` } })}
        />
      </Chart>
      <Chart name="Queue" text={`${formatCount(inFlight)} now, ${most(queue)}`}>
        <LineChart
          {...shared}
          values={queue}
          label={`Events in flight over the last hour, ${most(queue)}`}
          {...(bound > 0 && { bound: { value: bound, text: `bound ${formatCount(bound)}` } })}
        />
      </Chart>
      <Chart
        name="Backlogs"
        text={`${formatCount(live)} now in ${formatCount(active)} ${active === 1 ? 'directive' : 'directives'}`}
      >
        <LineChart
          {...shared}
          values={backlogs}
          label={`Live backlogs over the last hour, ${most(backlogs)}`}
        />
      </Chart>
    </div>
  );
}

interface ChartProps {
  readonly name: string;
  readonly text: string;
  readonly children: JSX.Element;
}

function Chart({ name, text, children }: ChartProps): JSX.Element {
  return (
    <section class="c4" aria-label={name}>
      <h2>
        {name} <span class="push">{text}</span>
      </h2>
      {children}
    </section>
  );
}

function most(values: readonly number[]): string {
  return `${formatCount(Math.max(0, ...values))} at most`;
}

/** By the minute, so that the path does not change at each drawing. */
function hourAgo(): number {
  return Math.floor(serverNow() / 60) * 60 - HOUR;
}
