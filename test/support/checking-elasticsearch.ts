import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { startAnsweringServer } from './answering-server.ts';

/** What the server does with its next request instead of answering it. */
export type Trouble = number | 'disconnect' | 'no-json' | 'item-429' | 'item-409' | 'item-400';

/** A server that knows alarms by id and checks what it is asked as Elasticsearch would. */
export interface CheckingElasticsearch {
  readonly origin: string;
  /** The alarms' documents by id. */
  readonly alarms: Map<string, Record<string, unknown>>;
  /** What its next requests meet, first to last. */
  readonly troubles: Trouble[];
  /** What was asked against the rules. */
  readonly faults: string[];
  /** The authorization header of each request. */
  readonly credentials: (string | undefined)[];
  close(): Promise<void>;
}

const SEARCH =
  /^\/es\/siem_alarms,siem_alarms-\*\/_search\?ignore_unavailable=true&allow_no_indices=true&allow_partial_search_results=false$/;
const search = z.object({
  size: z.int(),
  query: z.object({ ids: z.object({ values: z.array(z.string()) }) }),
});
const update = z.object({
  update: z.object({
    _index: z.literal('siem_alarms-1'),
    _id: z.string(),
    retry_on_conflict: z.int(),
  }),
});
const change = z.object({ doc: z.record(z.string(), z.unknown()) });

/** Starts it under the path /es of a free port; it answers searches for alarms and updates of status and tag. */
export async function startCheckingElasticsearch(): Promise<CheckingElasticsearch> {
  const alarms = new Map<string, Record<string, unknown>>();
  const troubles: Trouble[] = [];
  const faults: string[] = [];
  const credentials: (string | undefined)[] = [];

  function answerSearch(request: IncomingMessage, body: string): object {
    assert.equal(request.headers['content-type'], 'application/json');
    const { values } = search.parse(JSON.parse(body)).query.ids;
    const found = values.filter((id) => alarms.has(id));
    return {
      hits: { hits: found.map((_id) => ({ _index: 'siem_alarms-1', _id, _source: {} })) },
    };
  }

  function answerBulk(request: IncomingMessage, body: string, trouble?: Trouble): object {
    assert.equal(request.headers['content-type'], 'application/x-ndjson');
    assert.ok(body.endsWith('\n'), 'the bulk request ends with a newline');
    const lines = body.trimEnd().split('\n');
    assert.equal(lines.length % 2, 0);
    const items: object[] = [];
    for (let place = 0; place < lines.length; place += 2) {
      const { _id } = update.parse(JSON.parse(lines[place] ?? '')).update;
      const { doc } = change.parse(JSON.parse(lines[place + 1] ?? ''));
      const status = typeof trouble === 'string' ? Number(trouble.slice('item-'.length)) : 200;
      if (status === 200) alarms.set(_id, { ...alarms.get(_id), ...doc });
      const error = status === 200 ? {} : { error: { type: 'trouble', reason: 'of the test' } };
      items.push({ update: { _id, status, ...error } });
    }
    return { errors: false, items };
  }

  function handle(request: IncomingMessage, response: ServerResponse, body: string): void {
    credentials.push(request.headers.authorization);
    const isBulk = request.url === '/es/_bulk?refresh=true';
    const [next] = troubles;
    const waits = typeof next === 'string' && next.startsWith('item-') && !isBulk;
    const trouble = waits ? undefined : troubles.shift();
    if (trouble === 'disconnect') {
      request.socket.destroy();
      return;
    }
    if (trouble === 'no-json') {
      response.end('<html>welcome</html>');
      return;
    }
    response.setHeader('content-type', 'application/json');
    if (typeof trouble === 'number') {
      response.statusCode = trouble;
      response.end('{"error":{"type":"trouble","reason":"of the test"},"status":0}');
      return;
    }
    try {
      assert.equal(request.method, 'POST');
      if (!isBulk) assert.match(request.url ?? '', SEARCH);
      response.end(
        JSON.stringify(isBulk ? answerBulk(request, body, trouble) : answerSearch(request, body)),
      );
    } catch (error) {
      faults.push(String(error));
      response.statusCode = 400;
      response.end('{}');
    }
  }

  const server = await startAnsweringServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => (body += text));
    request.on('end', () => {
      handle(request, response, body);
    });
  });
  return {
    ...{ alarms, troubles, faults, credentials },
    origin: server.origin,
    close: () => server.close(),
  };
}
