import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GatheredChanges } from '../../../cluster/view/gathered-changes.ts';
import type { AlarmState, EngineChange } from '../../../core/alarm/alarm-state.ts';
import { makeAlarmState, makeBacklogChange, makeCounts } from '../../support/alarm-states.ts';
import { startNatsServer, type NatsServer } from '../../support/nats-server.ts';
import {
  startViewBackend,
  startViewFrontend,
  type ViewBackend,
  type ViewFrontend,
} from '../../support/view-bed.ts';
import { waitUntil } from '../../support/wait-until.ts';

const WHO = { name: 'ann', role: 'analyst', from: '127.0.0.1' };
let nats: NatsServer;

before(async () => {
  nats = await startNatsServer();
});
after(() => nats.stop());

function state(id: string, changes: Partial<AlarmState['alarm']> = {}): AlarmState {
  return makeAlarmState({ alarm: { alarm_id: id, ...changes } });
}

/** The risk that the feed has told last of the alarm, `gone` when it was deleted since; undefined for none. */
function told({ changes }: ViewFrontend, id: string): number | 'gone' | undefined {
  let risk: number | 'gone' | undefined;
  for (const { change } of changes) {
    if (change.type === 'alarm' && change.state.alarm.alarm_id === id)
      risk = change.state.alarm.risk;
    if (change.type !== 'action' || change.action.alarm_id !== id) continue;
    if (change.action.what === 'delete') risk = 'gone';
  }
  return risk;
}

async function tells(
  frontend: ViewFrontend,
  id: string,
  risk: number | 'gone',
  limitMs = 5_000,
): Promise<void> {
  await waitUntil(() => told(frontend, id) === risk, `${id} with ${String(risk)}`, limitMs);
}

async function startPair(): Promise<{ backend: ViewBackend; frontend: ViewFrontend }> {
  const frontend = await startViewFrontend(nats.url);
  const backend = await startViewBackend(nats.url, 'a');
  backend.put(state('begin'));
  await tells(frontend, 'begin', 2);
  return { backend, frontend };
}

