import { z } from 'zod';
import { placeLength, type AlarmPlace } from '../../core/alarm/alarm-order.ts';
import type { AlarmStore } from '../../state/alarm-store.ts';
import { defineRoute, type AnyApiRoute } from '../api-route.ts';
import type { Clock } from '../clock.ts';
import { AnswerError } from '../error-answer.ts';
import { BAD_CURSOR, decodeCursor, encodeCursor } from '../paging.ts';
import {
  alarmFacetsQuery,
  alarmListQuery,
  toAlarmFilter,
  toAlarmSort,
  type AlarmListSort,
} from '../schemas/alarm-query.ts';
import { alarmFacets, alarmList, alarmState } from '../schemas/alarm.ts';

export interface AlarmRoutesDeps {
  readonly store: Pick<AlarmStore, 'list' | 'facets' | 'get'>;
  /** Spans such as 7d end now. */
  readonly clock: Pick<Clock, 'wallMs'>;
}

const cursorShape = z.tuple([z.string(), z.string()], z.number());

/** Reading alarms: a list, one, and how many there are of each kind. */
export function alarmRoutes({ store, clock }: AlarmRoutesDeps): readonly AnyApiRoute[] {
  const now = (): number => Math.floor(clock.wallMs() / 1000);
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
      const filter = toAlarmFilter(query, now());
      const page = await store.list({ filter, sort, after, limit: query.limit });
      const next = page.next === undefined ? null : writeCursor(page.next, query.sort);
      return { status: 200, body: { alarms: page.alarms, total: page.total, next } };
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
      const filter = toAlarmFilter(query, now());
      return { status: 200, body: await store.facets({ filter, limit: query.limit }) };
    },
  });
  const one = defineRoute({
    method: 'get',
    path: '/alarms/:id',
    summary: 'The newest state of one alarm',
    access: { role: 'reader' },
    params: z.strictObject({ id: z.string().min(1).max(100) }),
    answers: { 200: alarmState },
    handle: async ({ params }) => {
      const state = await store.get(params.id);
      if (state !== undefined) return { status: 200, body: state };
      throw new AnswerError({ status: 404, code: 'not_found', message: 'no such alarm is kept' });
    },
  });
  // the first that fits answers, so the fixed path comes before the one with a parameter
  return [list, facets, one];
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
