import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { parseAddress } from '../../core/address/address.ts';
import { createBuiltInPlugins } from '../../enrichment/built-in-plugins.ts';
import { SourceConfigError } from '../../enrichment/enrichment.ts';
import type { AlarmFindings } from '../../enrichment/findings-batch.ts';
import type { Plugin } from '../../enrichment/plugin.ts';
import { startAnsweringServer, type AnsweringServer } from '../support/answering-server.ts';
import {
  createEnrichmentBed,
  lookUpIps,
  sourceOf,
  type EnrichmentBed,
} from '../support/enrichment-bed.ts';
import { waitUntil } from '../support/wait-until.ts';

function ipsOf(...texts: readonly string[]): { text: string; address: number }[] {
  return texts.map((text) => {
    const address = parseAddress(text);
    assert.ok(typeof address === 'number');
    return { text, address };
  });
}

/** A source that answers when the test says so. */
function createHeldPlugin(): { readonly plugin: Plugin; readonly answer: (ip: string) => void } {
  const waiting = new Map<string, () => void>();
  return {
    answer: (ip) => waiting.get(ip)?.(),
    plugin: {
      name: 'Held',
      types: ['IP'],
      open: () => ({
        lookUp: ({ ip }) =>
          new Promise((resolve) => {
            waiting.set(ip, () => {
              resolve([{ provider: 'Held', term: ip, result: 'seen' }]);
            });
          }),
      }),
    },
  };
}

describe('enrichment over a WISE and a Nesd server', () => {
  let server: AnsweringServer;
  let bed: EnrichmentBed;
  before(async () => {
    server = await startAnsweringServer(({ url = '' }, response: ServerResponse) => {
      if (url.startsWith('/ip/')) response.end(`[{field: "list", len: 9, value: "of ${url}"}]`);
      else if (url.startsWith('/broken/')) response.writeHead(500).end();
      else response.end('[{"cve":"","risk":"High","name":"Old TLS"}]');
    });
    bed = createEnrichmentBed({
      intel: [
        sourceOf('Wise', { url: `${server.origin}/ip/\${ip}` }, 'first'),
        sourceOf('Wise', { url: `${server.origin}/broken/\${ip}` }, 'broken'),
        sourceOf('Wise', { url: `${server.origin}/ip/second/\${ip}` }, 'second'),
      ],
      vuln: [sourceOf('Nesd', { url: `${server.origin}/?ip=\${ip}&port=\${port}` })],
    });
  });
  after(async () => {
    bed.enrichment.close();
    await server.close();
  });

  it('unites what several sources of one plugin know, and a broken one hides nothing', async () => {
    const found = await lookUpIps(bed, '8.8.8.8');
    assert.deepEqual(found.map(({ result }) => result).sort(), [
      'list: of /ip/8.8.8.8',
      'list: of /ip/second/8.8.8.8',
    ]);
  });

  it('does not ask about private addresses, duplicates or port 0', async () => {
    const before = server.asked.length;
    await bed.enrichment.lookUp(
      {
        ips: ipsOf('10.1.1.1', '1.1.1.1', '1.1.1.1', '203.0.113.10'),
        sockets: [
          { ip: '10.1.1.1', port: 0, text: '10.1.1.1:0' },
          { ip: '10.1.1.1', port: 443, text: '10.1.1.1:443' },
          { ip: '10.1.1.1', port: 443, text: '10.1.1.1:443' },
        ],
      },
      () => undefined,
    );
    assert.deepEqual(server.asked.slice(before).sort(), [
      '/?ip=10.1.1.1&port=443',
      '/broken/1.1.1.1',
      '/ip/1.1.1.1',
      '/ip/second/1.1.1.1',
    ]);
  });

  it('has a counter set for each source, intelligence first', () => {
    const names = bed.enrichment.counters().map(({ name, type }) => `${name} ${type}`);
    assert.deepEqual(names, ['first IP', 'broken IP', 'second IP', 'Nesd IP-Port']);
  });

  it('tells what it remembers before lookUp returns', async () => {
    const request = {
      ips: ipsOf('9.9.9.9'),
      sockets: [{ ip: '10.1.1.2', port: 25, text: '10.1.1.2:25' }],
    };
    await bed.enrichment.lookUp(request, () => undefined);
    const deliveries: AlarmFindings[] = [];
    const rest = bed.enrichment.lookUp(request, (findings) => deliveries.push(findings));
    assert.deepEqual(
      deliveries.map(({ intelHits, vulnerabilities }) => [
        intelHits.length,
        vulnerabilities.map(({ result }) => result),
      ]),
      [[2, ['High - Old TLS']]],
    );
    await rest;
  });

  it('has nothing more to say when everything is remembered', async () => {
    const request = { ips: [], sockets: [{ ip: '10.1.1.3', port: 25, text: '10.1.1.3:25' }] };
    await bed.enrichment.lookUp(request, () => undefined);
    assert.equal(
      bed.enrichment.lookUp(request, () => undefined),
      undefined,
    );
  });

  it('asks about private addresses with intel_private_ip', async () => {
    const open = createEnrichmentBed({
      intel: [sourceOf('Wise', { url: `${server.origin}/ip/\${ip}` })],
      intelPrivateIp: true,
    });
    assert.equal((await lookUpIps(open, '10.20.0.5', '127.0.0.1')).length, 2);
    open.enrichment.close();
  });
});

