import { finishedStages } from '../../controls/stage-glyph.tsx';
import type { QueueRow } from './queue-row.ts';

/** Columns of the queue whose cells show that they have changed. */
export type Cell = 'risk' | 'title' | 'status' | 'stages' | 'from' | 'to' | 'events' | 'last';

const READ: Readonly<Record<Cell, (row: QueueRow) => string | number>> = {
  risk: ({ alarm }) => alarm.risk,
  title: ({ alarm, comments }) => `${alarm.title} ${alarm.tag} ${String(comments)}`,
  status: ({ alarm }) => alarm.status,
  stages: (row) => `${String(finishedStages(row))} ${String(row.stages)} ${row.progress}`,
  from: ({ alarm, intel }) => `${String(alarm.src_ips.length)} ${String(intel)}`,
  to: ({ alarm }) => alarm.dst_ips.length,
  events: ({ events_total }) => events_total,
  last: ({ alarm }) => alarm.update_time,
};
const CELLS = ['risk', 'title', 'status', 'stages', 'from', 'to', 'events', 'last'] as const;

/** The cells that differ between two states of a row. */
export function changedCells(before: QueueRow, after: QueueRow): Cell[] {
  return CELLS.filter((cell) => READ[cell](before) !== READ[cell](after));
}
