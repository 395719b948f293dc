import { z } from 'zod';
import type { Network } from '../../core/address/network.ts';
import { directiveList, leastRisk, networkList, textList } from '../schemas/alarm-query.ts';
import { wholeNumberText } from '../paging.ts';
import { UPDATE_KINDS, type UpdateKind } from './feed-message.ts';

/** Which alarms and which kinds of updates a client wants. */
export interface FeedFilter {
  readonly minRisk: number;
  /** Undefined for any, as below. */
  readonly directives: readonly number[] | undefined;
  readonly addresses: readonly Network[] | undefined;
  readonly statuses: readonly string[] | undefined;
  readonly kinds: readonly UpdateKind[];
}

/** What the address of a connection says. */
export interface FeedQuery {
  readonly filter: FeedFilter;
  /** Where a client wants to go on; only with the epoch that it was told. */
  readonly resume: { readonly since: number; readonly epoch: string } | undefined;
}

const feedQuery = z.strictObject({
  min_risk: leastRisk.default(0),
  directive: directiveList.optional(),
  address: networkList.optional(),
  status: textList.optional(),
  kinds: textList.pipe(z.array(z.enum(UPDATE_KINDS))).default([...UPDATE_KINDS]),
  since: wholeNumberText(0).optional(),
  epoch: z.string().max(100).optional(),
});

/** Reads `?min_risk=&directive=&address=&status=&kinds=&since=&epoch=`; a text says what is wrong with it. */
export function parseFeedQuery(url: string): FeedQuery | string {
  const start = url.indexOf('?');
  const given: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(start < 0 ? '' : url.slice(start + 1))) {
    (given[name] ??= []).push(value);
  }
  const single = Object.entries(given).map(([name, values]) => [name, values.join(',')]);
  const { success, data, error } = feedQuery.safeParse(Object.fromEntries(single));
  if (!success) {
    return error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
  }
  const { since, epoch } = data;
  return {
    filter: {
      minRisk: data.min_risk,
      directives: sorted(data.directive),
      addresses: sorted(data.address),
      statuses: sorted(data.status),
      kinds: UPDATE_KINDS.filter((kind) => data.kinds.includes(kind)),
    },
    resume: since === undefined || epoch === undefined ? undefined : { since, epoch },
  };
}

/** One order, so that clients who want the same are known as such. */
function sorted<Value>(values: readonly Value[] | undefined): readonly Value[] | undefined {
  return values
    ?.map((value) => ({ value, text: JSON.stringify(value) }))
    .sort((left, right) => (left.text < right.text ? -1 : 1))
    .map(({ value }) => value);
}
