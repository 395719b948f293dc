import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BacklogSummary } from '../../../actors/engine-port.ts';
import { NodesAwayError } from '../../../core/cluster/nodes-away-error.ts';
import { SOONEST_FIRST, type BacklogPlace } from '../../../core/correlation/backlog-order.ts';
import { createDirectiveStatistics } from '../../../core/ledger/directive-statistics.ts';
import { createDirectiveState } from '../../support/fake-engine-admin.ts';
import { startNatsServer, type NatsServer } from '../../support/nats-server.ts';
import {
  startViewBackend,
  startViewFrontend,
  type ViewBackend,
  type ViewFrontend,
} from '../../support/view-bed.ts';
import { waitUntil } from '../../support/wait-until.ts';

let nats: NatsServer;
let a: ViewBackend;
let b: ViewBackend;
let frontend: ViewFrontend;
const PLACES = [
  { id: 1, file: 'directives_a_x.json' },
  { id: 2, file: 'directives_b_x.json' },
  { id: 3, file: 'directives_b_x.json' },
  { id: 9, file: 'directives_rs_x.json' },
];

before(async () => {
  nats = await startNatsServer();
  a = await startViewBackend(nats.url, 'a');
  b = await startViewBackend(nats.url, 'b');
  a.engine.states.set(1, createDirectiveState(1, { matched: 5, backlogs: 1 }));
  b.engine.states.set(2, createDirectiveState(2, { matched: 7, backlogs: 2 }));
  frontend = await startViewFrontend(nats.url, PLACES, {
    unheldFiles: () => ['directives_rs_x.json'],
    doublyHeldFiles: () => [],
  });
  await frontend.sees('a', 'b');
});
after(() => nats.stop());

function summary(alarmId: string, deadline: number, last = 5): BacklogSummary {
  return {
    ...{ alarmId, directiveId: 1, title: 'a title', risk: 1, from: [], to: [], stage: 1 },
    ...{ stages: 2, events: 1, needed: 2, opened: 1, last, deadline, allowed: 10 },
  };
}

describe('the engines of several backends', () => {
  it('tell of directives whichever has them', async () => {
    const { engine } = frontend.view;
    const states = await Promise.all([1, 2, 3].map((id) => engine.directive(id)));
    assert.deepEqual(
      states.map((state) => state?.matched),
      [5, 7, undefined],
    );
  });

  it('list live backlogs in pages of all, soonest deadline first', async () => {
    for (const [index, backend] of [a, b].entries()) {
      for (let number = index; number < 7; number += 2) {
        const id = `backlog-${String(number)}`;
        backend.engine.summaries.set(id, summary(id, 100 + Math.floor(number / 2)));
      }
    }
    const { engine } = frontend.view;
    const found: string[] = [];
    for (let after: BacklogPlace | undefined; ;) {
      const page = await engine.listBacklogs({ sort: SOONEST_FIRST, after, limit: 2 });
      assert.equal(page.total, 7);
      found.push(...page.backlogs.map(({ alarmId }) => alarmId));
      if (page.next === undefined) break;
      after = page.next;
    }
    assert.deepEqual(
      found,
      [0, 1, 2, 3, 4, 5, 6].map((number) => `backlog-${String(number)}`),
    );
    const newest = await engine.listBacklogs({
      ...{ sort: { by: 'last', descending: true }, limit: 3 },
      networks: [{ family: 4, base: 0x0a000000, prefix: 8 }],
    });
    assert.deepEqual([newest.total, newest.backlogs.map(({ alarmId }) => alarmId)], [0, []]);
    assert.deepEqual(await engine.backlog('backlog-3'), {
      ...{ alarm_id: 'backlog-3', title: 'a title', rules: [] },
    });
    assert.equal(await engine.backlog('none'), undefined);
    assert.deepEqual(
      [await engine.deleteBacklog('backlog-3'), await engine.deleteBacklog('backlog-3')],
      [true, false],
    );
    assert.equal(b.engine.summaries.get('backlog-3'), undefined);
  });

  it('turn a directive off where it is', async () => {
    const { engine } = frontend.view;
    assert.equal(await engine.setDirective(2, false, 'ann'), true);
    assert.equal(b.engine.directive(2)?.off?.by, 'ann');
    assert.equal((await engine.off(2))?.by, 'ann');
    assert.equal(await engine.off(1), undefined);
    assert.equal(await engine.setDirective(3, false, 'ann'), false);
    await engine.setDirective(2, true, 'ann');
  });

  it('say what directives have done, in pages of all', async () => {
    for (const [backend, id, events] of [[a, 1, 4] as const, [b, 2, 9] as const]) {
      const statistics = createDirectiveStatistics(`directive ${String(id)}`, 1);
      backend.statistics.directives.restore(id, { ...statistics, events });
    }
    const query = { sort: 'events', limit: 1 } as const;
    const first = await frontend.view.figures(query);
    assert.deepEqual([first.rows.map(({ id }) => id), first.total, first.hasMore], [[2], 2, true]);
    const last = await frontend.view.figures({ ...query, after: { value: 9, id: 2 } });
    assert.deepEqual([last.rows.map(({ id }) => id), last.hasMore], [[1], false]);
  });

  it('add up to the curves of the cluster, though each has its own seconds', async () => {
    const sample = { events_per_second: 3, refused_per_second: 0, queue: 1, backlogs: 2 };
    const alarms = { alarms_low: 0, alarms_medium: 0, alarms_high: 1 };
    for (const time of [1003, 1013]) a.ring.add(time, { ...sample, ...alarms });
    for (const time of [1008, 1018]) b.ring.add(time, { ...sample, ...alarms });
    const series = await frontend.view.series({ since: 0, until: 5000, step: 10 });
    assert.deepEqual(series.times, [1010, 1020]);
    assert.deepEqual(
      [series.queue, series.backlogs],
      [
        [2, 2],
        [4, 4],
      ],
    );
    assert.deepEqual(series.alarms_high, [2, 2]);
  });

  it('load the configuration when the frontend is asked to, each telling how that went', async () => {
    assert.deepEqual(
      (await frontend.view.reload('ann')).map(({ node, ok }) => [node, ok]),
      [
        ['a', true],
        ['b', true],
      ],
    );
    assert.deepEqual([a.reloads, b.reloads], [['ann'], ['ann']]);
  });
});

