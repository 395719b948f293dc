import type { JSX } from 'preact';
import type { EngineStatisticsView } from '../../server/schemas/engine-statistics.ts';
import { session } from '../api/session.ts';
import { ErrorBar, LoadingRows } from '../controls/page-state.tsx';
import { ClusterNotice } from '../frame/cluster-notice.tsx';
import { useFoot } from '../frame/foot-line.tsx';
import { useTitle } from '../frame/use-title.ts';
import { engineFailure, engineFigures } from '../live/engine-status.ts';
import { AlarmBars } from './alarm-bars.tsx';
import { EngineFacts } from './engine-facts.tsx';
import { HourCharts } from './hour-charts.tsx';
import { LedgerTable } from './ledger-table.tsx';
import { Nodes } from './nodes.tsx';
import { Outputs } from './outputs.tsx';
import './overview.css';
import { Says } from './says.tsx';
import { TopDirectives } from './top-directives.tsx';
import { useAlarmFigures } from './use-alarm-figures.ts';
import { usePolled } from './use-polled.ts';

/** What its figures are made of. */
const SHOWN = ['/alarms', '/alarms/facets', '/alarms/statistics'];
const PERIOD_MS = 5000;

/** Are we under attack, and is anything lost? */
export function OverviewPage(): JSX.Element {
  useTitle('Overview');
  useFoot({
    hints: [
      ['T', 'table of the last hour'],
      ['g a', 'alarms'],
      ['?', 'all keys'],
    ],
  });
  const { figures, error, reload } = useAlarmFigures(session.value?.statuses[0] ?? 'Open');
  const known = engineFigures.value;
  const failure = engineFailure.value;
  return (
    <div class="page">
      <ClusterNotice of={SHOWN} withoutFindings />
      {error !== null && <ErrorBar error={error} retry={reload} />}
      {error === null && failure !== null && failure.status !== 0 && (
        <ErrorBar error={failure} retry={reload} />
      )}
      <div class="content over">
        <Says figures={figures} />
        {figures === null ? (
          <LoadingRows columns={3} rows={5} />
        ) : (
          <div class="grid">
            <AlarmBars figures={figures} />
            <TopDirectives directives={figures.directives} />
          </div>
        )}
        {known !== null && <Engine />}
      </div>
    </div>
  );
}

function Engine(): JSX.Element | null {
  const statistics = usePolled<EngineStatisticsView>('/statistics/engine', PERIOD_MS);
  const known = engineFigures.value;
  if (known === null) return null;
  const { status, eventsPerSecond } = known;
  return (
    <>
      <HourCharts status={status} rate={eventsPerSecond} />
      <Nodes status={status} />
      <div class="grid">
        <LedgerTable ledger={status.ledger} />
        <Outputs status={status} statistics={statistics.body} />
        <EngineFacts status={status} statistics={statistics.body} />
      </div>
    </>
  );
}
