import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { startAnsweringServer } from '../../support/answering-server.ts';
import { createEnrichmentBed, lookUpIps, sourceOf } from '../../support/enrichment-bed.ts';

const REPLIES: Readonly<Record<string, string>> = {
  '8.8.8.8':
    '[{field: "blocklist.activity", len: 15, value: "Malicious Host"}, {field: "id", len: 3, value: "12"}]',
  '8.8.4.4':
    '[{field: "a", len: 10, value: "first hit"},{field: "b", len: 11, value: "second hit"}]',
  '1.0.0.1': '[{"field":"json","len":5,"value":"four"},{field:"short",len:4,value:"abc"}]',
  '1.0.0.2': '[{field: "no length", value: "left out"}, 7, {field: "n", len: 6, value: 12345}]',
  '2606:4700::1': "[{field: 'v6', len: 6, value: 'found'}]",
};

describe('the Wise plugin', async () => {
  const server = await startAnsweringServer((request, response) => {
    response.end(REPLIES[(request.url ?? '').slice('/ip/'.length)] ?? '[]');
  });
  const bed = createEnrichmentBed({
    intel: [sourceOf('Wise', { url: `${server.origin}/ip/\${ip}` })],
  });
  after(async () => {
    bed.enrichment.close();
    await server.close();
  });

  const cases = [
    ['8.8.8.8', ['blocklist.activity: Malicious Host']],
    ['8.8.4.4', ['a: first hit', 'b: second hit']],
    ['1.0.0.1', ['json: four']],
    ['1.0.0.2', ['n: 12345']],
    ['2606:4700::1', ['v6: found']],
    ['9.9.9.9', []],
  ] as const;
  for (const [ip, results] of cases) {
    it(`finds ${String(results.length)} for ${ip}`, async () => {
      const expected = results.map((result) => ({ provider: 'Wise', term: ip, result }));
      assert.deepEqual(await lookUpIps(bed, ip), expected);
    });
  }

  it('counts a reply that is no array as a failure', async () => {
    const garbage = await startAnsweringServer((_, response) =>
      response.end('<html>nothing here</html>'),
    );
    const other = createEnrichmentBed({
      intel: [sourceOf('Wise', { url: `${garbage.origin}/\${ip}` })],
    });
    assert.deepEqual(await lookUpIps(other, '8.8.8.8'), []);
    assert.equal(other.enrichment.counters()[0]?.failed, 1);
    other.enrichment.close();
    await garbage.close();
  });
});
