import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { startAnsweringServer } from '../support/answering-server.ts';

const BED = new URL('../support/enrichment-bed.ts', import.meta.url).href;

/** Looks one address up, begins with another that gets no answer, and closes. */
function program(origin: string): string {
  return `
    const { createEnrichmentBed, lookUpIps, sourceOf } = await import('${BED}');
    const intel = [sourceOf('Wise', { url: '${origin}/\${ip}' })];
    const bed = createEnrichmentBed({ intel, limits: { timeLimitMs: 60_000 } });
    const [finding] = await lookUpIps(bed, '8.8.8.8');
    console.log(finding.result);
    void lookUpIps(bed, '8.8.4.4');
    setImmediate(() => bed.enrichment.close());
  `;
}

describe('a process that has looked something up', () => {
  it('ends after close, though one connection is kept alive and one look-up hangs', async () => {
    const server = await startAnsweringServer((request, response) => {
      response.setHeader('keep-alive', 'timeout=600');
      if (request.url === '/8.8.8.8') response.end('[{field: "list", len: 8, value: "known bad"}]');
    });
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', program(server.origin)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    const kill = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await once(child, 'exit');
    clearTimeout(kill);
    assert.deepEqual([child.exitCode, output], [0, 'list: known bad\n']);
    await server.close();
  });
});
