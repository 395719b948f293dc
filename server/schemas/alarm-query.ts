// Filters of alarms as they stand in an address: lists are comma separated or repeated, `not.` excludes.
import { z } from 'zod';
import { FACET_NAMES } from '../../core/alarm/alarm-facets.ts';
import { isNetworkFault, parseNetwork, type Network } from '../../core/address/network.ts';
import type { AlarmCriteria, AlarmFilter, TimeSpan } from '../../core/alarm/alarm-filter.ts';
import { ALARM_SORT_KEYS, type AlarmSort } from '../../core/alarm/alarm-order.ts';
import { PAGE_QUERY, wholeNumberText } from '../paging.ts';
import { PROGRESSES, RISK_CLASSES } from './alarm.ts';
import { bodyObject } from './body-object.ts';

const LONGEST_TEXT = 200;
const MOST_VALUES = 200;
const USUAL_FACET_VALUES = 5;
/** As many as alarms are kept by default. */
const MOST_FACET_VALUES = 1_000_000;
const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Non-empty texts, comma separated or repeated. */
export const textList = z
  .union([z.string(), z.array(z.string())])
  .transform((given) =>
    [given]
      .flat()
      .flatMap((text) => text.split(','))
      .map((text) => text.trim())
      .filter(Boolean),
  )
  .pipe(z.array(z.string().max(LONGEST_TEXT)).min(1).max(MOST_VALUES));

/** Directive ids, comma separated or repeated. */
export const directiveList = textList.pipe(z.array(wholeNumberText(1)));

/** Addresses and CIDRs, comma separated or repeated. */
export const networkList = textList.transform((texts, context) => {
  const networks: Network[] = [];
  for (const text of texts) {
    const network = parseNetwork(text);
    if (!isNetworkFault(network)) networks.push(network);
    else context.addIssue({ code: 'custom', message: `${text}: ${network.problem}` });
  }
  return networks;
});

export const leastRisk = wholeNumberText(0, 10);

/** A span as an address writes it; `toSpan` reads it. */
export const timeSpan = z
  .string()
  .regex(
    /^(\d{1,12}[smhd]|\d{0,12}\.\.\d{0,12})$/,
    'must be a span such as 7d, or <from>..<to> in Unix seconds, either of which may be missing',
  )
  .meta({ description: '15m, 24h, 7d, or <from>..<to> in Unix seconds' });

/** Names of persons, comma separated or repeated; an empty one is nobody. */
const assigneeList = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [given].flat().flatMap((text) => text.split(',').map((one) => one.trim())))
  .pipe(z.array(z.string().max(LONGEST_TEXT)).max(MOST_VALUES))
  .meta({ description: 'Comma separated or repeated; empty for nobody' });

const criteria = {
  status: textList.optional(),
  tag: textList.optional(),
  risk: textList.pipe(z.array(z.enum(RISK_CLASSES))).optional(),
  min_risk: leastRisk.optional(),
  progress: textList.pipe(z.array(z.enum(PROGRESSES))).optional(),
  directive: directiveList.optional(),
  from: networkList.optional(),
  to: networkList.optional(),
  address: networkList.optional(),
  assignee: assigneeList.optional(),
  time: timeSpan.optional().meta({ description: 'Of update_time, as 24h or <from>..<to>' }),
  q: z.string().max(LONGEST_TEXT).optional(),
};

const excluded = {
  'not.status': criteria.status,
  'not.tag': criteria.tag,
  'not.risk': criteria.risk,
  'not.min_risk': criteria.min_risk,
  'not.progress': criteria.progress,
  'not.directive': criteria.directive,
  'not.from': criteria.from,
  'not.to': criteria.to,
  'not.address': criteria.address,
  'not.assignee': criteria.assignee,
  'not.time': criteria.time,
  'not.q': criteria.q,
};

