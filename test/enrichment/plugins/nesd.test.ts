import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { startAnsweringServer } from '../../support/answering-server.ts';
import { createEnrichmentBed, lookUpSockets, sourceOf } from '../../support/enrichment-bed.ts';

const REPLIES: Readonly<Record<string, string>> = {
  '443': JSON.stringify([
    { cve: 'CVE-2020-1', risk: 'Critical', name: 'Bad TLS' },
    { cve: '', risk: 'Low', name: 'Banner' },
    { risk: 'High', name: 'No cve' },
    { cve: '', risk: 'None', name: 'Info' },
    { cve: null, risk: 'Medium', name: 'Empty cve' },
    { cve: 'CVE-2', name: 'no risk' },
  ]),
  '444': 'surprise',
};

describe('the Nesd plugin', async () => {
  const server = await startAnsweringServer((request, response) => {
    const port = new URL(request.url ?? '', 'http://nesd').searchParams.get('port') ?? '';
    if (port === '418') response.statusCode = 418;
    response.end(REPLIES[port] ?? 'no vulnerability found\n');
  });
  const url = `${server.origin}/?ip=\${ip}&port=\${port}`;
  const bed = createEnrichmentBed({ vuln: [sourceOf('Nesd', { url })] });
  const withLow = createEnrichmentBed({
    vuln: [sourceOf('Nesd', { url, allow_low_severity: true })],
  });
  after(async () => {
    bed.enrichment.close();
    withLow.enrichment.close();
    await server.close();
  });

  it('keeps Medium, High and Critical', async () => {
    const found = await lookUpSockets(bed, ['10.20.0.5', 443]);
    assert.deepEqual(
      found,
      ['Critical - Bad TLS (CVE-2020-1)', 'High - No cve', 'Medium - Empty cve'].map((result) => ({
        provider: 'Nesd',
        term: '10.20.0.5:443',
        result,
      })),
    );
  });

  it('keeps Low too with allow_low_severity', async () => {
    const found = await lookUpSockets(withLow, ['10.20.0.5', 443]);
    assert.deepEqual(
      found.map(({ result }) => result),
      ['Critical - Bad TLS (CVE-2020-1)', 'Low - Banner', 'High - No cve', 'Medium - Empty cve'],
    );
  });

  it('takes "no vulnerability found" and 418 for answers without a result, and garbage for a failure', async () => {
    assert.deepEqual(
      await lookUpSockets(bed, ['10.20.0.5', 80], ['10.20.0.5', 418], ['10.20.0.5', 444]),
      [],
    );
    const [counters] = bed.enrichment.counters();
    assert.deepEqual([counters?.answered, counters?.found, counters?.failed], [3, 1, 1]);
  });

  it('does not ask about port 0', async () => {
    await lookUpSockets(bed, ['10.20.0.5', 0]);
    assert.equal(
      server.asked.some((path) => path.endsWith('port=0')),
      false,
    );
  });
});
