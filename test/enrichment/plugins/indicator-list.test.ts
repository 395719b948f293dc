import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  createEnrichmentBed,
  lookUpIps,
  sourceOf,
  type EnrichmentBed,
} from '../../support/enrichment-bed.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { waitUntil } from '../../support/wait-until.ts';

const folder = makeTemporaryFolder('lists');
const beds: EnrichmentBed[] = [];
after(() => {
  for (const { enrichment } of beds) enrichment.close();
});

function openList(name: string, content: string | undefined, config: object = {}): EnrichmentBed {
  if (content !== undefined) writeFileSync(join(folder, name), content);
  const source = sourceOf('IndicatorList', { file: name, reload_seconds: 0.01, ...config }, 'Feed');
  const bed = createEnrichmentBed({ intel: [source], baseDir: folder });
  beds.push(bed);
  return bed;
}

async function resultsOf(bed: EnrichmentBed, ip: string): Promise<string[]> {
  return (await lookUpIps(bed, ip)).map(({ result }) => result);
}

function loads({ lines }: EnrichmentBed): number {
  return lines.filter(({ msg }) => msg === 'indicator list loaded').length;
}

const TEXT = `\uFEFF# a comment
; another
8.8.8.8
1.10.16.0/20 ; SBL256894
1.10.20.7/24   wrong host bits
203.0.113.9:8080,with a port
2a00:1450::/32 # v6 block
2a00:1450:4001::5
not-an-address
`;
const CSV = `# made by hand
first_seen,IP,port,Malware
2026-01-01,8.8.8.8,443,"Emotet, heavy"
2026-01-01,9.9.9.0/24,443,QakBot
2026-01-01,broken,443,None
`;
const STIX = JSON.stringify({
  type: 'bundle',
  id: 'bundle--1',
  objects: [
    {
      type: 'indicator',
      name: 'C2',
      pattern_type: 'stix',
      pattern: "[ipv4-addr:value = '8.8.8.8']",
    },
    {
      type: 'indicator',
      description: 'a net or two',
      pattern: "[ipv4-addr:value ISSUBSET '9.9.9.0/24'] OR [ipv6-addr:value = '2a00::1']",
    },
    { type: 'indicator', name: 'a set', pattern: "[ipv4-addr:value IN ('7.7.7.1', '7.7.7.2')]" },
    {
      type: 'indicator',
      name: 'traffic',
      pattern:
        "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '6.6.6.6']",
    },
    { type: 'indicator', name: 'revoked', revoked: true, pattern: "[ipv4-addr:value = '5.5.5.1']" },
    {
      type: 'indicator',
      name: 'until 2027',
      valid_until: '2027-01-20T00:00:00Z',
      pattern: "[ipv4-addr:value = '5.5.5.2']",
    },
    {
      type: 'indicator',
      name: 'with a condition',
      pattern: "[ipv4-addr:value = '5.5.5.3' AND file:name = 'x']",
    },
    {
      type: 'indicator',
      name: 'snort',
      pattern_type: 'snort',
      pattern: "[ipv4-addr:value = '5.5.5.4']",
    },
    { type: 'ipv4-addr', value: '4.4.4.4' },
    { type: 'malware', name: 'other' },
    'nonsense',
  ],
});

