import { z } from 'zod';
import { readHits, type StoredDocument } from './alarm-documents.ts';
import { SearchError, type SearchClient } from './search-client.ts';

/** An index that is missing has no documents; a shard that is missing must not pass for none. */
const SEARCH =
  '_search?ignore_unavailable=true&allow_no_indices=true&allow_partial_search_results=false';

/** Searches the indices; rejects with a SearchError. */
export async function searchDocuments(
  client: SearchClient,
  indices: string,
  body: object,
): Promise<{ documents: StoredDocument[]; total: number }> {
  return readAnswer(readHits, await searchRaw(client, indices, body));
}

/** The same with the whole answer, for who reads aggregations. */
export function searchRaw(client: SearchClient, indices: string, body: object): Promise<unknown> {
  return client.post(`/${indices}/${SEARCH}`, body);
}

/** One write: an action line of the bulk request, and the line after it where it has one. */
export interface BulkWrite {
  readonly action: Readonly<Record<string, object>>;
  readonly body?: object;
}

/** What became of one write; `status` as in HTTP. */
export interface BulkResult {
  readonly status: number;
  /** Empty when it was done. */
  readonly problem: string;
}

const MOST_WRITES = 1000;
/** Elasticsearch takes 100 MB, proxies before it often less. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

const bulkShape = z.object({
  items: z.array(
    z.record(
      z.string(),
      z.object({
        status: z.int(),
        error: z.object({ type: z.string(), reason: z.string().nullish() }).optional(),
      }),
    ),
  ),
});

/** Does the writes in their order, in as many requests as they need, and makes them visible to searches at once. */
export async function writeBulk(
  client: SearchClient,
  writes: readonly BulkWrite[],
): Promise<BulkResult[]> {
  const results: BulkResult[] = [];
  for (const { text, count } of toRequests(writes)) {
    const answer = await client.post('/_bulk?refresh=true', text);
    const { items } = readAnswer((value) => bulkShape.parse(value), answer);
    if (items.length !== count) {
      throw new SearchError('the answer to _bulk has another number of items', { retry: true });
    }
    for (const item of items) {
      const [result] = Object.values(item);
      results.push({ status: result?.status ?? 0, problem: problemOf(result?.error) });
    }
  }
  return results;
}

/** Whether the write may succeed later: a conflict, too much work, a disk over its limit, a shard on the move. */
export function isTransient({ status }: BulkResult): boolean {
  return status === 0 || status === 403 || status === 409 || status === 429 || status >= 500;
}

function problemOf(
  error: { readonly type: string; readonly reason?: string | null | undefined } | undefined,
): string {
  return error === undefined ? '' : `${error.type}: ${(error.reason ?? '').slice(0, 200)}`;
}

function* toRequests(writes: readonly BulkWrite[]): Generator<{ text: string; count: number }> {
  let text = '';
  let count = 0;
  for (const { action, body } of writes) {
    const lines = `${JSON.stringify(action)}\n${body === undefined ? '' : `${JSON.stringify(body)}\n`}`;
    if (count > 0 && (count === MOST_WRITES || text.length + lines.length > MOST_CHARACTERS)) {
      yield { text, count };
      text = '';
      count = 0;
    }
    text += lines;
    count += 1;
  }
  if (count > 0) yield { text, count };
}

function readAnswer<Value>(read: (answer: unknown) => Value, answer: unknown): Value {
  try {
    return read(answer);
  } catch (cause) {
    throw new SearchError('the answer is not one of Elasticsearch', { retry: true, cause });
  }
}
