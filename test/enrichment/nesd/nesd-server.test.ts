import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { nesd } from '../../../app/commands/nesd.ts';
import { startNesdServer, type NesdServer } from '../../../enrichment/nesd/nesd-server.ts';
import { createCapturedLog } from '../../support/captured-log.ts';
import { createEnrichmentBed, lookUpSockets, sourceOf } from '../../support/enrichment-bed.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { waitUntil } from '../../support/wait-until.ts';

const HEADER =
  '"Plugin ID","CVE","CVSS","Risk","Host","Protocol","Port","Name","Synopsis","Description","Solution","See Also","Plugin Output"';

function report(...rows: readonly string[]): string {
  return [HEADER, ...rows, ''].join('\n');
}

function row(risk: string, host: string, port: number, name: string, cve = ''): string {
  return `"1","${cve}",,"${risk}","${host}","tcp",${String(port)},"${name}","s","a text of
two lines, with ""quotes""","","",""`;
}

describe('the vulnerability look-up server', () => {
  const folder = makeTemporaryFolder('nessus');
  const { log, lines } = createCapturedLog();
  let server: NesdServer;
  before(async () => {
    writeFileSync(
      join(folder, 'nessus_a.csv'),
      report(
        row('Critical', '10.0.0.1', 443, 'Bad TLS', 'CVE-2020-1'),
        row('Low', '10.0.0.1', 443, 'Banner'),
        row('Critical', '10.0.0.1', 443, 'Bad TLS', 'CVE-2020-1'),
        row('None', '10.0.0.1', 0, 'Traceroute'),
        row('High', '2001:DB8:0::1', 22, 'Old SSH'),
        row('High', 'host.example', 22, 'No address'),
      ),
    );
    writeFileSync(join(folder, 'other.csv'), report(row('High', '10.0.0.9', 1, 'Not a report')));
    server = await startNesdServer({ folder, address: '127.0.0.1', port: 0, intervalMs: 10, log });
  });
  after(() => server.close());

  async function ask(path: string, method = 'GET'): Promise<[number, string]> {
    const response = await fetch(`http://127.0.0.1:${String(server.port)}${path}`, { method });
    return [response.status, await response.text()];
  }

  it('answers with the vulnerabilities of an address and port, each once', async () => {
    const [status, text] = await ask('/?ip=10.0.0.1&port=443');
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(text), [
      { cve: 'CVE-2020-1', risk: 'Critical', name: 'Bad TLS' },
      { cve: '', risk: 'Low', name: 'Banner' },
    ]);
  });

  it('knows an IPv6 address however it is written', async () => {
    for (const ip of ['2001:db8::1', '2001:0DB8::0001']) {
      assert.match((await ask(`/?ip=${ip}&port=22`))[1], /Old SSH/);
    }
  });

  const answers: readonly (readonly [string, number, RegExp])[] = [
    ['/?ip=10.0.0.1&port=80', 200, /^no vulnerability found\n$/],
    ['/?ip=10.0.0.9&port=1', 200, /^no vulnerability found\n$/],
    ['/?ip=host.example&port=22', 418, /ip/],
    ['/?ip=10.0.0.1&port=0', 418, /port/],
    ['/?ip=10.0.0.1&port=65536', 418, /port/],
    ['/?ip=10.0.0.1&port=https', 418, /port/],
    ['/?ip=10.0.0.1', 400, /needed/],
    ['/?port=443', 400, /needed/],
    ['/other?ip=10.0.0.1&port=443', 404, /not found/],
  ];
  for (const [path, status, text] of answers) {
    it(`answers ${String(status)} to ${path}`, async () => {
      const [answered, body] = await ask(path);
      assert.equal(answered, status);
      assert.match(body, text);
    });
  }

  it('answers 405 to POST and survives a target that is no path', async () => {
    assert.equal((await ask('/?ip=10.0.0.1&port=443', 'POST'))[0], 405);
    const socket = connect(server.port, '127.0.0.1');
    socket.end('GET http://[bad HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const answers: readonly unknown[] = await once(socket, 'data');
    assert.match(String(answers[0]), /^HTTP\/1\.1 404/);
    socket.destroy();
  });

  it('is understood by the Nesd plugin', async () => {
    const url = `http://127.0.0.1:${String(server.port)}/?ip=\${ip}&port=\${port}`;
    const bed = createEnrichmentBed({ vuln: [sourceOf('Nesd', { url })] });
    assert.deepEqual(await lookUpSockets(bed, ['10.0.0.1', 443], ['10.0.0.1', 80]), [
      { provider: 'Nesd', term: '10.0.0.1:443', result: 'Critical - Bad TLS (CVE-2020-1)' },
    ]);
    bed.enrichment.close();
  });

  it('follows the folder: a new report, a changed one, a broken one, a removed one', async () => {
    const seen = async (ip: string): Promise<string> => (await ask(`/?ip=${ip}&port=25`))[1];
    const path = join(folder, 'nessus_b.csv');
    writeFileSync(path, report(row('High', '10.0.0.2', 25, 'Open relay')));
    await waitUntil(async () => (await seen('10.0.0.2')).includes('Open relay'), 'the new report');
    writeFileSync(path, report(row('Medium', '10.0.0.2', 25, 'Old Postfix')));
    await waitUntil(
      async () => (await seen('10.0.0.2')).includes('Old Postfix'),
      'the changed report',
    );
    writeFileSync(path, 'no report');
    await waitUntil(() => lines.some(({ level }) => level === 40), 'the warning');
    assert.match(await seen('10.0.0.2'), /Old Postfix/);
    rmSync(path);
    await waitUntil(async () => (await seen('10.0.0.2')).startsWith('no vulner'), 'the removal');
    assert.match((await ask('/?ip=10.0.0.1&port=443'))[1], /Bad TLS/);
  });
});

describe('dsiem nesd', () => {
  it('listens until it is closed', async () => {
    const { log, lines } = createCapturedLog();
    const csvdir = makeTemporaryFolder('nessus-empty');
    const server = await nesd({ address: '127.0.0.1', port: 0, csvdir }, log);
    const response = await fetch(`http://127.0.0.1:${String(server.port)}/?ip=10.0.0.1&port=1`);
    assert.equal(await response.text(), 'no vulnerability found\n');
    assert.equal(
      lines.some(({ msg }) => msg === 'no scan results in the folder'),
      true,
    );
    await server.close();
  });

  it('does not start without its folder', async () => {
    const { log } = createCapturedLog();
    const options = { address: '127.0.0.1', port: 0, csvdir: '/nowhere/at/all' };
    await assert.rejects(nesd(options, log), /ENOENT/);
  });
});