const sort = z
  .enum(ALARM_SORT_KEYS)
  .or(z.templateLiteral(['-', z.enum(ALARM_SORT_KEYS)]))
  .meta({ description: 'A leading - puts the highest first' });

export type AlarmListSort = z.infer<typeof sort>;

/** The keys of an address that say which alarms are meant. */
export const FILTER_QUERY = { ...criteria, ...excluded };

/** The query of GET /api/alarms. */
export const alarmListQuery = z.strictObject({
  ...FILTER_QUERY,
  sort: sort.default('-last'),
  ...PAGE_QUERY,
});

/** The query of GET /api/alarms/export; created_time never changes, so by it nothing is passed over or told twice. */
export const alarmExportQuery = z.strictObject({
  ...FILTER_QUERY,
  sort: sort.default('created'),
  format: z.enum(['ndjson', 'csv']).default('ndjson'),
});

/** The query of GET /api/alarms/facets. */
export const alarmFacetsQuery = z.strictObject({
  ...FILTER_QUERY,
  limit: wholeNumberText(1, MOST_FACET_VALUES)
    .default(USUAL_FACET_VALUES)
    .meta({ description: 'Most values of a facet; 5 unless given' }),
  facet: textList
    .pipe(z.array(z.enum(FACET_NAMES)))
    .optional()
    .meta({ description: 'The facets that `limit` is for; the others come with five values' }),
});

const bodyRisk = z.union([z.int().min(0).max(10), leastRisk]).optional();

/** The same filter in a JSON body: values as in an address, a least risk as a number too. */
export const alarmFilterBody = bodyObject({
  ...FILTER_QUERY,
  min_risk: bodyRisk,
  'not.min_risk': bodyRisk,
});

type FilterQuery = z.infer<z.ZodObject<typeof FILTER_QUERY>>;

/** The filter that a query describes; spans such as 7d end at `now` (Unix seconds). */
export function toAlarmFilter(query: FilterQuery, now: number): AlarmFilter {
  const { min_risk, time, ...rest } = query;
  const is: AlarmCriteria = {
    ...{ status: rest.status, tag: rest.tag, risk: rest.risk, minRisk: min_risk },
    ...{ progress: rest.progress, directive: rest.directive, q: rest.q },
    ...{ from: rest.from, to: rest.to, address: rest.address, assignee: rest.assignee },
    time: toSpan(time, now),
  };
  const not: AlarmCriteria = {
    ...{ status: rest['not.status'], tag: rest['not.tag'], risk: rest['not.risk'] },
    ...{ minRisk: rest['not.min_risk'], progress: rest['not.progress'], q: rest['not.q'] },
    ...{ directive: rest['not.directive'], from: rest['not.from'], to: rest['not.to'] },
    ...{ address: rest['not.address'], assignee: rest['not.assignee'] },
    time: toSpan(rest['not.time'], now),
  };
  return { is, not };
}

/** The order that a query names. */
export function toAlarmSort(text: AlarmListSort): AlarmSort {
  const descending = text.startsWith('-');
  const name = descending ? text.slice(1) : text;
  return { by: ALARM_SORT_KEYS.find((key) => key === name) ?? 'last', descending };
}

/** The times that a span means; those such as 7d end at `now` (Unix seconds). */
export function toSpan(text: string | undefined, now: number): TimeSpan | undefined {
  if (text === undefined) return undefined;
  const ago = toSeconds(text);
  if (ago !== undefined) return { since: now - ago };
  const [since = '', until = ''] = text.split('..');
  return {
    since: since === '' ? undefined : Number(since),
    until: until === '' ? undefined : Number(until),
  };
}

/** The length that 90s, 15m, 24h or 7d stands for, in seconds; undefined for another text. */
export function toSeconds(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,12})([smhd])$/.exec(text) ?? [];
  if (unit !== 's' && unit !== 'm' && unit !== 'h' && unit !== 'd') return undefined;
  return Number(count) * SECONDS[unit];
}
