import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { can } from '../api/session.ts';
import { ErrorBar, ErrorState, LoadingRows } from '../controls/page-state.tsx';
import { formatCount } from '../format/numbers.ts';
import { createStoredChoice } from '../format/stored-choice.ts';
import { ClusterNotice } from '../frame/cluster-notice.tsx';
import { useFoot, type FootContent } from '../frame/foot-line.tsx';
import { useTitle } from '../frame/use-title.ts';
import { openCount } from '../live/status-counts.ts';
import { useLive } from '../live/use-live.ts';
import { formatAddress } from '../router/address.ts';
import { navigate } from '../router/router.ts';
import { toApiQuery, type QueueState } from '../router/queue-state.ts';
import { FacetsPanel } from './facets-panel.tsx';
import { markOpened } from './opened.ts';
import './queue.css';
import { statusKeys } from './list/status-keys.ts';
import { rowsInSight } from './list-place.ts';
import { PreviewPane } from './preview-pane.tsx';
import { QueueChips } from './queue-chips.tsx';
import { QueueEmpty } from './queue-empty.tsx';
import { countFacets, recountFacets } from './queue-facets.ts';
import { queueActions, useActionsInSight } from './queue-foot.tsx';
import { useQueueKeys } from './queue-keys.ts';
import {
  isQueueShown,
  openQueue,
  queueFailure,
  queueRows,
  renewQueue,
  shownQueue,
} from './queue-store.ts';
import { QueueTable } from './queue-table.tsx';
import { QueueTools } from './queue-tools.tsx';
import { usePreview, type Preview } from './use-preview.ts';
import { knownMarks, queueState } from './use-queue.ts';
import { useWidthClass, type WidthClass } from './use-width-class.ts';

/** What the page is made of. */
const SHOWN = ['/alarms', '/alarms/facets', '/alarms/statistics'];

const LOOK_HINTS = [
  ['j k', 'move'],
  ['space', 'look'],
  ['enter', 'open'],
  ['x', 'select'],
] as const;

const HEIGHTS = {
  desk: { rowHeight: 32, headHeight: 28 },
  phone: { rowHeight: 61, headHeight: 0 },
};

const filters = createStoredChoice('filters', ['shown', 'hidden']);

/** What needs me now? */
export function AlarmsPage(): JSX.Element {
  const state = queueState();
  const { firstStatus, statuses } = knownMarks();
  const width = useWidthClass();
  const preview = usePreview(state);
  useQueueData(state, firstStatus);
  useQueueTitle(firstStatus);
  useActionsInSight();
  const seen = rowsInSight.value;
  useFoot({
    hints: hintsOf(statuses),
    actions: queueActions(),
    place:
      queueRows.value.length === 0
        ? undefined
        : `${formatCount(seen.from)}–${formatCount(seen.to)} of ${formatCount(seen.of)}`,
  });
  useQueueKeys({
    isPeeking: preview.id !== null,
    togglePreview: preview.toggle,
    closePreview: preview.close,
    toggleFilters: () => {
      filters.choose(filters.value.peek() === 'shown' ? 'hidden' : 'shown');
    },
  });
  const isPeeking = preview.id !== null && width !== 'phone';
  const hasFilters =
    !isPeeking && filters.value.value === 'shown' && (width === 'home' || width === 'laptop');
  return (
    <div class={`queue${isPeeking ? ' peeking' : ''}${hasFilters ? ' filtered' : ''}`}>
      <h1 class="sr">Alarms</h1>
      <QueueTools state={state} />
      <div class="notices">
        <QueueChips state={state} />
        <ClusterNotice of={SHOWN} />
        {queueFailure.value !== null && shownQueue.value !== null && (
          <ErrorBar error={queueFailure.value} retry={() => void renewQueue()} />
        )}
      </div>
      {hasFilters && (
        <aside class="panel" aria-label="Filters">
          <FacetsPanel state={state} />
        </aside>
      )}
      <Body {...{ state, width, preview, firstStatus }} />
      {isPeeking && <PreviewPane id={preview.id} close={preview.close} />}
    </div>
  );
}

interface BodyProps {
  readonly state: QueueState;
  readonly width: WidthClass;
  readonly preview: Preview;
  readonly firstStatus: string;
}

function Body({ state, width, preview, firstStatus }: BodyProps): JSX.Element | null {
  const shown = shownQueue.value;
  const failure = queueFailure.value;
  if (shown === null) {
    if (failure === null) return <LoadingRows columns={7} />;
    const retry = (): void => {
      void openQueue(state, firstStatus);
    };
    return <ErrorState error={failure} retry={retry} />;
  }
  if (queueRows.value.length === 0) {
    const isThis = shown.key === toApiQuery(state, firstStatus).toString();
    return isThis ? <QueueEmpty state={state} /> : null;
  }
  const press = (id: string): void => {
    if (width === 'phone') openAlarm(id);
    else if (width === 'home' || width === 'laptop') preview.show(id);
  };
  const { rowHeight, headHeight } = width === 'phone' ? HEIGHTS.phone : HEIGHTS.desk;
  return <QueueTable {...{ state, press, rowHeight, headHeight }} />;
}

/** Keys that would be refused are not hinted at. */
function hintsOf(statuses: readonly string[]): FootContent['hints'] {
  if (!can.value.change_alarms) return [...LOOK_HINTS, ['?', 'all keys']];
  const last = statuses.length - 1;
  const close = [statusKeys(statuses)[last] ?? '', `set to ${statuses[last] ?? ''}`] as const;
  return [...LOOK_HINTS, close, ['t', 'tag'], ['?', 'all keys']];
}

function openAlarm(id: string): void {
  const row = shownQueue.peek()?.list.rows.get(id);
  if (row !== undefined) markOpened(row);
  navigate(formatAddress(['alarms', id]));
}

/** Asks for what the address says, and counts anew as alarms change. */
function useQueueData(state: QueueState, firstStatus: string): void {
  const key = toApiQuery(state, firstStatus).toString();
  useEffect(() => {
    void openQueue(state, firstStatus);
  }, [key]);
  // The counts are not to hold up the first rows.
  const hasList = shownQueue.value !== null;
  useEffect(() => {
    if (hasList) countFacets(key);
  }, [key, hasList]);
  useEffect(() => {
    isQueueShown.value = true;
    return () => {
      isQueueShown.value = false;
    };
  }, []);
  useLive(({ alarms, changes, renew }) => {
    if (alarms.size > 0 || changes.length > 0 || renew) recountFacets();
  });
}

function useQueueTitle(firstStatus: string): void {
  const open = openCount.value;
  useTitle(open === null ? 'Alarms' : `${formatCount(open)} ${firstStatus.toLowerCase()} · Alarms`);
}
