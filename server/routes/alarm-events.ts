import { z } from 'zod';
import { defineRoute, type AnyApiRoute } from '../api-route.ts';
import { AnswerError } from '../error-answer.ts';
import { decodeCursor, encodeCursor, PAGE_QUERY, wholeNumberText } from '../paging.ts';
import { alarmEvents } from '../schemas/alarm-detail.ts';
import { timeSpan, toSpan } from '../schemas/alarm-query.ts';
import { alarmParams, NO_ALARM, nowOf, type AlarmRoutesDeps } from './alarm-parameters.ts';

const eventsQuery = z.strictObject({
  stage: wholeNumberText(1, 255).optional(),
  time: timeSpan.optional().meta({ description: 'Of event time, as 24h or <from>..<to>' }),
  ...PAGE_QUERY,
});
/** The place of the last row of the page before. */
const cursorShape = z.tuple([z.int().min(0)]);

/** The kept events of an alarm. */
export function alarmEventRoutes({
  store,
  clock,
}: Pick<AlarmRoutesDeps, 'store' | 'clock'>): readonly AnyApiRoute[] {
  const events = defineRoute({
    method: 'get',
    path: '/alarms/:id/events',
    summary: 'The accepted events of an alarm that were kept, newest first, in pages',
    access: { role: 'reader' },
    params: alarmParams,
    query: eventsQuery,
    answers: { 200: alarmEvents },
    handle: async ({ params, query }) => {
      const { id: alarmId } = params;
      const [before] = decodeCursor(query.cursor, cursorShape) ?? [];
      const span = toSpan(query.time, nowOf(clock));
      const { stage, limit } = query;
      const page = await store.events({ alarmId, stage, ...span, before, limit });
      if (page.events.length === 0 && (await store.get(alarmId)) === undefined) {
        throw new AnswerError(NO_ALARM);
      }
      const next = page.next === undefined ? null : encodeCursor([page.next]);
      return { status: 200, body: { events: page.events, next } };
    },
  });
  return [events];
}
