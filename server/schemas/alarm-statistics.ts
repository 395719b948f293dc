// Alarms over time: what is asked, and the answer.
import { z } from 'zod';
import { STATISTICS_KEYS, type AlarmStatistics } from '../../core/alarm/alarm-view.ts';
import type { AlarmStatisticsQuery } from '../../state/alarm-store.ts';
import { AnswerError } from '../error-answer.ts';
import { MISSING_NODES } from '../missing-nodes.ts';
import { wholeNumberText } from '../paging.ts';
import { FILTER_QUERY, toAlarmFilter, toSeconds } from './alarm-query.ts';

const MOST_BUCKETS = 1000;
const DAY = 86_400;
/** Lengths that fit clocks and calendars, in seconds. */
const USUAL_BUCKETS = [60, 300, 900, 3600, 4 * 3600, DAY, 7 * DAY];
const USUAL_COUNT = 100;

const moment = z
  .string()
  .regex(/^\d{1,12}[smhd]?$/, 'must be Unix seconds, or how long ago, such as 24h')
  .meta({ description: 'Unix seconds, or how long ago: 15m, 24h, 7d' });

/** The query of GET /api/alarms/statistics. */
export const alarmStatisticsQuery = z.strictObject({
  ...FILTER_QUERY,
  by: z.enum(STATISTICS_KEYS).default('risk').meta({ description: 'What there is a series for' }),
  of: z
    .enum(['created', 'last'])
    .default('created')
    .meta({ description: 'The time that counts: created_time or update_time' }),
  since: moment.default('24h'),
  until: moment.optional(),
  bucket: z
    .string()
    .regex(/^\d{1,9}[smhd]?$/, 'must be seconds, or a length such as 15m')
    .optional()
    .meta({ description: 'Seconds, or 15m, 1h, 1d; a length that fits unless given' }),
  limit: wholeNumberText(1, 100)
    .default(10)
    .meta({ description: 'The most series; all other values are in `rest`' }),
});

const median = z
  .object({ median: z.number(), of: z.int() })
  .nullable()
  .meta({ description: 'Seconds, over how many alarms; null for none' });

/** The answer of GET /api/alarms/statistics. */
export const alarmStatistics = z.object({
  since: z.int().meta({ description: 'Where the first bucket begins, Unix seconds' }),
  bucket_seconds: z.int(),
  series: z
    .array(z.object({ value: z.string(), counts: z.array(z.int()) }))
    .meta({ description: 'The most frequent values, a count for each bucket' }),
  rest: z.array(z.int()).meta({ description: 'All other values together' }),
  first_look_seconds: median,
  close_seconds: median,
  ...MISSING_NODES,
}) satisfies z.ZodType<AlarmStatistics>;

/** What the store is to be asked; AnswerError 400 for times without an order, or more than 1,000 buckets. */
export function toStatisticsQuery(
  query: z.infer<typeof alarmStatisticsQuery>,
  now: number,
): AlarmStatisticsQuery {
  const since = toMoment(query.since, now);
  const until = query.until === undefined ? now + 1 : toMoment(query.until, now);
  if (since >= until) throw refusal('since', 'must be before until');
  const bucketSeconds = toBucket(query.bucket, until - since);
  if (bucketSeconds < 1) throw refusal('bucket', 'must be at least a second');
  if (Math.ceil(until / bucketSeconds) - Math.floor(since / bucketSeconds) > MOST_BUCKETS) {
    throw refusal('bucket', `makes more than ${String(MOST_BUCKETS)} buckets of this time`);
  }
  const { by, of, limit } = query;
  return { filter: toAlarmFilter(query, now), by, of, since, until, bucketSeconds, limit };
}

function toMoment(text: string, now: number): number {
  const ago = toSeconds(text);
  return ago === undefined ? Number(text) : Math.max(0, now - ago);
}

function toBucket(text: string | undefined, seconds: number): number {
  if (text !== undefined) return toSeconds(text) ?? Number(text);
  const fitting = USUAL_BUCKETS.find((length) => seconds / length <= USUAL_COUNT);
  return fitting ?? Math.ceil(seconds / USUAL_COUNT / DAY) * DAY;
}

function refusal(field: string, problem: string): AnswerError {
  return new AnswerError({
    ...{ status: 400, code: 'invalid_request' },
    message: `the request is not valid: query ${field}: ${problem}`,
    details: { problems: [{ in: 'query', field, problem }] },
  });
}
