// What happens when something throws: it costs as little as can be, and nobody waits for good (DESIGN §3).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask, spawnActor, startSystem, tell } from '../../actors/actor-ref.ts';
import { createSupervision } from '../../actors/supervision.ts';
import { createCapturedLog } from '../support/captured-log.ts';
import { addCondition, compileRules, createRule } from '../support/correlation-bed.ts';
import { createEngineBed } from '../support/engine-bed.ts';

const rules = [createRule(1), createRule(2, { occurrence: 3, from: ':1' })];
const healthy = compileRules(rules, { id: 2 });
const poisoned = addCondition(compileRules(rules, { id: 1 }), (title) => {
  if (title === 'poison') throw new Error('poison');
  return true;
});

describe('an event that throws in a directive', () => {
  it('costs that event in that directive only', async () => {
    const bed = createEngineBed([poisoned, healthy]);
    await bed.post(
      { event_id: 'a' },
      { event_id: 'p1', plugin_sid: 2, title: 'poison' },
      { event_id: 'b', plugin_sid: 2 },
      { event_id: 'p2', title: 'poison' },
      { event_id: 'c', plugin_sid: 2 },
    );
    await bed.settled();
    // once for each of two directives, the poison in the healthy one only
    const ofHealthy = ['1 a', '1 p2', '2 b', '2 c', '2 c', '2 p1'];
    const ofPoisoned = ['1 a', '2 b', '2 c'];
    assert.deepEqual(bed.alarmEvents().sort(), [...ofHealthy, ...ofPoisoned].sort());
    const { consumed, opened, deliveriesFailed, deliveries } = bed.ledger;
    assert.deepEqual([deliveries, opened, consumed, deliveriesFailed], [10, 3, 5, 2]);
    const failures = bed.log.find('an event failed in a directive and is skipped');
    assert.deepEqual(
      failures.map((line) => [line['directive'], line['event']]),
      [
        [1, 'p1'],
        [1, 'p2'],
      ],
    );
    assert.equal(bed.counters.actorFailures, 0);
  });

  it('in a live backlog leaves that as it was, and opens nothing', async () => {
    const bed = createEngineBed([poisoned]);
    await bed.post({ event_id: 'a' });
    await bed.post({ event_id: 'b', plugin_sid: 2 });
    await bed.settled();
    await bed.post(
      { event_id: 'p', plugin_sid: 2, title: 'poison' },
      { event_id: 'c', plugin_sid: 2 },
    );
    await bed.settled();
    await bed.post({ event_id: 'd', plugin_sid: 2 });
    await bed.settled();
    assert.deepEqual(bed.alarmEvents(), ['1 a', '2 b', '2 c', '2 d']);
    assert.equal(bed.counters.backlogsCompleted, 1);
    assert.equal(bed.engine.gauges().backlogs, 0);
  });

  it('before any directive is counted as failed and settles', async () => {
    const bed = createEngineBed([healthy]);
    const assets = {
      ...bed.context.assets,
      isWhitelisted: (): boolean => {
        throw new Error('poison');
      },
    };
    const broken = createEngineBed([healthy], { context: { ...bed.context, assets } });
    await broken.post({}, {});
    await broken.settled();
    assert.deepEqual([broken.ledger.failed, broken.ledger.reached], [2, 0]);
  });
});

type Message =
  | { readonly type: 'throw' | 'reject'; readonly done: (report: string | undefined) => void }
  | { readonly type: 'count'; readonly done: (report: string | undefined) => void };

describe('an actor whose handler fails', () => {
  const log = createCapturedLog();
  let failures = 0;
  const actor = spawnActor<{ handled: number }, Message>(startSystem(), {
    name: 'fragile',
    state: { handled: 0 },
    handler: (state, message) => {
      state.handled += 1;
      if (message.type === 'throw') throw new Error('thrown');
      if (message.type === 'reject') return Promise.reject(new Error('rejected'));
      message.done(String(state.handled));
      return state;
    },
    supervision: createSupervision(log.log, () => (failures += 1)),
  });
  const send = (type: Message['type']): Promise<string | undefined> =>
    ask<Message, string | undefined>(actor, (done) => ({ type, done }), 2_000);

  for (const type of ['throw', 'reject'] as const) {
    it(`answers the message with undefined and goes on with its state (${type})`, async () => {
      const before = failures;
      assert.equal(await send(type), undefined);
      assert.equal(failures, before + 1);
      const line = log.find('an actor failed on a message').at(-1);
      assert.match(String(line?.['actor']), /fragile/);
    });
  }

  it('handles what was sent behind the message that failed, in its order', async () => {
    const answers: (string | undefined)[] = [];
    for (const type of ['throw', 'count', 'reject', 'count'] as const) {
      tell(actor, { type, done: (answer) => answers.push(answer) });
    }
    await send('count');
    assert.deepEqual(answers, [undefined, '4', undefined, '6']);
  });
});
