// What stands in place of an empty list (UI.md §10).
import type { ComponentChildren, JSX } from 'preact';
import { EmptyState } from '../controls/page-state.tsx';
import { countOf, formatCount } from '../format/numbers.ts';
import { engineFigures } from '../live/engine-status.ts';
import { statusCounts } from '../live/status-counts.ts';
import { ALL_STATUSES, countFilters, type QueueState } from '../router/queue-state.ts';
import { clearFilters, knownMarks } from './use-queue.ts';

/** Why there is no row, and what to do. */
export function QueueEmpty({ state }: { readonly state: QueueState }): JSX.Element | null {
  const { statuses, firstStatus } = knownMarks();
  const counts = statusCounts.value;
  if (counts === null) return null;
  const status = state.status ?? firstStatus;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const here = status === ALL_STATUSES ? total : (counts.get(status) ?? 0);
  const filters = countFilters(state);
  const word = status === ALL_STATUSES ? '' : `${status.toLowerCase()} `;
  if (filters > 0 && here > 0) {
    const hidden = countOf(here, `${word}alarm`);
    return (
      <EmptyState title="No alarm matches">
        {hidden} {here === 1 ? 'is' : 'are'} hidden by {countOf(filters, 'filter')}. <Clear />
      </EmptyState>
    );
  }
  if (total === 0) return <NoAlarms />;
  const others = statuses
    .filter((one) => one !== status)
    .map((one) => ({ one, count: counts.get(one) ?? 0 }))
    .filter(({ count }) => count > 0);
  return (
    <EmptyState title={`No ${word}alarms`}>
      {others.map(({ one, count }, index) => otherWords(one, count, index)).join(', ')}
      {others.length > 0 && '. '}New ones appear here by themselves. {filters > 0 && <Clear />}
    </EmptyState>
  );
}

function otherWords(status: string, count: number, index: number): string {
  const verb = count === 1 ? 'is' : 'are';
  return `${formatCount(count)} ${index === 0 ? `${verb} ` : ''}${status}`;
}

function Clear(): JSX.Element {
  return (
    <button type="button" class="link" onClick={clearFilters}>
      Clear the filters
    </button>
  );
}

function NoAlarms(): ComponentChildren {
  const { status } = engineFigures.value ?? {};
  if (status === undefined) return null;
  const { ledger, gauges } = status;
  if (ledger.received === 0) {
    return (
      <EmptyState title="No events yet">
        Send one to see it work:
        <br />
        <pre tabIndex={0}>{curlLine()}</pre>
      </EmptyState>
    );
  }
  const backlogs = gauges['backlogs'] ?? 0;
  return (
    <EmptyState title="No alarms yet">
      {countOf(ledger.received, 'event')} came, {formatCount(ledger.reached)} reached a directive,{' '}
      <a class="link" href="#/directives/backlogs">
        {countOf(backlogs, 'backlog')} {backlogs === 1 ? 'is' : 'are'} under way
      </a>
      .
    </EmptyState>
  );
}

/** An event for this very engine, to be pasted into a shell. */
function curlLine(): string {
  const event = {
    event_id: 'first-1',
    timestamp: new Date().toISOString(),
    title: 'Failed password for root',
    sensor: 'me',
    plugin_id: 4003,
    plugin_sid: 1,
    src_ip: '203.0.113.77',
    dst_ip: '10.0.0.5',
    dst_port: 22,
    protocol: 'TCP',
  };
  return `curl ${location.origin}/events -d '${JSON.stringify(event)}'`;
}
