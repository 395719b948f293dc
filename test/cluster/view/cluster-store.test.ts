import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { ALARM_SORT_KEYS, type AlarmSortKey } from '../../../core/alarm/alarm-order.ts';
import type { AlarmFilter } from '../../../core/alarm/alarm-filter.ts';
import type { AlarmState } from '../../../core/alarm/alarm-state.ts';
import { NodesAwayError } from '../../../core/cluster/nodes-away-error.ts';
import { isNetworkFault, parseNetwork } from '../../../core/address/network.ts';
import type { AlarmPage, AlarmStore } from '../../../state/alarm-store.ts';
import { createMemoryAlarmStore } from '../../../state/memory-alarm-store.ts';
import { alarmStates, makeAlarmState } from '../../support/alarm-states.ts';
import { startNatsServer, type NatsServer } from '../../support/nats-server.ts';
import {
  startViewBackend,
  startViewFrontend,
  type ViewBackend,
  type ViewFrontend,
} from '../../support/view-bed.ts';
import { waitUntil } from '../../support/wait-until.ts';

const LAST = { by: 'last', descending: true } as const;
const WHO = { name: 'ann', role: 'analyst', from: '127.0.0.1' };
let nats: NatsServer;

before(async () => {
  nats = await startNatsServer();
});
after(() => nats.stop());

function numbered(number: number, changes: Partial<AlarmState['alarm']> = {}): AlarmState {
  const id = `alarm-${String(number).padStart(4, '0')}`;
  return makeAlarmState({ alarm: { alarm_id: id, update_time: 1000 + number, ...changes } });
}

function idsOf({ alarms }: Pick<AlarmPage, 'alarms'>): string[] {
  return alarms.map(({ alarm }) => alarm.alarm_id);
}

async function readAll(
  store: Pick<AlarmStore, 'list'>,
  filter: AlarmFilter,
  by: AlarmSortKey,
): Promise<AlarmPage[]> {
  const pages: AlarmPage[] = [];
  for (let after: AlarmPage['next']; ;) {
    const page = await store.list({ filter, sort: { by, descending: true }, after, limit: 4 });
    pages.push({ ...page, sequence: 0 });
    if (page.next === undefined) return pages;
    after = page.next;
  }
}

function networkOf(text: string): { from: ReturnType<typeof parse>[] } {
  return { from: [parse(text)] };
}

function parse(text: string): Exclude<ReturnType<typeof parseNetwork>, { problem: string }> {
  const network = parseNetwork(text);
  if (isNetworkFault(network)) throw new Error(text);
  return network;
}

/** A backend named after each part of the alarms, and a frontend that sees them. */
async function startCluster(names: readonly string[]): Promise<{
  readonly backends: ViewBackend[];
  readonly frontend: ViewFrontend;
}> {
  const backends: ViewBackend[] = [];
  for (const name of names) backends.push(await startViewBackend(nats.url, name));
  const frontend = await startViewFrontend(nats.url);
  await frontend.sees(...names);
  return { backends, frontend };
}

async function endAll(backends: readonly ViewBackend[]): Promise<void> {
  for (const backend of backends) await backend.close();
}

