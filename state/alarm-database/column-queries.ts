// Lists, selections and statistics over the columns.
import type { AlarmPlace, AlarmSort } from '../../core/alarm/alarm-order.ts';
import { countOverTime, medianOf } from '../../core/alarm/alarm-statistics.ts';
import type { AlarmStatistics, StatisticsKey } from '../../core/alarm/alarm-view.ts';
import { FirstItems } from '../../core/alarm/first-items.ts';
import type { AlarmListQuery, AlarmSelection, AlarmStatisticsQuery } from '../alarm-store.ts';
import type { CriterionTest } from './column-filter.ts';
import { RISK_CLASSES, type AlarmColumns, type Column } from './columns.ts';
import { findFitting } from './fitting-rows.ts';

/** Rows in an order, how many fit in all, and whether there are more after them. */
export interface FoundRows {
  readonly rows: readonly number[];
  readonly total: number;
  readonly hasMore: boolean;
}

/** The rows of a page of `list`. */
export function listRows(
  columns: AlarmColumns,
  tests: readonly CriterionTest[],
  { sort, after, limit }: Omit<AlarmListQuery, 'filter'>,
): FoundRows {
  const compare = compareRows(columns, sort);
  const isAfter = compileAfter(columns, sort, after);
  const first = new FirstItems<number>(limit + 1, compare);
  const fitting = findFitting(columns, tests);
  for (const row of fitting) if (isAfter(row)) first.offer(row);
  const rows = first.take();
  return { rows: rows.slice(0, limit), total: fitting.length, hasMore: rows.length > limit };
}

/** The rows of a step of `select`; `total` is of this step and all after it. */
export function selectRows(
  columns: AlarmColumns,
  tests: readonly CriterionTest[],
  { asOf, afterId, limit }: Omit<AlarmSelection, 'filter'>,
): FoundRows {
  const { appeared } = columns;
  const idOf = (row: number): string => columns.ids[row] ?? '';
  const first = new FirstItems<number>(limit, (left, right) => (idOf(left) < idOf(right) ? -1 : 1));
  let total = 0;
  for (const row of findFitting(columns, tests)) {
    if ((appeared[row] ?? 0) > asOf || idOf(row) <= afterId) continue;
    total += 1;
    first.offer(row);
  }
  const rows = first.take();
  return { rows, total, hasMore: total > rows.length };
}

/** What `statistics` answers. */
export function countRowsOverTime(
  columns: AlarmColumns,
  tests: readonly CriterionTest[],
  query: AlarmStatisticsQuery,
): AlarmStatistics {
  const time = query.of === 'created' ? columns.created : columns.updated;
  const rows = findFitting(columns, tests).filter((row) => {
    const at = time[row] ?? 0;
    return at >= query.since && at < query.until;
  });
  const { keys, visit, nameOf } = keysOf(columns, query.by);
  const counted = countOverTime(query, {
    ...{ keys, nameOf },
    visit: (count) => {
      for (const row of rows) visit(row, time[row] ?? 0, count);
    },
  });
  return {
    ...counted,
    first_look_seconds: medianOf(secondsUntil(columns, rows, columns.firstLook)),
    close_seconds: medianOf(secondsUntil(columns, rows, columns.closedAt)),
  };
}

interface RowKeys {
  readonly keys: number;
  /** Calls `count` for each key of the row. */
  visit(row: number, time: number, count: (time: number, key: number) => void): void;
  nameOf(key: number): string;
}

function keysOf(columns: AlarmColumns, by: StatisticsKey): RowKeys {
  const { statuses, tags, directives } = columns;
  switch (by) {
    case 'risk':
      return keysOfColumn(columns.riskClass, RISK_CLASSES.length, (key) => RISK_CLASSES[key] ?? '');
    case 'status':
      return keysOfColumn(columns.status, statuses.size, (key) => statuses.textOf(key));
    case 'tag':
      return keysOfColumn(columns.tag, tags.size, (key) => tags.textOf(key));
    case 'directive':
      return keysOfColumn(columns.directive, directives.size, (key) => directives.textOf(key));
    case 'from': {
      const { texts } = columns.from.book;
      return {
        keys: texts.size,
        visit: (row, time, count) => {
          columns.from.visit(row, (key) => {
            count(time, key);
          });
        },
        nameOf: (key) => texts.textOf(key),
      };
    }
  }
}

function keysOfColumn(column: Column, keys: number, nameOf: (key: number) => string): RowKeys {
  return {
    keys,
    nameOf,
    visit: (row, time, count) => {
      count(time, column[row] ?? 0);
    },
  };
}

function secondsUntil({ created }: AlarmColumns, rows: Uint32Array, moment: Column): number[] {
  const seconds: number[] = [];
  for (const row of rows) {
    const at = moment[row] ?? 0;
    if (at > 0) seconds.push(at - (created[row] ?? 0));
  }
  return seconds;
}

/** In how many alarms but the row `except` each of the addresses occurs. */
export function countByAddress(
  columns: AlarmColumns,
  addresses: readonly string[],
  except: number | undefined,
): number[] {
  const { from, to } = columns;
  const shown = findFitting(columns, []);
  return addresses.map((address) => {
    const code = from.book.texts.find(address);
    if (code === undefined) return 0;
    const wanted = new Uint8Array(from.book.texts.size);
    wanted[code] = 1;
    let count = 0;
    for (const row of shown) {
      if (row !== except && (from.hasAny(row, wanted) || to.hasAny(row, wanted))) count += 1;
    }
    return count;
  });
}

function sortColumns(columns: AlarmColumns, { by }: AlarmSort): readonly Column[] {
  switch (by) {
    case 'last':
      return [columns.updated];
    case 'risk':
      return [columns.risk, columns.updated];
    case 'created':
      return [columns.created];
    case 'event':
      return [columns.lastEvent];
    case 'events':
      return [columns.eventsTotal];
  }
}

function compareRows(
  columns: AlarmColumns,
  sort: AlarmSort,
): (left: number, right: number) => number {
  const keys = sortColumns(columns, sort);
  const factor = sort.descending ? -1 : 1;
  return (left, right) => {
    for (const key of keys) {
      const difference = (key[left] ?? 0) - (key[right] ?? 0);
      if (difference !== 0) return factor * difference;
    }
    return (columns.ids[left] ?? '') < (columns.ids[right] ?? '') ? -1 : 1;
  };
}

/** Whether a row stands after the place, or there is none. */
function compileAfter(
  columns: AlarmColumns,
  sort: AlarmSort,
  after: AlarmPlace | undefined,
): (row: number) => boolean {
  if (after === undefined) return () => true;
  const keys = sortColumns(columns, sort);
  const factor = sort.descending ? -1 : 1;
  return (row) => {
    for (const [index, key] of keys.entries()) {
      const difference = (key[row] ?? 0) - (after.values[index] ?? 0);
      if (difference !== 0) return factor * difference > 0;
    }
    return (columns.ids[row] ?? '') > after.id;
  };
}