describe('the feed of a frontend', () => {
  it('tells the changes of all backends in one sequence, with the node of each alarm', async () => {
    const frontend = await startViewFrontend(nats.url);
    const a = await startViewBackend(nats.url, 'a');
    const b = await startViewBackend(nats.url, 'b');
    a.put(state('one'));
    b.put(state('two'));
    await tells(frontend, 'one', 2);
    await tells(frontend, 'two', 2);
    a.engine.tell(makeBacklogChange({ alarmId: 'quiet' }));
    b.engine.tell({ type: 'progress', alarmId: 'two', progress: makeCounts({ events: 4 }) });
    const has = (type: EngineChange['type']) => (): boolean =>
      frontend.changes.some(({ change }) => change.type === type);
    await waitUntil(has('backlog'), 'the backlog');
    await waitUntil(has('progress'), 'the progress');
    const { changes, view } = frontend;
    assert.deepEqual(
      changes.map(({ sequence }) => sequence),
      changes.map((_, index) => index + 1),
    );
    assert.equal(view.sequence(), changes.length);
    const nodes = changes.flatMap(({ change }) =>
      change.type === 'alarm' ? [`${change.state.alarm.alarm_id} ${change.state.node}`] : [],
    );
    assert.deepEqual(nodes.sort(), ['one a', 'two b']);
    await Promise.all([a.close(), b.close()]);
  });

  it('begins with the alarms that a backend had before', async () => {
    const backend = await startViewBackend(nats.url, 'a');
    backend.put(state('old', { risk: 7 }));
    const frontend = await startViewFrontend(nats.url);
    await tells(frontend, 'old', 7);
    await backend.close();
  });

  it('tells what was lost in the middle: new alarms, changed ones and deleted ones', async () => {
    const { backend, frontend } = await startPair();
    backend.put(state('changed'), state('deleted'), state('same'));
    await tells(frontend, 'same', 2);
    frontend.losesFeeds = true;
    backend.put(state('lost'), state('changed', { risk: 9 }));
    await backend.desk.change([{ id: 'deleted', wish: { deleted: true } }], WHO);
    await waitUntil(() => frontend.lost > 0, 'the lost message');
    assert.equal(told(frontend, 'lost'), undefined);
    frontend.losesFeeds = false;
    const before = frontend.changes.length;
    backend.put(state('next'));
    await tells(frontend, 'next', 2);
    await tells(frontend, 'lost', 2);
    await tells(frontend, 'changed', 9);
    await tells(frontend, 'deleted', 'gone');
    const again = frontend.changes
      .slice(before)
      .filter(({ change }) => change.type === 'alarm' && change.state.alarm.alarm_id === 'same');
    assert.deepEqual(again, []);
    await backend.close();
  });

  it('notices what was lost last, though nothing comes after it', async () => {
    const { backend, frontend } = await startPair();
    frontend.losesFeeds = true;
    backend.put(state('last'));
    await waitUntil(() => frontend.lost > 0, 'the lost message');
    frontend.losesFeeds = false;
    await tells(frontend, 'last', 2);
    await backend.close();
  });

  it('goes on after NATS was away, with what happened meanwhile', async () => {
    const own = await startNatsServer();
    try {
      const frontend = await startViewFrontend(own.url);
      const backend = await startViewBackend(own.url, 'a');
      backend.put(state('before'));
      await tells(frontend, 'before', 2);
      await own.kill();
      await waitUntil(() => !backend.link.isConnected, 'the loss');
      backend.put(state('meanwhile', { risk: 5 }));
      await own.start();
      await tells(frontend, 'meanwhile', 5, 10_000);
      await backend.close();
    } finally {
      await own.stop();
    }
  });

  it('tells a backend that comes back only what has changed', async () => {
    const { backend, frontend } = await startPair();
    await backend.kill();
    await frontend.sees();
    const before = frontend.changes.length;
    const again = await startViewBackend(nats.url, 'a', { store: backend.store });
    again.put(state('new'));
    await tells(frontend, 'new', 2);
    const ids = frontend.changes
      .slice(before)
      .map(({ change }) => (change.type === 'alarm' ? change.state.alarm.alarm_id : change.type));
    assert.deepEqual(ids, ['new']);
    await again.close();
  });
});

describe('changes between two messages of a feed', () => {
  const alarm = (id: string, risk: number): EngineChange => ({
    type: 'alarm',
    state: state(id, { risk }),
  });
  const progress = (id: string): EngineChange => ({
    type: 'progress',
    alarmId: id,
    progress: makeCounts(),
  });
  const comment: EngineChange = {
    type: 'action',
    action: { alarm_id: 'x', at: 1, by: 'ann', what: 'comment', from: '', value: 'so' },
  };
  const quiet = (id: string): EngineChange => makeBacklogChange({ alarmId: id });
  const cases = [
    { what: 'the newest state of an alarm', given: [alarm('x', 1), alarm('x', 3)], left: [1] },
    { what: 'no counts older than the state', given: [progress('x'), alarm('x', 1)], left: [1] },
    { what: 'counts that are newer', given: [alarm('x', 1), progress('x')], left: [0, 1] },
    { what: 'every deed', given: [comment, alarm('x', 1), comment], left: [0, 1, 2] },
    {
      what: 'the newest 200 backlogs without an alarm',
      given: Array.from({ length: 203 }, (_, number) => quiet(String(number))),
      left: Array.from({ length: 200 }, (_, number) => number + 3),
    },
    {
      what: 'no events',
      given: [{ type: 'events', alarmId: 'x', stage: 1, events: [] } satisfies EngineChange],
      left: [],
    },
  ];
  for (const { what, given, left } of cases) {
    it(`are ${what}`, () => {
      const gathered = new GatheredChanges();
      gathered.take(given.map((change, index) => ({ sequence: index + 1, change })));
      assert.equal(gathered.to, given.length);
      assert.deepEqual(
        gathered.empty(),
        left.map((index) => given[index]),
      );
      assert.deepEqual(gathered.empty(), []);
    });
  }
});
