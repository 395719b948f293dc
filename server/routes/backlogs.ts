import { z } from 'zod';
import type { BacklogSummary, EnginePort } from '../../actors/engine-port.ts';
import type { Assets } from '../../core/asset/assets.ts';
import {
  BACKLOG_SORT_KEYS,
  type BacklogPlace,
  type BacklogSort,
} from '../../core/correlation/backlog-order.ts';
import { nameAddresses } from '../alarm-detail/describe-row.ts';
import { defineRoute, type AnyApiRoute } from '../api-route.ts';
import { auditCaller, type AuditPort } from '../audit.ts';
import type { ConfigurationAdmin } from '../configuration-admin.ts';
import { AnswerError, type ErrorAnswer } from '../error-answer.ts';
import { tellMissing } from '../missing-nodes.ts';
import { BAD_CURSOR, decodeCursor, encodeCursor, PAGE_QUERY, wholeNumberText } from '../paging.ts';
import { networkList } from '../schemas/alarm-query.ts';
import { backlogListSchema, backlogSchema, type BacklogRow } from '../schemas/backlog.ts';

export interface BacklogRoutesDeps {
  readonly engine: Pick<EnginePort, 'listBacklogs' | 'backlog' | 'deleteBacklog'>;
  readonly configuration: Pick<ConfigurationAdmin, 'assets'>;
  readonly audit: AuditPort;
}

const SORT_NAMES = BACKLOG_SORT_KEYS.flatMap((key) => [key, `-${key}`] as const);
const listQuery = z.strictObject({
  ...PAGE_QUERY,
  directive: wholeNumberText(1).optional(),
  stage: wholeNumberText(1, 255).optional(),
  address: networkList.optional().describe('Addresses and CIDRs that events came from or went to'),
  sort: z
    .enum(SORT_NAMES, `must be one of ${BACKLOG_SORT_KEYS.join(', ')}, a leading - for descending`)
    .default('deadline')
    .describe('A leading - puts the highest first; soonest deadline first unless given'),
});
/** The order, then value and id of the last row before the page. */
const placeSchema = z.tuple([z.enum(SORT_NAMES), z.number(), z.string()]);
const idParams = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'is no id of a backlog'),
});
const MISSING: ErrorAnswer = {
  status: 404,
  code: 'not_found',
  message: 'no backlog with this id lives',
};

/** List, detail and deletion of live backlogs. */
export function backlogRoutes({
  engine,
  configuration,
  audit,
}: BacklogRoutesDeps): readonly AnyApiRoute[] {
  const list = defineRoute({
    ...{ method: 'get', path: '/backlogs', summary: 'Lists live backlogs' },
    access: { role: 'reader' },
    query: listQuery,
    answers: { 200: backlogListSchema },
    handle: async ({ query }) => {
      const page = await engine.listBacklogs({
        ...{ directiveId: query.directive, stage: query.stage, networks: query.address },
        ...{ sort: toSort(query.sort), after: placeAfter(query), limit: query.limit },
      });
      const { backlogs, total, next } = page;
      const cursor =
        next === undefined ? null : encodeCursor([query.sort, next.value, next.alarmId]);
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

function toSort(name: (typeof SORT_NAMES)[number]): BacklogSort {
  const by = BACKLOG_SORT_KEYS.find((key) => name.endsWith(key)) ?? 'deadline';
  return { by, descending: name.startsWith('-') };
}

function placeAfter({ cursor, sort }: z.infer<typeof listQuery>): BacklogPlace | undefined {
  const place = decodeCursor(cursor, placeSchema);
  if (place === undefined) return undefined;
  const [order, value, alarmId] = place;
  if (order !== sort) throw new AnswerError(BAD_CURSOR);
  return { value, alarmId };
}

function describeRow(backlog: BacklogSummary, assets: Assets): BacklogRow {
  const { alarmId, directiveId, title, risk, from, to } = backlog;
  const { stage, stages, events, needed, opened, last, deadline, allowed } = backlog;
  return {
    ...{ alarm_id: alarmId, directive_id: directiveId, title, risk, from: [...from], to: [...to] },
    ...{ stage, stages, events, needed, opened, last_event: last, deadline, allowed },
    names: nameAddresses([...from, ...to], assets),
  };
}
