// Alarms as a file: page by page as fast as the client reads, so that a million of them need no more memory than a page.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AlarmFilter } from '../../core/alarm/alarm-filter.ts';
import type { AlarmSort } from '../../core/alarm/alarm-order.ts';
import type { AlarmPage } from '../../state/alarm-store.ts';
import { z } from 'zod';
import { CSV_HEAD, writeCsvRows } from '../alarm-detail/alarm-csv.ts';
import { describeRow, type ShownAlarm } from '../alarm-detail/describe-row.ts';
import { defineRoute, type AnyApiRoute } from '../api-route.ts';
import { AnswerError, type ErrorAnswer } from '../error-answer.ts';
import { alarmExportQuery, toAlarmFilter, toAlarmSort } from '../schemas/alarm-query.ts';
import { nowOf, type AlarmRoutesDeps } from './alarm-parameters.ts';

type ExportDeps = Pick<AlarmRoutesDeps, 'store' | 'clock' | 'assets'>;

const PAGE_ROWS = 2000;
/** Rows that are written at once, between other work. */
const CHUNK_ROWS = 100;
/** Each holds a page in memory for as long as its client reads. */
const MOST_EXPORTS = 8;
const FORMATS = {
  ndjson: { type: 'application/x-ndjson', head: '', write: writeLines },
  csv: { type: 'text/csv; charset=utf-8', head: CSV_HEAD, write: writeCsvRows },
} as const;
const BUSY: ErrorAnswer = {
  status: 503,
  code: 'busy',
  message: 'too many exports are under way; try again when one has ended',
  headers: { 'retry-after': '5' },
};

interface Selection {
  readonly filter: AlarmFilter;
  readonly sort: AlarmSort;
}

/** The alarms of a filter as NDJSON or CSV. */
export function alarmExportRoutes(deps: ExportDeps): readonly AnyApiRoute[] {
  const { store, clock } = deps;
  let running = 0;

  async function* writeAll(
    selection: Selection,
    firstPage: AlarmPage,
    { head, write }: (typeof FORMATS)[keyof typeof FORMATS],
  ): AsyncGenerator<string> {
    running += 1;
    try {
      if (head !== '') yield head;
      for await (const rows of readRows(deps, selection, firstPage)) yield write(rows);
    } finally {
      running -= 1;
    }
  }

  const route = defineRoute({
    method: 'get',
    path: '/alarms/export',
    summary: 'All alarms of a filter as a file, NDJSON (the rows of the list) or CSV',
    access: { role: 'reader' },
    query: alarmExportQuery,
    answers: { 200: z.string().meta({ description: 'The file; its name is in a header' }) },
    answerTypes: ['application/x-ndjson', 'text/csv'],
    handle: async ({ query }) => {
      if (running >= MOST_EXPORTS) throw new AnswerError(BUSY);
      const filter = toAlarmFilter(query, nowOf(clock));
      const selection = { filter, sort: toAlarmSort(query.sort) };
      const format = FORMATS[query.format];
      // before the answer begins, so that a store that fails can still be answered as an error
      const page = await store.list({ ...selection, limit: PAGE_ROWS });
      const name = `alarms-${fileTime(clock.wallMs())}.${query.format}`;
      return {
        status: 200,
        headers: {
          'content-type': format.type,
          'content-disposition': `attachment; filename="${name}"`,
        },
        stream: writeAll(selection, page, format),
      };
    },
  });
  return [route];
}

async function* readRows(
  { store, assets }: ExportDeps,
  selection: Selection,
  firstPage: AlarmPage,
): AsyncGenerator<readonly ShownAlarm[]> {
  for (let page = firstPage; ;) {
    const known = assets();
    for (let start = 0; start < page.alarms.length; start += CHUNK_ROWS) {
      const rows = page.alarms.slice(start, start + CHUNK_ROWS);
      yield rows.map((alarm) => describeRow(alarm, known));
      await nextTurn();
    }
    if (page.next === undefined) return;
    page = await store.list({ ...selection, after: page.next, limit: PAGE_ROWS });
  }
}

function writeLines(rows: readonly ShownAlarm[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** As a file name can hold it: `20251124T081105Z`. */
function fileTime(wallMs: number): string {
  return new Date(wallMs).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
}
