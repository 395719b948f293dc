import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { compileAssets } from '../../../core/asset/compile-assets.ts';
import { createLiveFeed } from '../../../server/feed/live-feed.ts';
import { alarmRoutes } from '../../../server/routes/alarms.ts';
import { changesAnswer } from '../../../server/schemas/alarm-change.ts';
import { alarmDetail, alarmList } from '../../../server/schemas/alarm-detail.ts';
import { alarmStatistics } from '../../../server/schemas/alarm-statistics.ts';
import { alarmFacets } from '../../../server/schemas/alarm.ts';
import { createMemoryAlarmStore } from '../../../state/memory-alarm-store.ts';
import { startAdminBed, type AdminBed } from '../../support/admin-bed.ts';
import { makeAlarmState } from '../../support/alarm-states.ts';
import { startNatsServer, type NatsServer } from '../../support/nats-server.ts';
import { startViewBackend, startViewFrontend, type ViewBackend } from '../../support/view-bed.ts';

let nats: NatsServer;
let bed: AdminBed;
let b: ViewBackend;
let sees: (...nodes: readonly string[]) => Promise<void>;

before(async () => {
  nats = await startNatsServer();
  const a = await startViewBackend(nats.url, 'a');
  b = await startViewBackend(nats.url, 'b');
  for (const [backend, id] of [[a, 'one'] as const, [b, 'two'] as const]) {
    backend.put(makeAlarmState({ alarm: { alarm_id: id, created_time: 900 } }));
  }
  const frontend = await startViewFrontend(nats.url);
  ({ sees } = frontend);
  await sees('a', 'b');
  const { view, log } = frontend;
  const clock = { wallMs: () => 10_000_000, monotonicMs: () => performance.now() };
  const { assets } = compileAssets([]);
  const routes = alarmRoutes({
    ...{ store: view.store, desk: view.desk, clock, sequence: view.sequence },
    ...{ assets: () => assets, directive: () => undefined, kibanaUrl: '' },
    ...{ statuses: ['Open', 'Closed'], tags: ['Identified Threat'] },
    riskBounds: { medRiskMin: 3, medRiskMax: 6 },
  });
  const feed = createLiveFeed({
    ...{ engine: view.feed, store: createMemoryAlarmStore(), epoch: 'e', clock, log: log.log },
  });
  bed = await startAdminBed({ server: { alarms: { routes, feed } } });
});
after(() => nats.stop());

describe('the REST routes of a frontend', () => {
  it('show and change the alarms of all backends', async () => {
    const { alarms, missing_nodes } = (await bed.send('GET', '/api/alarms')).read(alarmList);
    assert.deepEqual([alarms.map(({ node }) => node), missing_nodes], [['a', 'b'], undefined]);
    const detail = (await bed.send('GET', '/api/alarms/two')).read(alarmDetail);
    assert.equal(detail.node, 'b');
    const body = { changes: [{ id: 'two', set: { status: 'Closed' } }] };
    const changed = await bed.send('POST', '/api/alarms/changes', { body });
    assert.deepEqual(
      changed.read(changesAnswer).changed.map(({ id }) => id),
      ['two'],
    );
  });

  it('name the backend whose part is missing, and answer 503 where it would be wrong without', async () => {
    await b.kill();
    await sees('a');
    const list = (await bed.send('GET', '/api/alarms')).read(alarmList);
    assert.deepEqual([list.alarms.length, list.missing_nodes], [1, ['b']]);
    const facets = (await bed.send('GET', '/api/alarms/facets')).read(alarmFacets);
    assert.deepEqual(facets.missing_nodes, ['b']);
    const path = '/api/alarms/statistics?since=0&until=2000';
    const statistics = (await bed.send('GET', path)).read(alarmStatistics);
    assert.deepEqual(statistics.missing_nodes, ['b']);
    const gone = await bed.send('GET', '/api/alarms/two');
    assert.deepEqual([gone.status, gone.code], [503, 'node_away']);
    const body = { status: 'Open' };
    const change = await bed.send('PATCH', '/api/alarms/two', { body });
    assert.deepEqual([change.status, change.code], [503, 'node_away']);
  });
});
