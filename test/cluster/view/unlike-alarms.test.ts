import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { IndexedAlarms } from '../../../cluster/view/unlike-alarms.ts';
import { createElasticsearchAlarms } from '../../../elasticsearch/elasticsearch-alarms.ts';
import type { AlarmState } from '../../../core/alarm/alarm-state.ts';
import { createMemoryAlarmStore } from '../../../state/memory-alarm-store.ts';
import { makeAlarmState } from '../../support/alarm-states.ts';
import { startNatsServer, type NatsServer } from '../../support/nats-server.ts';
import {
  startViewBackend,
  startViewFrontend,
  type ViewBackend,
  type ViewFrontend,
} from '../../support/view-bed.ts';

const LAST = { by: 'last', descending: true } as const;
const WHO = { name: 'ann', role: 'analyst', from: '127.0.0.1' };
const UNHELD = { unheldFiles: () => ['directives_rs_x.json'], doublyHeldFiles: () => [] };
let nats: NatsServer;
let backend: ViewBackend;
let frontend: ViewFrontend;
const marks: unknown[] = [];

// the product's own client must fit the port
createElasticsearchAlarms satisfies (deps: never) => IndexedAlarms;

function numbered(number: number): AlarmState {
  return makeAlarmState({ alarm: { alarm_id: `n${String(number)}`, update_time: 1000 + number } });
}

async function makeIndex(numbers: readonly number[]): Promise<IndexedAlarms> {
  const store = createMemoryAlarmStore();
  await store.apply(
    numbers.map((number) => ({
      sequence: number,
      change: { type: 'alarm', state: numbered(number) } as const,
    })),
  );
  const has = async (id: string): Promise<boolean> => (await store.find([id])).length > 0;
  return {
    list: (query) => store.list(query),
    get: async (id) => (await store.find([id]))[0],
    change: async (id, set) => {
      marks.push([id, set]);
      return has(id);
    },
    delete: async (id) => {
      marks.push([id, 'deleted']);
      return has(id);
    },
  };
}

before(async () => {
  nats = await startNatsServer();
  backend = await startViewBackend(nats.url, 'a');
  backend.put(...[2, 4, 6].map(numbered));
  // those of ours stand in the index too
  frontend = await startViewFrontend(nats.url, [], UNHELD, await makeIndex([1, 2, 3, 4, 5, 6]));
  await frontend.sees('a');
});
after(() => nats.stop());

describe('alarms of backends of another kind', () => {
  it('are listed among ours from the index, ours once', async () => {
    const { store } = frontend.view;
    const ids: string[] = [];
    for (let place: Awaited<ReturnType<typeof store.list>>['next']; ;) {
      const page = await store.list({ filter: {}, sort: LAST, after: place, limit: 2 });
      ids.push(...page.alarms.map(({ alarm }) => alarm.alarm_id));
      assert.equal(page.total, 6);
      if (page.next === undefined) break;
      place = page.next;
    }
    assert.deepEqual(ids, ['n6', 'n5', 'n4', 'n3', 'n2', 'n1']);
  });

  it('are shown one by one, and those of ours that were deleted stay so', async () => {
    const { store, desk } = frontend.view;
    assert.equal((await store.get('n3'))?.event_summary.recorded, false);
    assert.equal((await store.get('n4'))?.node, 'a');
    assert.equal(await store.get('n9'), undefined);
    await desk.change([{ id: 'n6', wish: { deleted: true } }], WHO);
    assert.equal(await store.get('n6'), undefined);
    const page = await store.list({ filter: {}, sort: LAST, limit: 10 });
    assert.ok(page.alarms.every(({ alarm }) => alarm.alarm_id !== 'n6'));
  });

  it('are changed in the index, ours on their backend', async () => {
    const wish = { status: 'Closed' };
    const { changed, skipped } = await frontend.view.desk.change(
      [
        { id: 'n3', wish },
        { id: 'n4', wish },
        { id: 'n5', wish: { deleted: true } },
        { id: 'n1', version: 3, wish },
        { id: 'n9', wish },
      ],
      WHO,
    );
    assert.deepEqual(changed.map(({ id }) => id).sort(), ['n3', 'n4', 'n5']);
    assert.deepEqual(skipped.map(({ id, reason }) => `${id} ${reason}`).sort(), [
      'n1 changed',
      'n9 not_found',
    ]);
    assert.deepEqual(marks, [
      ['n3', wish],
      ['n5', 'deleted'],
    ]);
    assert.equal((await backend.store.get('n4'))?.alarm.status, 'Closed');
  });

  it('are named as missing when the index does not answer', async () => {
    const broken = await makeIndex([]);
    const view = await startViewFrontend(nats.url, [], UNHELD, {
      ...broken,
      list: () => Promise.reject(new Error('no answer')),
    });
    await view.sees('a');
    const page = await view.view.store.list({ filter: {}, sort: LAST, limit: 10 });
    assert.deepEqual([page.alarms.length, page.missingNodes], [2, ['elasticsearch']]);
  });

  it('are not asked for while our own backends hold every directive', async () => {
    const { view, sees } = await startViewFrontend(nats.url, [], undefined, await makeIndex([1]));
    await sees('a');
    assert.equal((await view.store.list({ filter: {}, sort: LAST, limit: 10 })).total, 2);
  });
});