describe('an indicator list', () => {
  const lists: readonly (readonly [
    name: string,
    content: string,
    config: object,
    expected: Readonly<Record<string, readonly string[]>>,
  ])[] = [
    [
      'list.txt',
      TEXT,
      {},
      {
        '8.8.8.8': ['listed'],
        '1.10.31.255': ['SBL256894 (1.10.16.0/20)'],
        '1.10.20.1': ['SBL256894 (1.10.16.0/20)', 'wrong host bits (1.10.20.0/24)'],
        '1.10.32.0': [],
        '2a00:1450:9::9': ['v6 block (2a00:1450::/32)'],
        '2a00:1450:4001::5': ['v6 block (2a00:1450::/32)', 'listed'],
        '2a00:1451::1': [],
      },
    ],
    [
      'list.csv',
      CSV,
      {},
      { '8.8.8.8': ['Emotet, heavy'], '9.9.9.9': ['QakBot (9.9.9.0/24)'], '1.1.1.1': [] },
    ],
    ['bare.csv', 'x,8.8.8.8,y\n', { header: false, column: 2, label: 3 }, { '8.8.8.8': ['y'] }],
    [
      'named.csv',
      'a,b\nbad host,8.8.8.8\n',
      { column: 'b', label: 'a' },
      { '8.8.8.8': ['bad host'] },
    ],
    ['list.dat', CSV, { format: 'csv', label: 'first_seen' }, { '8.8.8.8': ['2026-01-01'] }],
    [
      'bundle.json',
      STIX,
      {},
      {
        '8.8.8.8': ['C2'],
        '9.9.9.9': ['a net or two (9.9.9.0/24)'],
        '2a00::1': ['a net or two'],
        '7.7.7.2': ['a set'],
        '6.6.6.6': ['traffic'],
        '5.5.5.1': [],
        '5.5.5.2': ['until 2027'],
        '5.5.5.3': [],
        '5.5.5.4': [],
        '4.4.4.4': ['listed'],
      },
    ],
  ];
  for (const [name, content, config, expected] of lists) {
    it(`reads ${name}`, async () => {
      const bed = openList(name, content, config);
      for (const [ip, results] of Object.entries(expected)) {
        assert.deepEqual(await resultsOf(bed, ip), results, ip);
      }
    });
  }

  it('names the source, or the provider of its configuration, as the provider', async () => {
    const [finding] = await lookUpIps(openList('a.txt', '8.8.8.8'), '8.8.8.8');
    assert.deepEqual(finding, { provider: 'Feed', term: '8.8.8.8', result: 'listed' });
    const [other] = await lookUpIps(openList('a.txt', '8.8.8.8', { provider: 'CERT' }), '8.8.8.8');
    assert.equal(other?.provider, 'CERT');
  });

  it('forgets a STIX indicator whose time is over', async () => {
    const bed = openList('bundle.json', STIX);
    bed.clock.nowMs = Date.parse('2027-01-20T00:00:00Z');
    assert.deepEqual(await resultsOf(bed, '5.5.5.2'), []);
  });

  it('is read again when the file is written, replaced or comes back, whatever was answered before', async () => {
    const bed = openList('live.txt', '8.8.8.8 first\n');
    assert.deepEqual(await resultsOf(bed, '8.8.8.8'), ['first']);
    writeFileSync(join(folder, 'live.txt'), '8.8.8.8 second\n9.9.9.9\n');
    await waitUntil(() => loads(bed) === 2, 'the second load');
    assert.deepEqual(await resultsOf(bed, '8.8.8.8'), ['second']);
    writeFileSync(join(folder, 'live.new'), '9.9.9.9 third\n');
    renameSync(join(folder, 'live.new'), join(folder, 'live.txt'));
    await waitUntil(() => loads(bed) === 3, 'the third load');
    assert.deepEqual(await resultsOf(bed, '8.8.8.8'), []);
    assert.deepEqual(await resultsOf(bed, '9.9.9.9'), ['third']);
  });

  it('stays in force when the file becomes unreadable or is no list any more', async () => {
    const bed = openList('kept.txt', '8.8.8.8 kept\n');
    assert.deepEqual(await resultsOf(bed, '8.8.8.8'), ['kept']);
    const warnings = (): number => bed.lines.filter(({ level }) => level === 40).length;
    writeFileSync(join(folder, 'kept.txt'), '<html>\n<body>Sorry\n');
    await waitUntil(() => warnings() === 1, 'the warning about the content');
    rmSync(join(folder, 'kept.txt'));
    await waitUntil(() => warnings() === 2, 'the warning about the missing file');
    assert.deepEqual(await resultsOf(bed, '8.8.8.8'), ['kept']);
  });

  it('counts look-ups as failed until its file is there', async () => {
    const bed = openList('late.txt', undefined);
    assert.deepEqual(await resultsOf(bed, '8.8.8.8'), []);
    assert.equal(bed.enrichment.counters()[0]?.failed, 1);
    writeFileSync(join(folder, 'late.txt'), '8.8.8.8\n');
    await waitUntil(() => loads(bed) === 1, 'the load');
    assert.deepEqual(await resultsOf(bed, '8.8.8.8'), ['listed']);
  });

  it('answers in the call once it is loaded', async () => {
    const bed = openList('sync.txt', '8.8.8.8\n');
    await waitUntil(() => loads(bed) === 1, 'the load');
    await resultsOf(bed, '8.8.8.8');
    let hits = 0;
    const request = { ips: [{ text: '8.8.8.8', address: 0x08080808 }], sockets: [] };
    const rest = bed.enrichment.lookUp(request, ({ intelHits }) => (hits = intelHits.length));
    assert.deepEqual([hits, rest], [1, undefined]);
  });
});
