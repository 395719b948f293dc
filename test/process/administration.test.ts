import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { backlogListSchema, backlogSchema } from '../../server/schemas/backlog.ts';
import { configurationChangeSchema } from '../../server/schemas/configuration-file.ts';
import { directiveRowSchema, directiveSchema } from '../../server/schemas/directive.ts';
import { statusSchema } from '../../server/schemas/status.ts';
import { ASSETS, directivesFile } from '../support/admin-bed.ts';
import { startProduct, type Product } from '../support/process.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { postedEvent } from '../support/test-server.ts';
import { waitUntil } from '../support/wait-until.ts';

describe('an operator of a started product', () => {
  const folders = { configDir: makeTemporaryFolder('config'), logDir: makeTemporaryFolder('logs') };
  const options = ['--writable-config', '--watch-config'];
  const files = {
    'assets_a.json': ASSETS,
    'directives_a.json': directivesFile({ id: 1 }, { id: 2 }),
  };
  let product: Product;
  before(async () => {
    product = await startProduct({ ...folders, files, options });
  });
  after(() => product.dispose());

  async function ask(method: string, path: string, body?: string): Promise<unknown> {
    const token = readFileSync(join(folders.logDir, 'admin-token'), 'utf8').trim();
    const answer = await fetch(product.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, text);
    return text === '' ? undefined : JSON.parse(text);
  }

  async function post(id: string): Promise<void> {
    const time = new Date().toISOString();
    const event = postedEvent({ event_id: id, plugin_id: 1, plugin_sid: 1, timestamp: time });
    await ask('POST', '/events', JSON.stringify(event));
  }

  async function countBacklogs(directive: number): Promise<number> {
    return backlogListSchema.parse(await ask('GET', `/api/backlogs?directive=${String(directive)}`))
      .total;
  }

  it('sees backlogs, one in full, and ends it', async () => {
    await post('e1');
    await waitUntil(async () => (await countBacklogs(1)) === 1);
    const list = backlogListSchema.parse(await ask('GET', '/api/backlogs?directive=1'));
    const id = list.backlogs[0]?.alarm_id ?? '';
    const backlog = backlogSchema.parse(await ask('GET', `/api/backlogs/${id}`));
    assert.equal(backlog['alarm_id'], id);
    await ask('DELETE', `/api/backlogs/${id}`);
    assert.equal(await countBacklogs(1), 0);
  });

  it('turns a directive off, over a reload and a restart, until it is on again', async () => {
    const path = '/api/directives/2/enabled';
    const row = directiveRowSchema.parse(await ask('PUT', path, '{"enabled":false}'));
    const before = await countBacklogs(2);
    await ask('POST', '/api/reload');
    await post('e2');
    await product.stop();
    product = await startProduct({ ...folders, options });
    await post('e3');
    const shown = directiveSchema.parse(await ask('GET', '/api/directives/2'));
    assert.deepEqual([shown.enabled, shown.off, shown.matched], [false, row.off, 0]);
    assert.equal(await countBacklogs(2), before);
    await ask('PUT', path, '{"enabled":true}');
    await post('e4');
    await waitUntil(async () => (await countBacklogs(2)) === before + 1);
  });

  it('changes the configuration by PUT, on disk and by SIGHUP, without a restart', async () => {
    const draft = directivesFile({ id: 3 });
    const path = '/api/configuration/files/directives_b.json';
    const change = configurationChangeSchema.parse(await ask('PUT', path, draft));
    assert.deepEqual(change.reload.directives.added, [3]);
    await post('e5');
    await waitUntil(async () => (await countBacklogs(3)) === 1);
    writeFileSync(join(folders.configDir, 'directives_c.json'), directivesFile({ id: 4 }));
    await waitUntil(async () => (await lastReload()).directives.added.includes(4));
    assert.equal((await lastReload()).reason, 'watch');
    writeFileSync(join(folders.configDir, 'directives_c.json'), '{');
    process.kill(product.pid, 'SIGHUP');
    await waitUntil(async () => (await lastReload()).reason === 'signal');
    assert.equal((await lastReload()).ok, false);
    assert.equal(directiveSchema.parse(await ask('GET', '/api/directives/4')).enabled, true);
  });

  it('finds every change in the audit log, and a ledger that balances', async () => {
    const status = statusSchema.parse(await ask('GET', '/api/status'));
    assert.deepEqual(status.ledger.imbalances, []);
    assert.deepEqual(await product.stop(), { code: 0, signal: null });
    const audit = readFileSync(join(folders.logDir, 'audit.json'), 'utf8');
    const actions = [...audit.matchAll(/"action":"([a-z.]+)"/g)].map(([, action]) => action);
    assert.deepEqual(actions, [
      ...['backlog.delete', 'directive.off', 'configuration.reload', 'directive.on'],
      'configuration.write',
    ]);
  });

  async function lastReload(): Promise<ReturnType<typeof statusSchema.parse>['last_reload']> {
    return statusSchema.parse(await ask('GET', '/api/status')).last_reload;
  }
});
