import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { SortHead } from '../controls/sort-head.tsx';
import { useVirtualRows } from '../controls/virtual-rows.ts';
import { countOf, formatCount } from '../format/numbers.ts';
import { ALL_STATUSES, type QueueState } from '../router/queue-state.ts';
import { AlarmLine } from './alarm-line.tsx';
import { notePointer } from './follow.ts';
import { ariaSort, sortAfterClick } from './list/list-sort.ts';
import { NO_SELECTION, toggleSelected } from './list/selection.ts';
import { isUnread, markOpened } from './opened.ts';
import { listPlace, useListPlace } from './list-place.ts';
import { cursor, flashes, MOST_ROWS, queueRows, selection, shownQueue } from './queue-store.ts';
import { changeQueue, knownMarks } from './use-queue.ts';

export interface QueueTableProps {
  readonly state: QueueState;
  /** Pixels of a row, and of the head above them. */
  readonly rowHeight: number;
  readonly headHeight: number;
  /** What a click beside the title does with the alarm under it. */
  readonly press: (id: string) => void;
}

const COLUMNS = [
  { name: 'c-risk', label: 'Risk', sort: 'risk' },
  { name: 'c-title', label: 'Alarm' },
  { name: 'c-status', label: 'Status' },
  { name: 'c-stage', label: 'Stages' },
  { name: 'c-from', label: 'From' },
  { name: 'c-to', label: 'To' },
  { name: 'c-ev num', label: 'Events', sort: 'events' },
  { name: 'c-st num', label: 'Began', sort: 'created' },
  { name: 'c-last num', label: 'Last', sort: 'last' },
] as const;

/** The list: virtual above 200 rows, one tab stop, its order as it was taken. */
export function QueueTable(props: QueueTableProps): JSX.Element {
  const { state, rowHeight, headHeight } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = queueRows.value;
  const count = countRows();
  const window = useVirtualRows(scroller, { count, rowHeight, headHeight });
  useListPlace({ scroller, rowHeight, headHeight, window, count });
  const hasStatus = (state.status ?? '') === ALL_STATUSES;
  const { firstStatus, tags } = knownMarks();
  const { ids, all } = selection.value;
  const shown = { flashes: flashes.value, cursor: cursor.value };
  const name = hasStatus ? 'All alarms' : `${state.status ?? firstStatus} alarms`;
  return (
    <div
      class={`list queue-list${ids.size > 0 ? ' has-sel' : ''}${hasStatus ? ' with-status' : ''}`}
      ref={scroller}
      onPointerMove={notePointer}
    >
      <table
        role="grid"
        class="fix"
        aria-label={name}
        aria-multiselectable="true"
        aria-rowcount={count + 1}
        onClick={(event) => {
          handleClick(event, props);
        }}
        onAuxClick={(event) => {
          if (event.button === 1) noteOpened(event.target);
        }}
      >
        <Head {...{ state, hasStatus }} />
        <Gap height={window.above} />
        <tbody role="rowgroup">
          {rows.slice(window.first, window.end).map((row, index) => {
            const id = row.alarm.alarm_id;
            return (
              <AlarmLine
                key={id}
                row={row}
                place={window.first + index + 1}
                isCurrent={id === shown.cursor}
                isSelected={all !== null || ids.has(id)}
                isUnread={isUnread(row)}
                hasStatus={hasStatus}
                firstTag={tags[0] ?? ''}
                flashing={shown.flashes.get(id)}
              />
            );
          })}
        </tbody>
        <Gap height={window.below + missingHeight(window.end, rows.length, rowHeight)} />
      </table>
      <Beyond />
    </div>
  );
}

/** Rows of the list, loaded or not, of which at most 10,000 are listed. */
function countRows(): number {
  const list = shownQueue.value?.list;
  const { length } = queueRows.value;
  if (list === undefined || list.next === null) return length;
  const gone = list.order.length - length;
  return Math.max(length, Math.min(MOST_ROWS, list.total - gone));
}

/** Rows in sight that are still on their way. */
function missingHeight(end: number, loaded: number, rowHeight: number): number {
  return Math.max(0, end - loaded) * rowHeight;
}

function Gap({ height }: { readonly height: number }): JSX.Element | null {
  if (height === 0) return null;
  return (
    <tbody aria-hidden="true" class="gap">
      <tr>
        <td style={{ height: `${String(height)}px` }} />
      </tr>
    </tbody>
  );
}

function Beyond(): JSX.Element | null {
  const list = shownQueue.value?.list;
  if (list === undefined || list.next === null || list.total <= MOST_ROWS) return null;
  return (
    <p class="beyond">
      The first {formatCount(MOST_ROWS)} of {countOf(list.total, 'alarm')} are listed. A filter or a
      time shows the others.
    </p>
  );
}

function Head({
  state,
  hasStatus,
}: {
  readonly state: QueueState;
  readonly hasStatus: boolean;
}): JSX.Element {
  const { ids, all } = selection.value;
  const loaded = queueRows.value.length;
  const isWhole = all !== null || (ids.size > 0 && ids.size === loaded);
  return (
    <thead role="rowgroup">
      <tr role="row" aria-rowindex={1}>
        <th role="columnheader" class="c-chk">
          <input
            type="checkbox"
            class="check"
            data-all
            aria-label={`Select all ${formatCount(loaded)}`}
            checked={isWhole}
            indeterminate={ids.size > 0 && !isWhole}
          />
        </th>
        {COLUMNS.filter(({ name }) => hasStatus || name !== 'c-status').map((column) => {
          const sort = 'sort' in column ? column.sort : undefined;
          if (sort === undefined) {
            return (
              <th key={column.label} role="columnheader" class={column.name}>
                {column.label}
              </th>
            );
          }
          return (
            <SortHead
              key={column.label}
              class={column.name}
              order={ariaSort(state.sort, sort)}
              sort={() => {
                changeQueue({ sort: sortAfterClick(state.sort, sort) });
              }}
            >
              {column.label}
            </SortHead>
          );
        })}
      </tr>
    </thead>
  );
}

function handleClick(event: MouseEvent, { press }: QueueTableProps): void {
  const { target } = event;
  if (!(target instanceof Element)) return;
  if (target instanceof HTMLInputElement && target.dataset['all'] !== undefined) {
    const ids = queueRows.peek().map(({ alarm }) => alarm.alarm_id);
    selection.value = target.checked ? { ids: new Set(ids), all: null } : NO_SELECTION;
    return;
  }
  const id = target.closest('tr')?.dataset['id'];
  if (id === undefined) return;
  if (target instanceof HTMLInputElement) {
    selection.value = toggleSelected(selection.peek(), id);
  } else if (target.closest('a') !== null) {
    noteOpened(target);
  } else if (target.closest('time') === null) {
    listPlace.focus = false;
    cursor.value = id;
    press(id);
  }
}

/** A title was followed, here or into a new tab. */
function noteOpened(target: EventTarget | null): void {
  const link = target instanceof Element ? target.closest('a') : null;
  const id = link?.closest('tr')?.dataset['id'];
  const row = queueRows.peek().find(({ alarm }) => alarm.alarm_id === id);
  if (row === undefined) return;
  markOpened(row);
  cursor.value = row.alarm.alarm_id;
}