describe('the status of a cluster', () => {
  it('has each backend, and what no live backend holds', async () => {
    const { nodes, findings } = await frontend.view.status.read();
    assert.deepEqual(
      nodes.map(({ node, answers, ready, directives }) => [node, answers, ready, directives]),
      [
        ['a', true, true, 1],
        ['b', true, true, 1],
      ],
    );
    assert.deepEqual(
      findings.map(({ code, file, directives }) => [code, file, directives]),
      [
        ['unheld_directives', 'directives_rs_x.json', [9]],
        ['unheld_directives', 'directives_b_x.json', [3]],
      ],
    );
    assert.equal((await frontend.view.status.gauges()).directives, 2);
  });

  it('names a directive that several backends have', async () => {
    a.engine.states.set(2, createDirectiveState(2, { matched: 1 }));
    const { findings } = await frontend.view.status.read();
    const shared = findings.find(({ code }) => code === 'duplicate_directive');
    assert.deepEqual([shared?.nodes, shared?.directives], [['a', 'b'], [2]]);
    assert.equal((await frontend.view.engine.directive(2))?.matched, 8);
    a.engine.states.delete(2);
  });

  it('names a backend that is gone while the configuration has directives for it', async () => {
    await b.close();
    await frontend.sees('a');
    const { nodes, findings } = await frontend.view.status.read();
    assert.deepEqual(
      nodes.map(({ node, answers }) => [node, answers]),
      [
        ['a', true],
        ['b', false],
      ],
    );
    assert.ok(
      findings.some(({ code, nodes: named }) => code === 'node_away' && named?.[0] === 'b'),
    );
    const { engine } = frontend.view;
    assert.equal(await engine.directive(2), undefined);
    assert.deepEqual(engine.missingNodes(), ['b']);
    await assert.rejects(engine.setDirective(2, false, 'ann'), new NodesAwayError(['b']));
    assert.deepEqual((await engine.listBacklogs({ sort: SOONEST_FIRST, limit: 1 })).missingNodes, [
      'b',
    ]);
    const [, away] = await frontend.view.reload('ann');
    assert.deepEqual([away?.node, away?.ok], ['b', false]);
  });

  it('says that NATS is away', async () => {
    await nats.kill();
    await waitUntil(() => !frontend.link.isConnected, 'the loss');
    const { findings } = await frontend.view.status.read();
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['nats_away'],
    );
    await assert.rejects(frontend.view.store.get('x'), new NodesAwayError([]));
  });
});
