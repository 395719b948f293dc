import { formatNetwork, type Network } from '../core/address/network.ts';
import { parseAddress } from '../core/address/address.ts';
import type { AlarmCriteria, AlarmFilter } from '../core/alarm/alarm-filter.ts';

/**
 * The filter as a query of siem_alarms. Documents do not tell progress and directive: where a filter asks for one of
 * these, no alarm fits; where it excludes one, that asks nothing.
 */
export function toQuery({ is = {}, not = {} }: AlarmFilter): object {
  const unknown = (is.progress ?? []).length > 0 || (is.directive ?? []).length > 0;
  return {
    bool: {
      filter: unknown ? [{ match_none: {} }] : toClauses(is),
      must_not: toClauses(not),
    },
  };
}

function toClauses(criteria: AlarmCriteria): object[] {
  const { status, tag, risk, minRisk, from, to, address, time, q = '' } = criteria;
  return [
    ...oneOf('status.keyword', status),
    ...oneOf('tag.keyword', tag),
    ...oneOf('risk_class.keyword', risk),
    ...(minRisk === undefined ? [] : [{ range: { risk: { gte: minRisk } } }]),
    ...within(['src_ips'], from),
    ...within(['dst_ips'], to),
    ...within(['src_ips', 'dst_ips'], address),
    ...(time === undefined ? [] : [toTimeRange(time.since, time.until)]),
    ...q.split(/\s+/).filter(Boolean).map(toWordQuery),
  ];
}

function oneOf(field: string, values: readonly string[] | undefined): object[] {
  return values === undefined || values.length === 0 ? [] : [{ terms: { [field]: values } }];
}

function within(fields: readonly string[], networks: readonly Network[] | undefined): object[] {
  if (networks === undefined || networks.length === 0) return [];
  return [anyOf(fields.map((field) => ({ terms: { [field]: networks.map(formatNetwork) } })))];
}

function toTimeRange(since: number | undefined, until: number | undefined): object {
  const gte = since === undefined ? {} : { gte: toDate(Math.ceil(since)) };
  const lte = until === undefined ? {} : { lt: toDate(Math.floor(until) + 1) };
  return { range: { updated_time: { ...gte, ...lte, format: 'strict_date_time' } } };
}

/** Unix seconds as the documents have them. */
export function toDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

const SEARCHED = ['title', 'status', 'tag', 'kingdom', 'category'];

/** A part of a short text, a word of a long one, an address, or the id. */
function toWordQuery(word: string): object {
  const pattern = {
    value: `*${word.replaceAll(/[\\*?]/g, String.raw`\$&`)}*`,
    case_insensitive: true,
  };
  const parts = SEARCHED.map((field) => ({ wildcard: { [`${field}.keyword`]: pattern } }));
  const long = ['custom_data.*', 'intel_hits.*', 'vulnerabilities.*', 'networks'];
  const addresses = parseAddress(word) === undefined ? [] : ['src_ips', 'dst_ips'];
  return anyOf([
    ...parts,
    { multi_match: { query: word, fields: long, type: 'phrase_prefix', lenient: true } },
    ...addresses.map((field) => ({ term: { [field]: word } })),
    { ids: { values: [word] } },
  ]);
}

function anyOf(clauses: readonly object[]): object {
  return { bool: { should: clauses, minimum_should_match: 1 } };
}