describe('the alarms of several backends', () => {
  it('are listed, counted and paged as those of one store', async () => {
    const { backends, frontend } = await startCluster(['a', 'b', 'c']);
    const filters: AlarmFilter[] = [
      {},
      { is: { status: ['Open'] } },
      { is: networkOf('10.0.0.0/8') },
      { is: networkOf('2001:db8::/32'), not: { q: 'scan', risk: ['High'] } },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(alarmStates, { maxLength: 30, selector: ({ alarm }) => alarm.alarm_id }),
        fc.constantFrom(...filters),
        fc.constantFrom(...ALARM_SORT_KEYS),
        fc.constantFrom(1, 3, 100),
        async (states, filter, by, limit) => {
          const one = createMemoryAlarmStore();
          const parts = backends.map(() => createMemoryAlarmStore());
          // a store of its own for each trial, behind the responders of the same backends
          for (const [index, { store }] of backends.entries()) Object.assign(store, parts[index]);
          for (const [index, state] of states.entries()) {
            const placed = [{ sequence: index + 1, change: { type: 'alarm', state } as const }];
            await one.apply(placed);
            await parts[index % parts.length]?.apply(placed);
          }
          const { store } = frontend.view;
          assert.deepEqual(await readAll(store, filter, by), await readAll(one, filter, by));
          const facets = { filter, limit };
          assert.deepEqual(await store.facets(facets), await one.facets(facets));
          for (const key of ['risk', 'from', 'directive'] as const) {
            const asked = {
              ...{
                filter,
                by: key,
                of: 'last' as const,
                since: 3,
                until: 19,
                bucketSeconds: 5,
                limit,
              },
            } as const;
            assert.deepEqual(await store.statistics(asked), await one.statistics(asked));
          }
          const ids = states.map(({ alarm }) => alarm.alarm_id);
          assert.deepEqual(await store.find(ids), await one.find(ids));
          const addresses = ['10.0.0.1', '2001:db8::1'];
          assert.deepEqual(
            await store.countByAddress(addresses, 'alarm-001'),
            await one.countByAddress(addresses, 'alarm-001'),
          );
          const [id] = ids;
          if (id !== undefined) assert.deepEqual(await store.get(id), await one.get(id));
        },
      ),
      { numRuns: 25 },
    );
    await endAll(backends);
  });

  it('come in parts when they are larger than a message may be', async () => {
    const small = await startNatsServer('max_payload: 4096');
    try {
      const backend = await startViewBackend(small.url, 'a');
      const frontend = await startViewFrontend(small.url);
      await frontend.sees('a');
      backend.put(...Array.from({ length: 300 }, (_, number) => numbered(number)));
      const page = await frontend.view.store.list({ filter: {}, sort: LAST, limit: 300 });
      assert.equal(page.alarms.length, 300);
      const ids = idsOf(page);
      const found = await frontend.view.store.find(ids);
      assert.deepEqual(idsOf({ alarms: found }), ids);
      await backend.close();
    } finally {
      await small.stop();
    }
  });

  it('lack those of a backend that dies, which is named until it is back', async () => {
    const { backends, frontend } = await startCluster(['a', 'b']);
    const [a, b] = backends;
    assert.ok(a && b);
    a.put(numbered(1));
    b.put(numbered(2));
    const query = { filter: {}, sort: LAST, limit: 10 };
    const { store } = frontend.view;
    assert.deepEqual(idsOf(await store.list(query)), ['alarm-0002', 'alarm-0001']);
    await b.kill();
    const during = await store.list(query);
    assert.deepEqual([idsOf(during), during.missingNodes], [['alarm-0001'], ['b']]);
    await frontend.sees('a');
    const later = await store.list(query);
    assert.deepEqual([idsOf(later), later.missingNodes], [['alarm-0001'], ['b']]);
    assert.deepEqual((await store.facets({ filter: {}, limit: 5 })).missingNodes, ['b']);
    assert.equal((await store.get('alarm-0001'))?.node, 'a');
    await assert.rejects(store.get('alarm-0002'), new NodesAwayError(['b']));
    const again = await startViewBackend(nats.url, 'b', { store: b.store });
    await frontend.sees('a', 'b');
    assert.deepEqual(idsOf(await store.list(query)), ['alarm-0002', 'alarm-0001']);
    await endAll([a, again]);
  });

  it('are told to be unknown, not none, when no backend answers', async () => {
    const { backends, frontend } = await startCluster(['a']);
    await backends[0]?.kill();
    await frontend.sees();
    const query = { filter: {}, sort: LAST, limit: 10 };
    await assert.rejects(frontend.view.store.list(query), new NodesAwayError(['a']));
  });

  it('of two backends of one name are all there, and the name is reported', async () => {
    const first = await startViewBackend(nats.url, 'twin');
    const second = await startViewBackend(nats.url, 'twin');
    first.put(numbered(1));
    second.put(numbered(2));
    const frontend = await startViewFrontend(nats.url);
    await waitUntil(() => frontend.directory.duplicates('backend').length > 0, 'the duplicate');
    const page = await frontend.view.store.list({ filter: {}, sort: LAST, limit: 10 });
    assert.deepEqual(idsOf(page), ['alarm-0002', 'alarm-0001']);
    const { nodes, findings } = await frontend.view.status.read();
    assert.deepEqual(
      nodes.map(({ node }) => node),
      ['twin', 'twin'],
    );
    assert.ok(
      findings.some(({ code, nodes: named }) => code === 'duplicate_node' && named?.[0] === 'twin'),
    );
    await endAll([first, second]);
  });
});

