// The live backlogs as they were when the list was taken, in that order; what happens to them changes them in place.
import type { BacklogRow } from '../../server/schemas/backlog.ts';
import type { BacklogChange, BacklogCounts, LiveBatch } from '../live/feed-batch.ts';

export interface ListedBacklog extends BacklogRow {
  /** How it ended; undefined while it lives. */
  readonly ended?: BacklogChange['progress'];
}

export interface BacklogList {
  readonly rows: readonly ListedBacklog[];
  /** Live ones that fit, also those that are not read yet. */
  readonly total: number;
  /** Opened since the list was taken. */
  readonly waiting: ReadonlySet<string>;
  /** Where the next page begins; null: there is none. */
  readonly next: string | null;
}

/** An answer of GET /api/backlogs. */
export interface BacklogPage {
  readonly backlogs: readonly BacklogRow[];
  readonly total: number;
  readonly next: string | null;
}

/** A list as the engine has just told it. */
export function takeList({ backlogs, total, next }: BacklogPage): BacklogList {
  return { rows: backlogs, total, waiting: new Set(), next };
}

/** The list with a further page at its end; backlogs that it has already stay where they are. */
export function addPage(list: BacklogList, { backlogs, total, next }: BacklogPage): BacklogList {
  const known = new Set(list.rows.map(({ alarm_id: id }) => id));
  const added = backlogs.filter(({ alarm_id: id }) => !known.has(id));
  return { ...list, rows: [...list.rows, ...added], total, next };
}

export interface MergeOptions {
  /** null: the list is of all. */
  readonly directive: number | null;
  /** The list is of some addresses. */
  readonly isSearch?: boolean;
  /** Unix seconds. */
  readonly now: number;
}

/** The list with what happened; the same object when that is nothing. */
export function mergeBatch(
  list: BacklogList,
  batch: Pick<LiveBatch, 'backlogs' | 'counts' | 'alarms'>,
  { directive, isSearch = false, now }: MergeOptions,
): BacklogList {
  const known = new Set<string>();
  const rows = list.rows.map((row) => {
    known.add(row.alarm_id);
    return mergeRow(row, batch, now);
  });
  const hasChanged = rows.some((row, index) => row !== list.rows[index]);
  const waiting = new Set(list.waiting);
  let { total } = list;
  for (const [id, { change, directive_id: of }] of batch.backlogs) {
    if (directive !== null && of !== directive) continue;
    // The feed does not tell the addresses of a backlog that the list does not have.
    if (isSearch && !known.has(id)) continue;
    if (change === 'ended') {
      total = Math.max(0, total - 1);
      waiting.delete(id);
    } else if (change === 'opened' && !known.has(id) && !waiting.has(id)) {
      total += 1;
      waiting.add(id);
    }
  }
  const isSame = !hasChanged && total === list.total && waiting.size === list.waiting.size;
  return isSame ? list : { ...list, rows, total, waiting };
}

function mergeRow(
  row: ListedBacklog,
  { backlogs, counts, alarms }: Pick<LiveBatch, 'backlogs' | 'counts' | 'alarms'>,
  now: number,
): ListedBacklog {
  if (row.ended !== undefined) return row;
  const id = row.alarm_id;
  const change = backlogs.get(id);
  const state = alarms.get(id);
  const newest = counts.get(id) ?? state ?? change?.counts;
  if (newest === undefined) return row;
  const merged = {
    ...row,
    ...withCounts(row, newest, now),
    title: change?.title ?? state?.alarm.title ?? row.title,
    risk: change?.risk ?? state?.alarm.risk ?? row.risk,
  };
  const progress = change?.change === 'ended' ? change.progress : state?.progress;
  return progress === undefined || progress === 'running' ? merged : { ...merged, ended: progress };
}

function withCounts(
  row: BacklogRow,
  { stage, stages, events, needed, deadline }: BacklogCounts,
  now: number,
): Partial<BacklogRow> {
  // A stage that has just begun has all of its time left.
  const allowed = stage === row.stage ? row.allowed : Math.max(1, deadline - Math.floor(now));
  return { stage, stages, events, needed, deadline, allowed };
}

/** Whether the text is in a backlog's title, addresses or their names, or begins its id or its directive's. */
export function fitsBacklog(row: ListedBacklog, q: string): boolean {
  const text = q.trim().toLowerCase();
  if (text === '') return true;
  if (row.alarm_id.startsWith(q.trim()) || String(row.directive_id).startsWith(text)) return true;
  const held = [row.title, ...row.from, ...row.to, ...Object.values(row.names)];
  return held.some((one) => one.toLowerCase().includes(text));
}
