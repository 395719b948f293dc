import { z } from 'zod';
import { FACET_NAMES, mapFacets, type AlarmFacets } from '../../core/alarm/alarm-facets.ts';
import { placeLength, type AlarmPlace } from '../../core/alarm/alarm-order.ts';
import { composeDetail } from '../alarm-detail/compose-detail.ts';
import { describeRow } from '../alarm-detail/describe-row.ts';
import { nameFacets } from '../alarm-detail/facet-names.ts';
import { defineRoute, type AnyApiRoute } from '../api-route.ts';
import { AnswerError } from '../error-answer.ts';
import { tellMissing } from '../missing-nodes.ts';
import { BAD_CURSOR, decodeCursor, encodeCursor } from '../paging.ts';
import { alarmDetail, alarmList } from '../schemas/alarm-detail.ts';
import {
  alarmFacetsQuery,
  alarmListQuery,
  toAlarmFilter,
  toAlarmSort,
  type AlarmListSort,
} from '../schemas/alarm-query.ts';
import {
  alarmStatistics,
  alarmStatisticsQuery,
  toStatisticsQuery,
} from '../schemas/alarm-statistics.ts';
import { alarmFacets } from '../schemas/alarm.ts';
import { alarmChangeRoutes } from './alarm-changes.ts';
import { alarmEventRoutes } from './alarm-events.ts';
import { alarmExportRoutes } from './alarm-export.ts';
import { atAlarm, alarmParams, NO_ALARM, nowOf, type AlarmRoutesDeps } from './alarm-parameters.ts';

const cursorShape = z.tuple([z.string(), z.string()], z.number());
const FEW_VALUES = 5;

/** Alarms: found, counted, shown with all that is known of them, exported and changed. */
export function alarmRoutes(deps: AlarmRoutesDeps): readonly AnyApiRoute[] {
  return [
    ...listRoutes(deps),
    ...alarmExportRoutes(deps),
    // the first that fits answers, so the fixed paths come before the one with a parameter
    ...[detailRoute(deps), ...alarmEventRoutes(deps)].map(atAlarm),
    ...alarmChangeRoutes(deps),
  ];
}

function listRoutes({ store, clock, assets, directive }: AlarmRoutesDeps): readonly AnyApiRoute[] {
  const list = defineRoute({
    method: 'get',
    path: '/alarms',
    summary: 'Alarms by their newest state: filtered, sorted, in pages',
    access: { role: 'reader' },
    query: alarmListQuery,
    answers: { 200: alarmList },
    handle: async ({ query }) => {
      const sort = toAlarmSort(query.sort);
      const after = readCursor(query.cursor, query.sort);
      const filter = toAlarmFilter(query, nowOf(clock));
      const page = await store.list({ filter, sort, after, limit: query.limit });
      const next = page.next === undefined ? null : writeCursor(page.next, query.sort);
      const known = assets();
      const alarms = page.alarms.map((alarm) => describeRow(alarm, known));
      const { sequence: as_of, total } = page;
      return { status: 200, body: { alarms, as_of, total, next, ...tellMissing(page) } };
    },
  });
  const facets = defineRoute({
    method: 'get',
    path: '/alarms/facets',
    summary: 'How many alarms have each status, tag, risk class, progress, directive and address',
    access: { role: 'reader' },
    query: alarmFacetsQuery,
    answers: { 200: alarmFacets },
    handle: async ({ query }) => {
      const filter = toAlarmFilter(query, nowOf(clock));
      const found = await store.facets({ filter, limit: query.limit });
      const shown = shorten(found, query.facet ?? FACET_NAMES);
      const names = nameFacets(shown, { assets: assets(), directive });
      return { status: 200, body: { ...shown, names, ...tellMissing(found) } };
    },
  });
  const statistics = defineRoute({
    method: 'get',
    path: '/alarms/statistics',
    summary: 'How many alarms there were over time, by risk, directive, source, status or tag',
    access: { role: 'reader' },
    query: alarmStatisticsQuery,
    answers: { 200: alarmStatistics },
    handle: async ({ query }) => {
      const { missingNodes, ...body } = await store.statistics(
        toStatisticsQuery(query, nowOf(clock)),
      );
      return { status: 200, body: { ...body, ...tellMissing({ missingNodes }) } };
    },
  });
  return [list, facets, statistics];
}

function detailRoute(deps: AlarmRoutesDeps): AnyApiRoute {
  const { store, sequence, clock } = deps;
  return defineRoute({
    method: 'get',
    path: '/alarms/:id',
    summary: 'One alarm with all that is known of it but its events',
    access: { role: 'reader' },
    params: alarmParams,
    answers: { 200: alarmDetail },
    handle: async ({ params }) => {
      const asOf = sequence();
      const stored = await store.get(params.id);
      if (stored === undefined) throw new AnswerError(NO_ALARM);
      return { status: 200, body: await composeDetail(stored, deps, { asOf, now: nowOf(clock) }) };
    },
  });
}

/** All but the wanted facets with few values, the others of which are in their rest. */
function shorten(facets: AlarmFacets, wanted: readonly (keyof AlarmFacets)[]): AlarmFacets {
  return mapFacets((name) => {
    const { values, rest } = facets[name];
    if (wanted.includes(name)) return facets[name];
    const others = values.slice(FEW_VALUES);
    return {
      values: values.slice(0, FEW_VALUES),
      rest: {
        values: rest.values + others.length,
        count: others.reduce((sum, { count }) => sum + count, rest.count),
      },
    };
  });
}

function writeCursor({ values, id }: AlarmPlace, sort: string): string {
  return encodeCursor([sort, id, ...values]);
}

/** Throws AnswerError 400 for a cursor that is none or belongs to another order. */
function readCursor(text: string | undefined, sort: AlarmListSort): AlarmPlace | undefined {
  const place = decodeCursor(text, cursorShape);
  if (place === undefined) return undefined;
  const [sortedBy, id, ...values] = place;
  if (sortedBy !== sort || values.length !== placeLength(toAlarmSort(sort).by)) {
    throw new AnswerError(BAD_CURSOR);
  }
  return { values, id };
}
