import type { JSX } from 'preact';
import { Icon } from '../controls/icon.tsx';
import { Menu } from '../controls/menu.tsx';
import { toApiQuery, type QueueState } from '../router/queue-state.ts';
import { knownMarks } from './use-queue.ts';

const FORMATS = [
  { format: 'ndjson', label: 'NDJSON' },
  { format: 'csv', label: 'CSV' },
] as const;

/** The alarms of the present filter as a file. */
export function ExportMenu({ state }: { readonly state: QueueState }): JSX.Element {
  const { firstStatus } = knownMarks();
  return (
    <span class="export-menu">
      <Menu
        label="Export these alarms"
        isNamed
        align="end"
        button={
          <>
            <Icon name="download" /> Export
          </>
        }
        items={FORMATS.map(({ format, label }) => ({
          ...{ id: format, label },
          run: () => {
            const query = toApiQuery(state, firstStatus);
            query.set('format', format);
            download(`/api/alarms/export?${query.toString()}`);
          },
        }))}
      />
    </span>
  );
}

function download(path: string): void {
  const link = document.createElement('a');
  link.href = path;
  link.download = '';
  link.click();
}
