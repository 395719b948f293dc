import type { AlarmFilter } from '../../core/alarm/alarm-filter.ts';
import { placeOf } from '../../core/alarm/alarm-order.ts';
import type { EventsSummary, StoredAlarm, StoredAlarmDetail } from '../../core/alarm/alarm-view.ts';
import type { AlarmListQuery, AlarmPage } from '../alarm-store.ts';
import type { AlarmDatabase } from './alarm-database.ts';
import { countFacets } from './column-facets.ts';
import { compileColumnFilter, type CriterionTest } from './column-filter.ts';
import { countByAddress, countRowsOverTime, listRows, selectRows } from './column-queries.ts';
import type { StoreQuestion, StoreQuestions } from './store-request.ts';

const NEWEST_FIRST = { by: 'last', descending: true } as const;
const BUCKET_SECONDS = 60;

/** What the store answers; throws a DatabaseError. */
export function answerQuestion(
  database: AlarmDatabase,
  asked: StoreQuestion,
): StoreQuestions[StoreQuestion['question']]['answer'] {
  const { columns } = database;
  switch (asked.question) {
    case 'list':
      return list(database, asked.given);
    case 'facets':
      return countFacets(columns, compile(database, asked.given.filter), asked.given.limit);
    case 'get':
      return get(database, asked.given);
    case 'events':
      return isShown(database, asked.given.alarmId)
        ? database.events.list(asked.given)
        : { events: [], next: undefined };
    case 'statistics':
      return countRowsOverTime(columns, compile(database, asked.given.filter), asked.given);
    case 'countByAddress': {
      const { addresses, exceptId } = asked.given;
      return countByAddress(columns, addresses, columns.find(exceptId));
    }
    case 'find':
      return toStored(
        database,
        asked.given.map((id) => columns.find(id)).filter((row) => row !== undefined),
      );
    case 'select': {
      const found = selectRows(columns, compile(database, asked.given.filter), asked.given);
      return { alarms: toStored(database, found.rows), left: found.total - found.rows.length };
    }
    case 'snapshot': {
      const query = { filter: {}, sort: NEWEST_FIRST, limit: asked.given };
      const { sequence, alarms } = list(database, query);
      return { sequence, alarms };
    }
    case 'interruptAllBut':
      return database.interruptAllBut(asked.given);
  }
}

function compile(database: AlarmDatabase, filter: AlarmFilter): CriterionTest[] {
  return compileColumnFilter(database.columns, filter, (wanted) => database.rows.search(wanted));
}

function list(database: AlarmDatabase, query: AlarmListQuery): AlarmPage {
  const { columns } = database;
  const found = listRows(columns, compile(database, query.filter), query);
  const alarms = toStored(database, found.rows);
  const last = alarms.at(-1);
  return {
    sequence: database.sequence,
    alarms,
    total: found.total,
    next: found.hasMore && last !== undefined ? placeOf(last, query.sort) : undefined,
  };
}

function get(database: AlarmDatabase, id: string): StoredAlarmDetail | undefined {
  const row = database.columns.find(id);
  if (row === undefined || !database.columns.isShown(row)) return undefined;
  const [alarm] = toStored(database, [row]);
  if (alarm === undefined) return undefined;
  return {
    ...alarm,
    history: database.rows.historyOf(id),
    event_summary: database.events.summarize(id) ?? noEvents(database, row),
  };
}

function noEvents({ columns }: AlarmDatabase, row: number): EventsSummary {
  return {
    ...{ total: columns.eventsTotal[row] ?? 0, kept: 0, recorded: columns.recorded[row] === 1 },
    ...{ stages: [], bucket_seconds: BUCKET_SECONDS, not_kept: [] },
  };
}

function isShown({ columns }: AlarmDatabase, id: string): boolean {
  const row = columns.find(id);
  return row !== undefined && columns.isShown(row);
}

function toStored({ columns, rows }: AlarmDatabase, wanted: readonly number[]): StoredAlarm[] {
  const stored: StoredAlarm[] = [];
  for (const row of wanted) {
    const state = rows.stateOf(row);
    if (state === undefined) continue;
    const alarm: Omit<StoredAlarm, 'deleted'> & { deleted?: true } = {
      ...state,
      ...columns.countsOf(row),
      progress: columns.progressOf(row),
      ...columns.handlingOf(row),
    };
    if (columns.deleted[row] === 1) alarm.deleted = true;
    else delete alarm.deleted;
    stored.push(alarm);
  }
  return stored;
}
