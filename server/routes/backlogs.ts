import { z } from 'zod';
import type { BacklogSummary, EnginePort } from '../../actors/engine-port.ts';
import type { Assets } from '../../core/asset/assets.ts';
import { nameAddresses } from '../alarm-detail/describe-row.ts';
import { defineRoute, type AnyApiRoute } from '../api-route.ts';
import { auditCaller, type AuditPort } from '../audit.ts';
import type { ConfigurationAdmin } from '../configuration-admin.ts';
import { AnswerError, type ErrorAnswer } from '../error-answer.ts';
import { tellMissing } from '../missing-nodes.ts';
import { decodeCursor, encodeCursor, PAGE_QUERY, wholeNumberText } from '../paging.ts';
import { backlogListSchema, backlogSchema, type BacklogRow } from '../schemas/backlog.ts';

export interface BacklogRoutesDeps {
  readonly engine: Pick<EnginePort, 'listBacklogs' | 'backlog' | 'deleteBacklog'>;
  readonly configuration: Pick<ConfigurationAdmin, 'assets'>;
  readonly audit: AuditPort;
}

const listQuery = z.strictObject({
  ...PAGE_QUERY,
  directive: wholeNumberText(1).optional(),
  stage: wholeNumberText(1, 255).optional(),
});
/** Deadline and id of the last row before the page. */
const placeSchema = z.tuple([z.number(), z.string()]);
const idParams = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'is no id of a backlog'),
});
const MISSING: ErrorAnswer = {
  status: 404,
  code: 'not_found',
  message: 'no backlog with this id lives',
};

/** List by soonest deadline, detail and deletion of live backlogs. */
export function backlogRoutes({
  engine,
  configuration,
  audit,
}: BacklogRoutesDeps): readonly AnyApiRoute[] {
  const list = defineRoute({
    ...{ method: 'get', path: '/backlogs', summary: 'Lists live backlogs, soonest deadline first' },
    access: { role: 'reader' },
    query: listQuery,
    answers: { 200: backlogListSchema },
    handle: async ({ query }) => {
      const place = decodeCursor(query.cursor, placeSchema);
      const page = await engine.listBacklogs({
        directiveId: query.directive,
        stage: query.stage,
        after: place === undefined ? undefined : { deadline: place[0], alarmId: place[1] },
        limit: query.limit,
      });
      const { backlogs, total, next } = page;
      const cursor = next === undefined ? null : encodeCursor([next.deadline, next.alarmId]);
      const assets = configuration.assets();
      const rows = backlogs.map((backlog) => describeRow(backlog, assets));
      const body = { backlogs: rows, total, next: cursor, ...tellMissing(page) };
      return { status: 200, body };
    },
  });
  const one = defineRoute({
    ...{ method: 'get', path: '/backlogs/:id', summary: 'Shows a live backlog in full' },
    access: { role: 'reader' },
    params: idParams,
    answers: { 200: backlogSchema },
    handle: async ({ params }) => {
      const backlog = await engine.backlog(params.id);
      if (backlog === undefined) throw new AnswerError(MISSING);
      return { status: 200, body: backlog };
    },
  });
  const remove = defineRoute({
    ...{ method: 'delete', path: '/backlogs/:id' },
    summary: 'Ends a live backlog; its alarm, if it has one, stays as it is',
    access: { role: 'admin' },
    params: idParams,
    answers: { 204: undefined },
    handle: async ({ params, caller }) => {
      const before = await engine.backlog(params.id);
      if (!(await engine.deleteBacklog(params.id))) throw new AnswerError(MISSING);
      audit.record({ ...auditCaller(caller), action: 'backlog.delete', what: params.id, before });
      return { status: 204 };
    },
  });
  return [list, one, remove];
}

function describeRow(backlog: BacklogSummary, assets: Assets): BacklogRow {
  const { alarmId, directiveId, title, risk, from, to } = backlog;
  const { stage, stages, events, needed, opened, deadline, allowed } = backlog;
  return {
    ...{ alarm_id: alarmId, directive_id: directiveId, title, risk, from: [...from], to: [...to] },
    ...{ stage, stages, events, needed, opened, deadline, allowed },
    names: nameAddresses([...from, ...to], assets),
  };
}
