import { z } from 'zod';
import type { AlarmWish, ChangedAlarm, SkippedAlarm } from '../../core/alarm/alarm-desk.ts';
import { NodesAwayError } from '../../core/cluster/nodes-away-error.ts';
import { defineRoute, type AnyApiRoute, type Caller } from '../api-route.ts';
import { AnswerError, type ErrorAnswer } from '../error-answer.ts';
import { tellMissing } from '../missing-nodes.ts';
import { decodeCursor, encodeCursor } from '../paging.ts';
import {
  alarmChanges,
  alarmPatch,
  changedAlarm,
  changesAnswer,
  commentBody,
  selectionAnswer,
  selectionChange,
} from '../schemas/alarm-change.ts';
import { toAlarmFilter } from '../schemas/alarm-query.ts';
import { atAlarm, alarmParams, NO_ALARM, nowOf, type AlarmRoutesDeps } from './alarm-parameters.ts';

type ChangeDeps = Pick<AlarmRoutesDeps, 'desk' | 'clock' | 'statuses' | 'tags' | 'sequence'>;

const ANALYST = { role: 'analyst' } as const;
/** When the first step was (Unix seconds: where its spans end), and the last alarm of the step before. */
const stepShape = z.tuple([z.int(), z.string()]);

const OTHER_RUN: ErrorAnswer = {
  status: 409,
  code: 'other_run',
  message: 'the engine has been started anew since this list was read; read it again',
};

/** What persons do to alarms, to one, to several or to all that fit a filter. */
export function alarmChangeRoutes(deps: ChangeDeps): readonly AnyApiRoute[] {
  return [...bulkRoutes(deps), ...[patchRoute(deps), ...deedRoutes(deps)].map(atAlarm)];
}

function patchRoute(deps: ChangeDeps): AnyApiRoute {
  return defineRoute({
    method: 'patch',
    path: '/alarms/:id',
    summary: 'Sets status, tag or assignee of an alarm; 409 when another version is meant',
    access: ANALYST,
    params: alarmParams,
    body: alarmPatch,
    answers: { 200: changedAlarm },
    handle: async ({ params, body: { version, ...wish }, caller }) => {
      checkMarks(wish, deps, 'body');
      return changeOne(deps, { id: params.id, version, wish }, caller);
    },
  });
}

function deedRoutes(deps: ChangeDeps): readonly AnyApiRoute[] {
  const one = { access: ANALYST, params: alarmParams, answers: { 200: changedAlarm } } as const;
  const comment = defineRoute({
    ...{ method: 'post', path: '/alarms/:id/comments', summary: 'Adds a comment to an alarm' },
    ...one,
    body: commentBody,
    handle: ({ params, body, caller }) =>
      changeOne(deps, { id: params.id, wish: { comment: body.text } }, caller),
  });
  const remove = defineRoute({
    ...{ method: 'delete', path: '/alarms/:id' },
    summary: 'Hides an alarm; its backlog runs on without lines until it is restored or ends',
    ...one,
    handle: ({ params, caller }) =>
      changeOne(deps, { id: params.id, wish: { deleted: true } }, caller),
  });
  const restore = defineRoute({
    ...{ method: 'post', path: '/alarms/:id/restore', summary: 'Shows a deleted alarm again' },
    ...one,
    handle: ({ params, caller }) =>
      changeOne(deps, { id: params.id, wish: { deleted: false } }, caller),
  });
  const look = defineRoute({
    ...{ method: 'post', path: '/alarms/:id/look' },
    summary: 'Says that somebody has opened the alarm: the first time counts',
    ...one,
    handle: ({ params, caller }) =>
      changeOne(deps, { id: params.id, wish: { look: true } }, caller),
  });
  return [remove, comment, restore, look];
}

function bulkRoutes(deps: ChangeDeps): readonly AnyApiRoute[] {
  const { desk, clock } = deps;
  const several = defineRoute({
    method: 'post',
    path: '/alarms/changes',
    summary: 'Changes several alarms, each only in the version that is meant',
    access: ANALYST,
    body: alarmChanges,
    answers: { 200: changesAnswer },
    handle: async ({ body, caller }) => {
      for (const [index, { set }] of body.changes.entries()) {
        checkMarks(set, deps, `body changes[${String(index)}].set`);
      }
      const requests = body.changes.map(({ id, version, set }) => ({ id, version, wish: set }));
      return { status: 200, body: await recorded(desk.change(requests, caller)) };
    },
  });
  const selection = defineRoute({
    method: 'post',
    path: '/alarms/changes/selection',
    summary: 'Changes the next alarms of those that fit a filter: one step, `next` leads on',
    access: ANALYST,
    body: selectionChange,
    answers: { 200: selectionAnswer },
    handle: async ({ body, caller }) => {
      const { set, as_of: asOf, limit } = body;
      checkMarks(set, deps, 'body set');
      if (asOf > deps.sequence()) throw new AnswerError(OTHER_RUN);
      const [now, after] = decodeCursor(body.after, stepShape) ?? [nowOf(clock), ''];
      const filter = toAlarmFilter(body.filter, now);
      const request = { filter, asOf, after, limit, wish: set };
      const answer = await recorded(desk.changeSelection(request, caller));
      const { changed, skipped, left } = answer;
      const next = answer.next === undefined ? null : encodeCursor([now, answer.next]);
      return { status: 200, body: { changed, skipped, next, left, ...tellMissing(answer) } };
    },
  });
  return [several, selection];
}

interface OneChange {
  readonly id: string;
  readonly version?: number | undefined;
  readonly wish: AlarmWish;
}

async function changeOne(
  { desk }: ChangeDeps,
  change: OneChange,
  caller: Caller,
): Promise<{ readonly status: 200; readonly body: ChangedAlarm }> {
  const { changed, skipped } = await recorded(desk.change([change], caller));
  const [body] = changed;
  if (body !== undefined) return { status: 200, body };
  throw new AnswerError(describeSkipped(skipped[0]));
}

function describeSkipped(skipped: SkippedAlarm | undefined): ErrorAnswer {
  if (skipped === undefined || skipped.reason === 'not_found') return NO_ALARM;
  const { reason, version, now, by } = skipped;
  const who = by ?? 'somebody';
  const message =
    reason === 'deleted'
      ? `${who} has deleted this alarm; restore it first`
      : `${who} has changed this alarm meanwhile; nothing was done, see how it is now`;
  return { status: 409, code: reason, message, details: { version, now, by } };
}

/** A desk that cannot put a change on file says so; whether it took effect is seen by looking. */
async function recorded<Answer>(work: Promise<Answer>): Promise<Answer> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof NodesAwayError) throw cause;
    const message =
      'the change could not be put on file so far; the log says why, and looking again shows whether it took effect';
    throw new AnswerError({ status: 503, code: 'not_recorded', message }, { cause });
  }
}

/** Throws AnswerError 400 for a status or tag that the options do not have. */
function checkMarks({ status, tag }: AlarmWish, deps: ChangeDeps, place: string): void {
  for (const { name, value, allowed } of [
    { name: 'status', value: status, allowed: deps.statuses },
    { name: 'tag', value: tag, allowed: deps.tags },
  ]) {
    if (value === undefined || allowed.includes(value)) continue;
    const problem = `must be one of ${allowed.join(', ')}`;
    throw new AnswerError({
      ...{ status: 400, code: 'invalid_request' },
      message: `the request is not valid: ${place} ${name}: ${problem}`,
      details: { problems: [{ in: 'body', field: name, problem }], allowed },
    });
  }
}
