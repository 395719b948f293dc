// What alarms can be asked for and what is done to them, as it comes over NATS: checked whole, because stores make queries
// of it.
import { z } from 'zod';
import type { AlarmRequest, AlarmWish, Person } from '../../core/alarm/alarm-desk.ts';
import type { AlarmCriteria, AlarmFilter } from '../../core/alarm/alarm-filter.ts';
import { ALARM_SORT_KEYS, type AlarmPlace, type AlarmSort } from '../../core/alarm/alarm-order.ts';
import type { RiskClass } from '../../core/alarm/alarm-record.ts';
import type { Progress } from '../../core/alarm/alarm-state.ts';
import { STATISTICS_KEYS } from '../../core/alarm/alarm-view.ts';
import type { Network } from '../../core/address/network.ts';
import type {
  AlarmEventsQuery,
  AlarmFacetQuery,
  AlarmListQuery,
  AlarmSelection,
  AlarmStatisticsQuery,
} from '../../state/alarm-store.ts';

const RISKS = ['Low', 'Medium', 'High'] as const satisfies RiskClass[];
const PROGRESSES = [
  ...(['running', 'complete', 'timeout', 'stopped', 'interrupted'] as const),
] as const satisfies Progress[];
const MOST_ROWS = 5_000;

const text = z.string().max(10_000);
const texts = z.array(text).max(1_000).optional();
const word = z.int().min(0).max(0xffffffff);
const ipv6 = z.object({ a: word, b: word, c: word, d: word });
const network: z.ZodType<Network> = z.union([
  z.object({ family: z.literal(4), base: word, prefix: z.int().min(0).max(32) }),
  z.object({ family: z.literal(6), base: ipv6, prefix: z.int().min(0).max(128) }),
]);
export const networks = z.array(network).max(1_000).optional();
const seconds = z.number();
const limit = z.int().min(1).max(MOST_ROWS);

const criteria: z.ZodType<AlarmCriteria> = z.strictObject({
  ...{ status: texts, tag: texts, assignee: texts },
  risk: z.array(z.enum(RISKS)).optional(),
  minRisk: z.number().optional(),
  progress: z.array(z.enum(PROGRESSES)).optional(),
  directive: z.array(z.int()).max(1_000).optional(),
  ...{ from: networks, to: networks, address: networks },
  time: z.strictObject({ since: seconds.optional(), until: seconds.optional() }).optional(),
  q: text.optional(),
});
const filter: z.ZodType<AlarmFilter> = z.strictObject({
  is: criteria.optional(),
  not: criteria.optional(),
});
const sort: z.ZodType<AlarmSort> = z.strictObject({
  by: z.enum(ALARM_SORT_KEYS),
  descending: z.boolean(),
});
const place: z.ZodType<AlarmPlace> = z.strictObject({
  values: z.array(z.number()).max(2),
  id: text,
});

export const listQuery: z.ZodType<AlarmListQuery> = z.strictObject({
  ...{ filter, sort, limit },
  after: place.optional(),
});
/** The most values of a facet that a node tells one by one; those beyond count among the rest. */
export const MOST_FACET_VALUES = 100_000;
export const facetQuery: z.ZodType<AlarmFacetQuery> = z.strictObject({
  filter,
  limit: z.int().min(1).max(MOST_FACET_VALUES),
});
export const statisticsQuery: z.ZodType<AlarmStatisticsQuery> = z
  .strictObject({
    filter,
    by: z.enum(STATISTICS_KEYS),
    of: z.enum(['created', 'last']),
    since: seconds,
    until: seconds,
    bucketSeconds: z.number().min(1),
    limit: z.int().min(1).max(MOST_FACET_VALUES),
  })
  .refine(({ since, until, bucketSeconds }) => (until - since) / bucketSeconds <= 2_000);
export const selection: z.ZodType<AlarmSelection> = z.strictObject({
  ...{ filter, limit },
  asOf: z.int().min(0),
  afterId: text,
});
export const eventsQuery: z.ZodType<AlarmEventsQuery> = z.strictObject({
  alarmId: text,
  stage: z.int().optional(),
  since: seconds.optional(),
  until: seconds.optional(),
  before: z.int().optional(),
  limit,
});
export const addressesQuery = z.strictObject({
  addresses: z.array(text).max(10_000),
  exceptId: text,
});
export const alarmIds: z.ZodType<readonly string[]> = z.array(text).max(MOST_ROWS);
export const snapshotQuery = z.strictObject({ limit: z.int().min(1).max(10_000) });

const wish: z.ZodType<AlarmWish> = z.strictObject({
  ...{ status: text.optional(), tag: text.optional(), assignee: text.optional() },
  comment: text.optional(),
  deleted: z.boolean().optional(),
  look: z.literal(true).optional(),
});
const person: z.ZodType<Person> = z.object({ name: text, role: text, from: text });
const request: z.ZodType<AlarmRequest> = z.strictObject({
  id: text,
  version: z.int().optional(),
  wish,
});
export const changeRequest = z.strictObject({
  requests: z.array(request).max(MOST_ROWS),
  who: person,
});
