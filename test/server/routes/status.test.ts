import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { z } from 'zod';
import { optionListSchema } from '../../../server/schemas/option.ts';
import { readinessSchema, statusSchema } from '../../../server/schemas/status.ts';
import { ADMIN, READER, startAdminBed, type AdminBed } from '../../support/admin-bed.ts';

describe('what an operator looks at', () => {
  let bed: AdminBed;
  before(async () => {
    bed = await startAdminBed();
  });

  it('is the status: version, ledger that balances, gauges, counters and the last reload', async () => {
    const status = (await bed.send('GET', '/api/status', { token: READER })).read(statusSchema);
    assert.equal(status.version, '1.2.3');
    assert.deepEqual(status.ledger.imbalances, []);
    assert.equal(status.gauges['events_in_flight'], 0);
    assert.equal(status.counters['backlogs_opened'], 0);
    assert.deepEqual([status.last_reload.reason, status.last_reload.ok], ['start', true]);
    assert.equal(status.last_reload.directives.unchanged, 2);
  });

  it('is every option with the source of its value, and no secret', async () => {
    const answer = await bed.send('GET', '/api/options');
    const { options } = answer.read(optionListSchema);
    assert.ok(!answer.text.includes(ADMIN));
    const token = options.find(({ name }) => name === 'admin_token');
    assert.deepEqual([token?.value, token?.source, token?.secret], [null, 'flag', true]);
    const port = options.find(({ name }) => name === 'tcp_port');
    assert.deepEqual([port?.value, port?.default, port?.source], [8080, 8080, 'default']);
  });

  it('answers /healthz whatever is wrong, and /readyz 503 with every reason', async () => {
    const ready = await bed.send('GET', '/readyz', { token: '' });
    assert.deepEqual([ready.status, ready.read(readinessSchema).ready], [200, true]);
    const reasons = [{ code: 'stopping', message: 'the engine is stopping' }];
    bed.readiness.report = { ready: false, reasons, notes: [] };
    const stopping = await bed.send('GET', '/readyz', { token: '' });
    assert.equal(stopping.status, 503);
    assert.deepEqual(stopping.read(readinessSchema).reasons, reasons);
    const health = await bed.send('GET', '/healthz', { token: '' });
    assert.deepEqual(health.read(z.object({ status: z.string() })), { status: 'ok' });
  });

  it('is 404 in JSON where nothing is, and 405 with the methods there are', async () => {
    assert.deepEqual((await bed.send('GET', '/api/nothing')).code, 'not_found');
    const wrong = await bed.send('PATCH', '/api/status');
    assert.equal(wrong.status, 405);
    assert.match(wrong.headers.get('allow') ?? '', /GET/);
  });
});