describe('enrichment', () => {
  it('delivers the results of one turn together and later ones later', async () => {
    const held = createHeldPlugin();
    const bed = createEnrichmentBed({ intel: [sourceOf('Held', {})], plugins: [held.plugin] });
    const deliveries: string[][] = [];
    const done = bed.enrichment.lookUp(
      { ips: ipsOf('8.8.8.1', '8.8.8.2', '8.8.8.3'), sockets: [] },
      ({ intelHits }) => deliveries.push(intelHits.map(({ term }) => term)),
    );
    held.answer('8.8.8.3');
    held.answer('8.8.8.1');
    await waitUntil(() => deliveries.length > 0);
    held.answer('8.8.8.2');
    await done;
    assert.deepEqual(deliveries, [['8.8.8.3', '8.8.8.1'], ['8.8.8.2']]);
    bed.enrichment.close();
  });

  it('is idle when all look-ups have settled, and says when they have not within the limit', async () => {
    const held = createHeldPlugin();
    const bed = createEnrichmentBed({ intel: [sourceOf('Held', {})], plugins: [held.plugin] });
    assert.equal(await bed.enrichment.idle(0), true);
    const found = lookUpIps(bed, '8.8.8.1');
    assert.equal(await bed.enrichment.idle(5), false);
    const idle = bed.enrichment.idle(5_000);
    held.answer('8.8.8.1');
    assert.equal(await idle, true);
    assert.equal((await found).length, 1);
    bed.enrichment.close();
  });

  it('survives a receiver that throws', async () => {
    const held = createHeldPlugin();
    const bed = createEnrichmentBed({ intel: [sourceOf('Held', {})], plugins: [held.plugin] });
    const done = bed.enrichment.lookUp({ ips: ipsOf('8.8.8.1'), sockets: [] }, () => {
      throw new Error('receiver');
    });
    held.answer('8.8.8.1');
    await done;
    assert.equal(
      bed.lines.some(({ level }) => level === 50),
      true,
    );
    bed.enrichment.close();
  });

  it('counts a plugin that throws at once, answers nonsense or ignores its signal as failed', async () => {
    const answers = new Map<string, () => Promise<never[]>>([
      [
        '8.8.8.1',
        () => {
          throw new Error('at once');
        },
      ],
      ['8.8.8.2', () => new Promise(() => undefined)],
    ]);
    const plugin: Plugin = {
      name: 'Odd',
      types: ['IP'],
      open: () => ({
        lookUp: ({ ip }) =>
          answers.get(ip)?.() ?? [{ provider: '', term: ip, result: 'nobody says' }],
      }),
    };
    const bed = createEnrichmentBed({
      intel: [sourceOf('Odd', {})],
      plugins: [plugin],
      limits: { timeLimitMs: 20 },
    });
    assert.deepEqual(await lookUpIps(bed, '8.8.8.1', '8.8.8.2', '8.8.8.3'), []);
    const [counters] = bed.enrichment.counters();
    assert.deepEqual([counters?.failed, counters?.timedOut], [2, 1]);
    bed.enrichment.close();
  });

  it('refuses to open a source that its check refuses', () => {
    assert.throws(
      () =>
        createEnrichmentBed({ intel: [sourceOf('Wise', {})], plugins: createBuiltInPlugins({}) }),
      (error) => error instanceof SourceConfigError && error.faults[0]?.field === 'config.url',
    );
  });
});
