import { z } from 'zod';
import { SearchError } from './search-client.ts';

const bucketsShape = z.object({
  aggregations: z
    .object({
      shared: z.object({ buckets: z.array(z.object({ key: z.string() })) }),
    })
    .optional(),
});

/** Which of the events other alarms than this one have accepted too; `search` asks siem_alarm_events. */
export async function readSharedEvents(
  { id, eventIds }: { readonly id: string; readonly eventIds: readonly string[] },
  search: (body: object) => Promise<unknown>,
): Promise<ReadonlySet<string>> {
  const answer = await search({
    size: 0,
    query: {
      bool: {
        filter: [{ terms: { 'event_id.keyword': eventIds } }],
        must_not: [{ term: { 'alarm_id.keyword': id } }],
      },
    },
    aggs: { shared: { terms: { field: 'event_id.keyword', size: eventIds.length } } },
  });
  const { data, error } = bucketsShape.safeParse(answer);
  if (data === undefined) {
    throw new SearchError('the answer is not one of Elasticsearch', { retry: true, cause: error });
  }
  return new Set(data.aggregations?.shared.buckets.map(({ key }) => key));
}
