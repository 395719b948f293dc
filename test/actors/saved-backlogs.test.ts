// Managers save their backlogs at the end, and another engine goes on with them (SPEC §10).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileRules, createRule, type EventFields } from '../support/correlation-bed.ts';
import { createEngineBed, type EngineBed } from '../support/engine-bed.ts';

const rules = [createRule(1), createRule(2, { from: ':1', occurrence: 3, timeout: 600 })];
const directive = compileRules(rules);

async function stopAndStart(bed: EngineBed, under = directive): Promise<EngineBed> {
  await bed.engine.terminate(1_000);
  const next = createEngineBed([under]);
  next.restore(under, bed.saved.get(under.id) ?? []);
  await next.settled();
  return next;
}

describe('saved backlogs', () => {
  it('go on in the next engine, in which their manager runs at once', async () => {
    const first = createEngineBed([directive]);
    await first.post({ event_id: 'a' }, { event_id: 'x', src_ip: '10.0.0.2' });
    await first.post({ event_id: 'b', plugin_sid: 2 });
    const second = await stopAndStart(first);
    assert.equal(second.engine.gauges().backlogs, 2);
    assert.equal(second.engine.gauges().managersRunning, 1);
    assert.equal(second.counters.backlogsRestored, 2);
    await second.post({ event_id: 'b', plugin_sid: 2 }, { event_id: 'c', plugin_sid: 2 });
    await second.post(
      { event_id: 'd', plugin_sid: 2 },
      { event_id: 'y', src_ip: '10.0.0.2', plugin_sid: 2 },
    );
    await second.settled();
    assert.deepEqual(second.alarmEvents(), ['2 b', '2 c', '2 d', '2 y']);
    assert.equal(second.alarms().at(-1)?.alarm_id, first.alarms()[0]?.alarm_id);
    assert.equal(second.counters.backlogsCompleted, 1);
  });

  it('answer how many were saved, and that none is left behind', async () => {
    const bed = createEngineBed([directive, compileRules(rules, { id: 2 })]);
    await bed.post(
      ...Array.from({ length: 300 }, (_, last) => ({ src_ip: `10.0.0.${String(last % 250)}` })),
    );
    assert.deepEqual(await bed.engine.terminate(1_000), { savedBacklogs: 600, lostBacklogs: 0 });
    assert.deepEqual([bed.saved.get(1)?.length, bed.saved.get(2)?.length], [300, 300]);
    assert.equal(await bed.post({}), 'closing');
  });

  it('that cannot be written are counted as lost and logged', async () => {
    const bed = createEngineBed([directive], {
      saveBacklogs: () => Promise.reject(new Error('the disk is full')),
    });
    await bed.post({}, { src_ip: '10.0.0.2' });
    assert.deepEqual(await bed.engine.terminate(1_000), { savedBacklogs: 0, lostBacklogs: 2 });
    const [line] = bed.log.find('backlogs are lost');
    assert.deepEqual([line?.level, line?.['backlogs']], [50, 2]);
  });

  it('are not written when that is turned off', async () => {
    const bed = createEngineBed([directive], { saveOnTermination: false });
    await bed.post({});
    assert.deepEqual(await bed.engine.terminate(1_000), { savedBacklogs: 0, lostBacklogs: 0 });
    assert.equal(bed.saved.size, 0);
  });

  it('wait for the lines of events in flight', async () => {
    const bed = createEngineBed([directive]);
    bed.eventFile.hold();
    await bed.post({});
    let isOver = false;
    const over = bed.engine.terminate(60_000).then((report) => {
      isOver = true;
      return report;
    });
    for (let turns = 0; turns < 20; turns += 1) await new Promise((go) => setImmediate(go));
    assert.equal(isOver, false);
    bed.eventFile.release();
    assert.equal((await over).savedBacklogs, 1);
  });

  it('run on their own rules beside new backlogs of the changed directive', async () => {
    const first = createEngineBed([directive]);
    await first.post({ event_id: 'a' });
    const changed = compileRules([createRule(1), createRule(2, { plugin_sid: [7], from: ':1' })]);
    const second = await stopAndStart(first, changed);
    // sid 2 is in the rules of the saved backlog only
    await second.post({ event_id: 'b', plugin_sid: 2 }, { event_id: 'c', plugin_sid: 7 });
    // the saved one does not take stage 1, so that a new one opens
    await second.post({ event_id: 'd' }, { event_id: 'e', plugin_sid: 7 });
    await second.settled();
    assert.deepEqual(second.alarmEvents(), ['2 b', '1 d', '2 e']);
  });
});

describe('a restored backlog whose correlation key is not known', () => {
  // A reference to the protocol cannot be proven by a file of the reference.
  const keyed = compileRules([
    createRule(1),
    createRule(2, { from: ':1', protocol: ':1', occurrence: 3, timeout: 60 }),
  ]);

  async function restoreUnkeyed(events: readonly EventFields[]): Promise<EngineBed> {
    const first = createEngineBed([keyed]);
    await first.post(...events);
    await first.engine.terminate(1_000);
    const text = JSON.stringify(first.saved.get(1), (key, value: unknown) =>
      key === 'dsiem_ts' ? undefined : value,
    );
    const items: unknown = JSON.parse(text);
    assert.ok(Array.isArray(items));
    const second = createEngineBed([keyed]);
    second.restore(keyed, items);
    await second.settled();
    return second;
  }

  it('may end while a batch of several keys is offered, and the directive goes on', async () => {
    const bed = await restoreUnkeyed([{ event_id: 'a' }]);
    assert.equal(bed.engine.gauges().backlogs, 1);
    const batch = [1, 2, 3].map((last) => ({ at: 100, src_ip: `10.0.0.${String(last)}` }));
    await bed.post(...batch);
    await bed.settled();
    assert.equal(bed.counters.backlogsTimedOut, 1);
    assert.equal(bed.counters.backlogsOpened, 3);
    assert.equal(bed.engine.gauges().eventsInFlight, 0);
  });

  it('still sees a batch in the order of its events', async () => {
    const bed = await restoreUnkeyed([{ event_id: 'a' }]);
    await bed.post(
      ...[1, 2, 1, 2].map((last, index) => ({
        ...{ plugin_sid: 2, src_ip: `10.0.0.${String(last)}`, at: index },
      })),
    );
    await bed.settled();
    assert.equal(bed.ledger.unmatched, 4);
    assert.equal(bed.engine.gauges().backlogs, 1);
  });
});
