import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startAnsweringServer, type AnsweringServer } from '../../support/answering-server.ts';
import {
  createEnrichmentBed,
  lookUpIps,
  lookUpSockets,
  sourceOf,
} from '../../support/enrichment-bed.ts';

const ANSWER = {
  data: { score: 87, country: 'NL', tor: true, clean: false, 'a/b': 'slash', none: null },
  threats: [
    { name: 'Botnet', level: 3 },
    { name: 'Spam', tags: ['a', 'b'] },
  ],
  empty: [],
  names: ['one', '', 'two', null],
};

describe('the HttpJson plugin', () => {
  let server: AnsweringServer;
  let keys: unknown[];
  before(async () => {
    keys = [];
    server = await startAnsweringServer(({ url = '', headers }, response) => {
      keys.push(headers['x-key']);
      if (url.startsWith('/unknown')) response.writeHead(404).end('{"error":"unknown"}');
      else if (url.startsWith('/refused')) response.writeHead(403).end();
      else if (url.startsWith('/garbage')) response.end('<xml/>');
      else response.end(JSON.stringify(ANSWER));
    });
  });
  after(() => server.close());

  async function resultsOf(config: object, path = '/ip'): Promise<string[]> {
    const bed = createEnrichmentBed({
      intel: [sourceOf('HttpJson', { url: `${server.origin}${path}/\${ip}`, ...config }, 'Api')],
      environment: { LOOKUP_API_KEY: 'secret' },
    });
    const found = await lookUpIps(bed, '8.8.8.8');
    bed.enrichment.close();
    const failed = bed.enrichment.counters()[0]?.failed ?? 0;
    return failed > 0 ? ['failed'] : found.map(({ result }) => result);
  }

  const cases: readonly (readonly [string, object, readonly string[]])[] = [
    ['a number', { pointer: '/data/score' }, ['87']],
    [
      'a number with a text around it',
      { pointer: '/data/score', result: 'score ${}' },
      ['score 87'],
    ],
    ['a number that reaches min', { pointer: '/data/score', min: 87 }, ['87']],
    ['a number below min', { pointer: '/data/score', min: 88 }, []],
    ['a truth with a text', { pointer: '/data/tor', result: 'Tor exit' }, ['Tor exit']],
    ['false', { pointer: '/data/clean', result: 'clean' }, []],
    ['null', { pointer: '/data/none' }, []],
    ['an escaped pointer', { pointer: '/data/a~1b' }, ['slash']],
    ['a place that is not there', { pointer: '/data/other/deeper' }, []],
    ['an inherited property', { pointer: '/data/constructor' }, []],
    ['an object', { pointer: '/data', result: '${/score} from ${/country}' }, ['87 from NL']],
    ['an object as it is', { pointer: '/threats/0' }, ['{"name":"Botnet","level":3}']],
    [
      'a list of objects',
      { pointer: '/threats', result: '${/name} ${/tags}' },
      ['Botnet ', 'Spam ["a","b"]'],
    ],
    ['a list of texts', { pointer: '/names' }, ['one', 'two']],
    ['an empty list', { pointer: '/empty' }, []],
  ];
  for (const [name, config, expected] of cases) {
    it(`makes findings of ${name}`, async () => {
      assert.deepEqual(await resultsOf(config), expected);
    });
  }

  it('takes 404 for an answer without a result, and other errors and garbage for failures', async () => {
    assert.deepEqual(await resultsOf({}, '/unknown'), []);
    assert.deepEqual(await resultsOf({}, '/refused'), ['failed']);
    assert.deepEqual(await resultsOf({}, '/garbage'), ['failed']);
  });

  it('sends headers with secrets of the environment', async () => {
    await resultsOf({ pointer: '/empty', headers: { 'X-Key': 'token ${LOOKUP_API_KEY}' } });
    assert.equal(keys.at(-1), 'token secret');
  });

  it('asks about ports too', async () => {
    const bed = createEnrichmentBed({
      vuln: [
        sourceOf('HttpJson', {
          url: `${server.origin}/\${ip}/\${port}`,
          pointer: '/data/score',
        }),
      ],
    });
    assert.deepEqual(await lookUpSockets(bed, ['10.0.0.1', 443]), [
      { provider: 'HttpJson', term: '10.0.0.1:443', result: '87' },
    ]);
    assert.equal(server.asked.at(-1), '/10.0.0.1/443');
    bed.enrichment.close();
  });
});
