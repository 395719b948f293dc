// Filters of alarms as they stand in an address: lists are comma separated or repeated, `not.` excludes.
import { z } from 'zod';
import { isNetworkFault, parseNetwork, type Network } from '../../core/address/network.ts';
import type { AlarmCriteria, AlarmFilter, TimeSpan } from '../../core/alarm/alarm-filter.ts';
import { ALARM_SORT_KEYS, type AlarmSort } from '../../core/alarm/alarm-order.ts';
import { PAGE_QUERY, wholeNumberText } from '../paging.ts';
import { PROGRESSES, RISK_CLASSES } from './alarm.ts';

const LONGEST_TEXT = 200;
const MOST_VALUES = 200;
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

const timeSpan = z
  .string()
  .regex(
    /^(\d{1,12}[smhd]|\d{0,12}\.\.\d{0,12})$/,
    'must be a span such as 7d, or <from>..<to> in Unix seconds, either of which may be missing',
  )
  .meta({ description: 'Of update_time: 15m, 24h, 7d, or <from>..<to> in Unix seconds' });

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
  time: timeSpan.optional(),
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
  'not.time': criteria.time,
  'not.q': criteria.q,
};

const sort = z
  .enum(ALARM_SORT_KEYS)
  .or(z.templateLiteral(['-', z.enum(ALARM_SORT_KEYS)]))
  .meta({ description: 'A leading - puts the highest first' });

export type AlarmListSort = z.infer<typeof sort>;

/** The query of GET /api/alarms. */
export const alarmListQuery = z.strictObject({
  ...criteria,
  ...excluded,
  sort: sort.default('-last'),
  ...PAGE_QUERY,
});

/** The query of GET /api/alarms/facets. */
export const alarmFacetsQuery = z.strictObject({
  ...criteria,
  ...excluded,
  limit: wholeNumberText(1, 1000).default(5),
});

type CriteriaQuery = z.infer<typeof alarmFacetsQuery>;

/** The filter that a query describes; spans such as 7d end at `now` (Unix seconds). */
export function toAlarmFilter(query: Omit<CriteriaQuery, 'limit'>, now: number): AlarmFilter {
  const { min_risk, time, ...rest } = query;
  const is: AlarmCriteria = {
    ...{ status: rest.status, tag: rest.tag, risk: rest.risk, minRisk: min_risk },
    ...{ progress: rest.progress, directive: rest.directive, q: rest.q },
    ...{ from: rest.from, to: rest.to, address: rest.address, time: toSpan(time, now) },
  };
  const not: AlarmCriteria = {
    ...{ status: rest['not.status'], tag: rest['not.tag'], risk: rest['not.risk'] },
    ...{ minRisk: rest['not.min_risk'], progress: rest['not.progress'], q: rest['not.q'] },
    ...{ directive: rest['not.directive'], from: rest['not.from'], to: rest['not.to'] },
    ...{ address: rest['not.address'], time: toSpan(rest['not.time'], now) },
  };
  return { is, not };
}

/** The order that a query names. */
export function toAlarmSort(text: AlarmListSort): AlarmSort {
  const descending = text.startsWith('-');
  const name = descending ? text.slice(1) : text;
  return { by: ALARM_SORT_KEYS.find((key) => key === name) ?? 'last', descending };
}

function toSpan(text: string | undefined, now: number): TimeSpan | undefined {
  if (text === undefined) return undefined;
  const ago = /^(\d+)([smhd])$/.exec(text);
  const unit = ago?.[2];
  if (unit === 's' || unit === 'm' || unit === 'h' || unit === 'd') {
    return { since: now - Number(ago?.[1]) * SECONDS[unit] };
  }
  const [since = '', until = ''] = text.split('..');
  return {
    since: since === '' ? undefined : Number(since),
    until: until === '' ? undefined : Number(until),
  };
}
