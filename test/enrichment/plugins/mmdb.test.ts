import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  createEnrichmentBed,
  lookUpIps,
  sourceOf,
  type EnrichmentBed,
} from '../../support/enrichment-bed.ts';
import { buildMmdb } from '../../support/mmdb-file.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { waitUntil } from '../../support/wait-until.ts';

const folder = makeTemporaryFolder('mmdb');
const GERMANY = {
  country: { iso_code: 'DE', names: { en: 'Germany' } },
  city: { names: { en: 'Bonn' } },
};
const NETWORK = { autonomous_system_number: 64_500, autonomous_system_organization: 'Example Net' };

describe('an address database', () => {
  const beds: EnrichmentBed[] = [];
  after(() => {
    for (const { enrichment } of beds) enrichment.close();
  });

  function open(file: string, config: object = {}): EnrichmentBed {
    const source = sourceOf('Mmdb', { file, reload_seconds: 0.01, ...config }, 'GeoIP');
    const bed = createEnrichmentBed({ intel: [source], baseDir: folder });
    beds.push(bed);
    return bed;
  }

  async function resultsOf(bed: EnrichmentBed, ip: string): Promise<string[]> {
    return (await lookUpIps(bed, ip)).map(({ result }) => result);
  }

  it('tells country and city of an address', async () => {
    writeFileSync(
      join(folder, 'city.mmdb'),
      buildMmdb('Test-City', [
        { octets: [5, 6, 0, 0], prefix: 16, record: GERMANY },
        { octets: [9, 9, 9, 9], prefix: 32, record: { country: { iso_code: 'US' } } },
      ]),
    );
    const bed = open('city.mmdb');
    assert.deepEqual(await lookUpIps(bed, '5.6.7.8'), [
      { provider: 'GeoIP', term: '5.6.7.8', result: 'country: Germany (DE)' },
      { provider: 'GeoIP', term: '5.6.7.8', result: 'city: Bonn' },
    ]);
    assert.deepEqual(
      await resultsOf(bed, '9.9.9.9'),
      [],
      'what a record does not have is left out',
    );
    assert.deepEqual(await resultsOf(bed, '5.7.0.0'), []);
    assert.deepEqual(await resultsOf(bed, '506:700::1'), [], 'an IPv6 address in an IPv4 file');
  });

  it('tells the owner of a network', async () => {
    writeFileSync(
      join(folder, 'asn.mmdb'),
      buildMmdb('Test-ASN', [{ octets: [5, 6, 0, 0], prefix: 16, record: NETWORK }]),
    );
    assert.deepEqual(await resultsOf(open('asn.mmdb'), '5.6.7.8'), ['AS64500 Example Net']);
  });

  it('says what its configuration asks for', async () => {
    writeFileSync(
      join(folder, 'own.mmdb'),
      buildMmdb('Own', [
        { octets: [5, 0, 0, 0], prefix: 8, record: { asn: 'AS1', kind: { vpn: 'yes' } } },
      ]),
    );
    const bed = open('own.mmdb', { results: ['VPN: ${/kind/vpn} (${/asn})', '${/missing}'] });
    assert.deepEqual(await resultsOf(bed, '5.6.7.8'), ['VPN: yes (AS1)']);
  });

  it('is read again when it changes, and stays in force when the new one is broken', async () => {
    const path = join(folder, 'live.mmdb');
    writeFileSync(path, buildMmdb('A', [{ octets: [5, 0, 0, 0], prefix: 8, record: NETWORK }]));
    const bed = open('live.mmdb');
    assert.deepEqual(await resultsOf(bed, '6.0.0.1'), []);
    writeFileSync(path, buildMmdb('B', [{ octets: [6, 0, 0, 0], prefix: 8, record: NETWORK }]));
    const lines = (level: number): number =>
      bed.lines.filter((line) => line.level === level).length;
    await waitUntil(() => lines(30) === 2, 'the second load');
    assert.deepEqual(await resultsOf(bed, '6.0.0.1'), ['AS64500 Example Net']);
    writeFileSync(path, 'no database at all');
    await waitUntil(() => lines(40) === 1, 'the warning');
    assert.deepEqual(await resultsOf(bed, '6.0.0.1'), ['AS64500 Example Net']);
  });
});
