import type { JSX } from 'preact';
import { AlarmPreview } from '../alarm/preview.tsx';
import { can } from '../api/session.ts';
import { Icon } from '../controls/icon.tsx';
import { Menu } from '../controls/menu.tsx';
import { Segments } from '../controls/segments.tsx';
import { statusKeys } from './list/status-keys.ts';
import type { MarkSet } from './list/queue-row.ts';
import { changeAlarm } from './queue-changes.ts';
import { shownQueue } from './queue-store.ts';
import { knownMarks } from './use-queue.ts';

const MOST_SEGMENTS = 4;

/** The alarm under the cursor at a glance, beside the list. */
export function PreviewPane({
  id,
  close,
}: {
  readonly id: string;
  readonly close: () => void;
}): JSX.Element {
  return (
    <aside class="peek" aria-label="Selected alarm" tabIndex={-1}>
      <button
        type="button"
        class="icb close"
        aria-label="Close preview"
        data-tip="Close (esc)"
        onClick={close}
      >
        <Icon name="close" />
      </button>
      <AlarmPreview id={id} actions={<PreviewActions id={id} />} />
    </aside>
  );
}

function PreviewActions({ id }: { readonly id: string }): JSX.Element | null {
  const row = shownQueue.value?.list.rows.get(id);
  const { statuses, tags } = knownMarks();
  if (row === undefined) return null;
  const { status, tag } = row.alarm;
  if (!can.value.change_alarms) {
    return (
      <span class="mut">
        {status}, {tag}
      </span>
    );
  }
  const keys = statusKeys(statuses);
  const change = (set: MarkSet) => () => {
    changeAlarm(id, set);
  };
  return (
    <>
      {statuses.length <= MOST_SEGMENTS ? (
        <Segments
          large
          label="Status"
          value={status}
          segments={statuses.map((value) => ({ value, label: value }))}
          choose={(value) => {
            change({ status: value })();
          }}
        />
      ) : (
        <Menu
          label="Status"
          button={status}
          items={statuses.map((value, index) => ({
            ...{ id: value, label: value, checked: value === status },
            ...{ keys: keys[index] ?? '', run: change({ status: value }) },
          }))}
        />
      )}
      <Menu
        label="Tag"
        align="end"
        button={tag}
        items={[
          ...tags.map((value, index) => ({
            ...{ id: value, label: value, checked: value === tag },
            ...{ keys: String(index + 1), run: change({ tag: value }) },
          })),
          { id: 'delete', label: 'Delete', apart: true, run: change({ deleted: true }) },
        ]}
      />
    </>
  );
}