describe('what persons do to alarms of several backends', () => {
  it('reaches the backend that has them, each in the version that is meant', async () => {
    const { backends, frontend } = await startCluster(['a', 'b']);
    const [a, b] = backends;
    assert.ok(a && b);
    a.put(numbered(1));
    b.put(numbered(2), numbered(3));
    const wish = { status: 'Closed' };
    const { changed, skipped } = await frontend.view.desk.change(
      [
        { id: 'alarm-0003', version: 7, wish },
        { id: 'alarm-0002', version: 0, wish },
        { id: 'alarm-0001', wish },
        { id: 'alarm-0009', wish },
      ],
      WHO,
    );
    assert.deepEqual(
      changed.map(({ id }) => id),
      ['alarm-0002', 'alarm-0001'],
    );
    assert.deepEqual(
      skipped.map(({ id, reason }) => [id, reason]),
      [
        ['alarm-0003', 'changed'],
        ['alarm-0009', 'not_found'],
      ],
    );
    const [first] = await a.store.find(['alarm-0001']);
    const [second] = await b.store.find(['alarm-0002']);
    assert.deepEqual([first?.alarm.status, second?.alarm.status], ['Closed', 'Closed']);
    assert.equal((await b.store.get('alarm-0002'))?.history[0]?.by, 'ann');
    await endAll(backends);
  });

  it('is done in bulk step by step over all of them, and never to alarms that came later', async () => {
    const { backends, frontend } = await startCluster(['a', 'b']);
    const [a, b] = backends;
    assert.ok(a && b);
    const { store, desk } = frontend.view;
    a.put(numbered(1), numbered(4), numbered(5));
    b.put(numbered(2), numbered(3));
    const { sequence, total } = await store.list({ filter: {}, sort: LAST, limit: 1 });
    assert.equal(total, 5);
    b.put(numbered(6));
    // what others look at meanwhile changes nothing of what was meant
    assert.equal((await store.list({ filter: {}, sort: LAST, limit: 1 })).total, 6);
    const done: string[] = [];
    for (let after: string | undefined = ''; after !== undefined;) {
      const step: Awaited<ReturnType<typeof desk.changeSelection>> = await desk.changeSelection(
        { filter: {}, asOf: sequence, after, limit: 2, wish: { tag: 'False Positive' } },
        WHO,
      );
      done.push(...step.changed.map(({ id }) => id));
      after = step.next;
    }
    assert.deepEqual(
      done,
      [1, 2, 3, 4, 5].map((number) => `alarm-000${String(number)}`),
    );
    await endAll(backends);
  });

  it('is told as away when the alarm may be on a backend that does not answer', async () => {
    const { backends, frontend } = await startCluster(['a', 'b']);
    const [a, b] = backends;
    assert.ok(a && b);
    a.put(numbered(1));
    b.put(numbered(2));
    await b.kill();
    await frontend.sees('a');
    const wish = { status: 'Closed' };
    const { desk } = frontend.view;
    const answer = await desk.change(
      [
        { id: 'alarm-0002', wish },
        { id: 'alarm-0001', wish },
      ],
      WHO,
    );
    assert.deepEqual(
      answer.changed.map(({ id }) => id),
      ['alarm-0001'],
    );
    assert.deepEqual(answer.skipped, [{ id: 'alarm-0002', reason: 'away' }]);
    await assert.rejects(desk.change([{ id: 'alarm-0002', wish }], WHO), new NodesAwayError(['b']));
    await a.close();
  });
});
