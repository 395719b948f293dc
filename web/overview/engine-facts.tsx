import type { ComponentChildren, JSX } from 'preact';
import type { z } from 'zod';
import type { EngineStatisticsView } from '../../server/schemas/engine-statistics.ts';
import type { directiveStatisticsListSchema } from '../../server/schemas/statistics.ts';
import type { StatusView } from '../../server/schemas/status.ts';
import { Time } from '../controls/time.tsx';
import { formatBytes, formatCount } from '../format/numbers.ts';
import { formatAddress } from '../router/address.ts';
import { latencyWords, workWords } from './latency-words.ts';
import { usePolled } from './use-polled.ts';

const PERIOD_MS = 15_000;

export interface EngineFactsProps {
  readonly status: StatusView;
  readonly statistics: EngineStatisticsView | null;
}

/** What runs, and how it does. */
export function EngineFacts({ status, statistics }: EngineFactsProps): JSX.Element {
  const { mode, node, version, gauges, last_reload: reload } = status;
  const off = gauges['directives_off'] ?? 0;
  return (
    <section class="c3" aria-labelledby="engine">
      <h2 id="engine">Engine</h2>
      <dl class="kv">
        <Fact name="Mode">{node === '' ? mode : `${mode}, ${node}`}</Fact>
        <Fact name="Directives">
          {formatCount(gauges['directives'] ?? 0)}
          {off > 0 && `, ${formatCount(off)} off`}
        </Fact>
        <Slowest />
        {statistics !== null && (
          <>
            <Fact name="Event to alarm">{latencyWords(statistics.event_seconds)}</Fact>
            <Fact name="Live pages">{formatCount(statistics.feed_clients)}</Fact>
          </>
        )}
        <Fact name="Alarm store">
          <Store store={status.alarm_store} />
        </Fact>
        <Fact name="Last reload">
          {!reload.ok && <span class="failed">refused, </span>}
          <Time at={reload.at} />
          {reload.by !== '' && ` by ${reload.by}`}
        </Fact>
        <Fact name="Version">{version}</Fact>
      </dl>
    </section>
  );
}

function Store({ store }: { readonly store: StatusView['alarm_store'] }): JSX.Element {
  const { kind, alarms, bytes, failure, lag_seconds: lag } = store;
  if (failure !== null) return <span class="failed">{failure}</span>;
  return (
    <>
      {formatCount(alarms)}
      {kind === 'file' ? `, ${formatBytes(bytes)}` : ', in memory until the next stop'}
      {lag >= 1 && `, ${String(Math.round(lag))} s behind`}
    </>
  );
}

/** The directive that an event costs most time in. */
function Slowest(): JSX.Element | null {
  const { body } = usePolled<z.infer<typeof directiveStatisticsListSchema>>(
    '/statistics/directives?sort=work&limit=50',
    PERIOD_MS,
  );
  const costs = (body?.directives ?? [])
    .filter(({ events }) => events > 0)
    .map(({ id, work_seconds: work, events }) => ({ id, cost: work / events }))
    .sort((left, right) => right.cost - left.cost);
  const [slowest] = costs;
  if (slowest === undefined) return null;
  return (
    <Fact name="Slowest">
      <a class="link" href={formatAddress(['directives', String(slowest.id)])}>
        {slowest.id}, {workWords(slowest.cost)}
      </a>
    </Fact>
  );
}

function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
