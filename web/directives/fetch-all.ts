import { getJson } from '../api/client.ts';

const PAGE_LIMIT = 1000;

/** The rows of all pages of a list, which stand under `key` in its answers; throws ApiError. */
export async function fetchAll<Row>(
  path: string,
  key: string,
  signal?: AbortSignal,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = { limit: String(PAGE_LIMIT) };
    if (cursor !== null) query['cursor'] = cursor;
    const page = await getJson<Record<string, readonly Row[]> & { readonly next: string | null }>(
      path,
      { query, ...(signal === undefined ? {} : { signal }) },
    );
    rows.push(...(page[key] ?? []));
    cursor = page.next;
  } while (cursor !== null);
  return rows;
}
