// A frontend and a backend in one folder, as Dsiem's documents install them, and what an operator does through the frontend.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import {
  ask,
  makeNode,
  startBackend,
  startFrontend,
  startNats,
  waitForCluster,
  waitForNodes,
  type NodeSettings,
} from '../support/cluster-processes.ts';
import { createDirectiveText, createRuleText } from '../support/directive-text.ts';
import { readAlarmLines } from '../support/load-results.ts';
import { postEvents } from '../support/load-sender.ts';
import type { NatsServer } from '../support/nats-server.ts';
import { makeNumberedEvent } from '../support/numbered-events.ts';
import type { Product } from '../support/process.ts';
import { skipWithout } from '../support/required-tool.ts';
import { runCommand } from '../support/run-command.ts';
import { waitUntil } from '../support/wait-until.ts';

const skip = skipWithout('nats-server');
const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'app', 'main.js');
const SECRET = 'a-password-nobody-may-see';
const LIMIT_MS = 20_000;
const list = z.object({
  alarms: z.array(z.object({ alarm: z.looseObject({ alarm_id: z.string(), status: z.string() }) })),
});
const events = z.object({ events: z.array(z.unknown()) });
const reload = z.object({
  ok: z.boolean(),
  nodes: z.array(z.object({ node: z.string(), ok: z.boolean() })),
});

function directive(id: number, plugin_id: number): Record<string, unknown> {
  const rules = [
    createRuleText(1, { plugin_id, plugin_sid: [1], reliability: 5 }),
    createRuleText(2, { plugin_id, plugin_sid: [1], occurrence: 1000, timeout: 3600 }),
  ];
  return createDirectiveText({ id, priority: 5, rules });
}

function fileOf(...directives: readonly object[]): string {
  return JSON.stringify({ directives });
}

describe('through the frontend of a cluster in one folder', { skip }, () => {
  const ends: (() => unknown)[] = [];
  const scope = {
    after: (end: () => unknown) => {
      ends.push(end);
    },
  };
  let nats: NatsServer;
  let place: NodeSettings;
  let frontend: Product;
  let backend: Product;

  const call = (
    path: string,
    more: { method?: string; body?: unknown } = {},
  ): ReturnType<typeof ask> => ask(frontend, path, { ...more, node: 'f1' });
  const directivesOf = async (count: number): Promise<void> => {
    await waitForCluster(frontend, 'f1', ({ nodes }) =>
      nodes.some(({ node, directives }) => node === 'b1' && directives === count),
    );
  };

  before(async () => {
    nats = await startNats(scope, `authorization { user: dsiem, password: "${SECRET}" }`);
    const msq = nats.url.replace('//', `//dsiem:${SECRET}@`);
    place = await makeNode(scope, 'f1', { url: msq });
    frontend = await startFrontend(
      scope,
      { ...place, options: ['--writable-config', '--max-eps=0', '--min-eps=0'] },
      {
        'assets_a.json': { assets: [{ name: 'office', cidr: '10.0.0.0/8', value: 5 }] },
        'directives_b1_a.json': fileOf(directive(1, 1)),
      },
    );
    const { configDir, logDir } = place;
    backend = await startBackend(scope, frontend, {
      ...{ ...(await makeNode(scope, 'b1', { url: msq })), configDir, logDir },
    });
    await waitForNodes(frontend, 'f1', ['b1']);
  });
  after(async () => {
    for (const end of ends.toReversed()) await end();
  });

  async function raiseAlarm(id: string, plugin_id = 1): Promise<void> {
    const event = { ...makeNumberedEvent(id, new Date().toISOString()), plugin_id };
    assert.equal(await postEvents(frontend.port, [event]), 200);
  }

  async function alarms(query = ''): Promise<z.infer<typeof list>['alarms']> {
    const { status, body } = await call(`/api/alarms?limit=100${query}`);
    assert.equal(status, 200);
    return list.parse(body).alarms;
  }

  it('alarms are listed and changed, and the owner writes the change', async () => {
    await raiseAlarm('first');
    await waitUntil(async () => (await alarms()).length === 1, 'the alarm', LIMIT_MS);
    const [row] = await alarms();
    const id = row?.alarm.alarm_id ?? '';
    const path = `/api/alarms/${id}`;
    assert.equal((await call(path)).status, 200);
    assert.equal(events.parse((await call(`${path}/events`)).body).events.length, 1);
    const patch = await call(path, {
      method: 'PATCH',
      body: { status: 'Closed', tag: 'Valid Threat' },
    });
    assert.equal(patch.status, 200, JSON.stringify(patch.body));
    assert.equal((await call(`${path}/comments`, { body: { text: 'looked at' } })).status, 200);
    await waitUntil(
      () =>
        readAlarmLines(place.logDir).some(
          (line) => line['status'] === 'Closed' && line['tag'] === 'Valid Threat',
        ),
      'the line',
      LIMIT_MS,
    );
    assert.equal((await call(path, { method: 'DELETE' })).status, 200);
    assert.equal((await alarms()).length, 0);
    assert.equal((await call(`${path}/restore`, { body: {} })).status, 200);
    assert.equal((await alarms('&status=Closed')).length, 1);
    const changes = [{ id, set: { status: 'Open' } }];
    assert.equal((await call('/api/alarms/changes', { body: { changes } })).status, 200);
    assert.equal((await alarms('&status=Open')).length, 1);
    const facets = await call('/api/alarms/facets');
    assert.equal(facets.status, 200);
    const backlog = `/api/backlogs/${id}`;
    assert.equal((await call(backlog)).status, 200);
    assert.equal((await call(backlog, { method: 'DELETE' })).status, 204);
    assert.equal((await call(backlog)).status, 404);
  });

  it('a directive is turned off and on at its backend', async () => {
    const path = '/api/directives/1/enabled';
    assert.equal((await call(path, { method: 'PUT', body: { enabled: false } })).status, 200);
    await raiseAlarm('while off');
    assert.equal((await call(path, { method: 'PUT', body: { enabled: true } })).status, 200);
    await raiseAlarm('on again');
    await waitUntil(async () => (await alarms()).length === 2, 'one more alarm', LIMIT_MS);
  });

  it('files that are written, posted, edited and deleted reach the backend', async () => {
    const file = '/api/configuration/files/directives_b1_b.json';
    const put = await call(file, { method: 'PUT', body: fileOf(directive(2, 2)) });
    assert.equal(put.status, 201, JSON.stringify(put.body));
    await directivesOf(2);
    const posted = await call('/config/directives_b1_c.json', {
      method: 'POST',
      body: fileOf(directive(3, 3)),
    });
    assert.equal(posted.status, 201);
    await directivesOf(3);
    const path = join(place.configDir, 'directives_b1_c.json');
    writeFileSync(path, fileOf(directive(3, 3), directive(4, 4)));
    await directivesOf(4);
    rmSync(path);
    await directivesOf(2);
    assert.equal((await call(file, { method: 'DELETE' })).status, 200);
    await directivesOf(1);
  });

  it('a reload tells what became of it on each backend', async () => {
    const { status, body } = await call('/api/reload', { body: {} });
    assert.equal(status, 200);
    const { ok, nodes } = reload.parse(body);
    assert.deepEqual(
      [ok, nodes.map(({ node }) => node), nodes.every((one) => one.ok)],
      [true, ['b1'], true],
    );
  });

  it('SIGHUP of the frontend reloads every backend', async () => {
    process.kill(frontend.pid, 'SIGHUP');
    await waitForCluster(frontend, 'f1', ({ nodes }) =>
      nodes.every(({ last_reload: last }) => last?.ok === true && last.by === 'SIGHUP'),
    );
  });

  it('directives that no live backend holds are told, and two backends of one name', async () => {
    const path = join(place.configDir, 'directives_b9_x.json');
    writeFileSync(path, fileOf(directive(9, 9)));
    const has =
      (code: string) =>
      ({ findings }: Awaited<ReturnType<typeof waitForCluster>>): boolean =>
        findings.some((one) => one.code === code);
    await waitForCluster(frontend, 'f1', has('unheld_directives'));
    rmSync(path);
    await waitForCluster(frontend, 'f1', (view) => !has('unheld_directives')(view));
    const twin = await startBackend(
      scope,
      frontend,
      await makeNode(scope, 'b1', { url: backendMsq() }),
    );
    await waitForCluster(frontend, 'f1', has('duplicate_node'));
    await twin.stop();
    await waitForCluster(frontend, 'f1', (view) => !has('duplicate_node')(view));
    assert.match(frontend.log(), /something is amiss in the cluster/);
  });

  it('an attack is simulated and its alarm awaited', async () => {
    const words = [
      'simulate',
      '--url',
      frontend.url,
      '--config-dir',
      place.configDir,
      '--directive',
      '1',
    ];
    const token = join(place.logDir, 'frontend-f1', 'admin-token');
    const { code, out, err } = await runCommand([
      process.execPath,
      MAIN,
      ...words,
      '--token-file',
      token,
    ]);
    assert.equal(code, 0, out + err);
  });

  it('a killed backend is named as missing, and is back by itself', async () => {
    await backend.stop('SIGKILL');
    await waitUntil(
      async () => {
        const { body } = await call('/api/alarms');
        return JSON.stringify(body).includes('"missing_nodes":["b1"]');
      },
      'the missing node',
      LIMIT_MS,
    );
    const { configDir, logDir } = place;
    const again = { ...(await makeNode(scope, 'b1', { url: backendMsq() })), configDir, logDir };
    backend = await startBackend(scope, frontend, again);
    await waitForNodes(frontend, 'f1', ['b1']);
    assert.ok((await alarms()).length >= 2);
  });

  it('nothing secret is logged, and the folder is as it was', async () => {
    await backend.stop();
    await frontend.stop();
    for (const product of [frontend, backend]) {
      assert.ok(!product.log().includes(SECRET));
      const role = product === frontend ? 'frontend-f1' : 'backend-b1';
      const token = readFileSync(join(place.logDir, role, 'admin-token'), 'utf8').trim();
      assert.ok(!product.log().includes(token));
    }
    const text = readFileSync(join(place.configDir, 'directives_b1_a.json'), 'utf8');
    assert.equal(text, fileOf(directive(1, 1)));
  });

  function backendMsq(): string {
    return place.msq;
  }
});
