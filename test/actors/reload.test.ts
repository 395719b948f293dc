// A reload is one place in the log of inputs: what came before it meets the old configuration, what comes after it the
// new one, wherever it waits (SPEC §10, §11).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReloadReport } from '../../actors/slot-reload.ts';
import { SOONEST_FIRST } from '../../core/correlation/backlog-order.ts';
import type { Directive } from '../../core/directive/directive.ts';
import { compileRules, createContext, createRule } from '../support/correlation-bed.ts';
import type { EngineBed } from '../support/engine-bed.ts';
import { createReloadBed, letTurnsPass, MANAGERS_AT_ONCE } from '../support/reload-bed.ts';

/** Directive 1 as `version` has it: that is its category, and its second stage wants the plugin_sid `second`. */
function write(version: string, second = 2, priority = 5): Directive {
  const rules = [createRule(1), createRule(2, { from: ':1', plugin_sid: [second], timeout: 600 })];
  return compileRules(rules, { category: version, priority });
}
const other = compileRules([createRule(1, { plugin_sid: [50] }), createRule(2)], { id: 2 });
const renamed = compileRules([createRule(1), createRule(2)], { name: 'another name' });

function report(changes: Partial<ReloadReport>): ReloadReport {
  const none = { added: [], changed: [], removed: [], renamed: [] };
  return { ...none, unchanged: 0, backlogsSetAside: 0, ...changes };
}

/** The category of the first alarm line of each backlog, by the event that opened it. */
function openedUnder({ eventFile, alarms }: EngineBed): Record<string, string | undefined> {
  const openings = new Map<string, string>();
  for (const line of eventFile.lines<{ alarm_id: string; event_id: string }>()) {
    if (!openings.has(line.alarm_id)) openings.set(line.alarm_id, line.event_id);
  }
  const categoryOf = (id: string): string | undefined =>
    alarms().find(({ alarm_id }) => alarm_id === id)?.category;
  return Object.fromEntries([...openings].map(([id, event]) => [event, categoryOf(id)]));
}

async function reload(
  { engine, context }: EngineBed,
  ...directives: Directive[]
): Promise<ReloadReport | undefined> {
  return engine.reload({ directives, context });
}

describe('inputs around a reload', () => {
  const states = {
    'of a directive without a manager': { isRunning: false, isHeldUp: false },
    'of a running manager': { isRunning: true, isHeldUp: false },
    'that wait because too many managers are busy': { isRunning: false, isHeldUp: true },
    'that wait for a running manager': { isRunning: true, isHeldUp: true },
  };
  for (const [title, { isRunning, isHeldUp }] of Object.entries(states)) {
    it(`${title} meet the configuration of their place`, async () => {
      const bed = createReloadBed([write('A')]);
      if (isRunning) await bed.post({ src_ip: '10.0.0.9', event_id: 'early' });
      if (isHeldUp) await bed.holdUp(write('A'));
      const versions = ['B', 'C', 'A', 'D'];
      void bed.post({ event_id: '0' });
      for (const [index, version] of versions.entries()) {
        // told in one turn, so that the inputs still wait when the supervisor comes to the reload
        void reload(bed, write(version, 2 + index));
        await letTurnsPass();
        void bed.post({ event_id: String(index + 1), src_ip: `10.0.1.${String(index)}` });
      }
      await letTurnsPass();
      if (isHeldUp) assert.deepEqual(bed.alarmEvents().filter(isOfStream), []);
      bed.release();
      await bed.settled();
      const { early, ...found } = openedUnder(bed);
      assert.equal(early, isRunning ? 'A' : undefined);
      assert.deepEqual(
        Object.entries(found).filter(([event]) => /^\d$/.test(event)),
        ['A', ...versions].map((version, index) => [String(index), version]),
      );
    });
  }

  const isOfStream = (line: string): boolean => /^\d \d$/.test(line);

  it('have the assets of their place, also for whether they are looked at at all', async () => {
    const bed = createReloadBed([write('A')]);
    await bed.holdUp(write('A'));
    void bed.post({ event_id: '0' });
    const assets = [{ name: 'office', cidr: '10.0.0.0/8', value: 1 }];
    const ignored = { name: 'ignored', cidr: '10.0.0.7', value: 1, whitelisted: true };
    const context = createContext({}, [...assets, ignored]);
    void bed.engine.reload({ directives: [write('A')], context });
    await letTurnsPass();
    void bed.post({ event_id: '1', src_ip: '10.0.0.2' }, { event_id: '2', src_ip: '10.0.0.7' });
    bed.release();
    await bed.settled();
    assert.equal(bed.ledger.whitelisted, 1);
    const own = bed.alarms().filter(({ category }) => category === 'A');
    assert.deepEqual(
      own.map(({ risk, src_ips }) => [src_ips[0], risk]),
      [
        ['10.0.0.1', 5],
        ['10.0.0.2', 1],
      ],
    );
  });
});

describe('the backlogs of a directive', () => {
  it('that is unchanged carry on', async () => {
    const bed = createReloadBed([write('A'), other]);
    await bed.post({ event_id: 'a' });
    assert.deepEqual(await reload(bed, other, write('A')), report({ unchanged: 2 }));
    await bed.post({ event_id: 'b', plugin_sid: 2 });
    await bed.settled();
    assert.deepEqual(bed.alarmEvents(), ['1 a', '2 b']);
    assert.equal(bed.counters.backlogsCompleted, 1);
  });

  it('that is changed finish on their old rules with what the new one says of the alarm', async () => {
    const bed = createReloadBed([write('A', 2, 1)]);
    await bed.post({ event_id: 'a' });
    assert.deepEqual(await reload(bed, write('B', 7, 5)), report({ changed: [1] }));
    await bed.post({ event_id: 'b', plugin_sid: 7 });
    await bed.post({ event_id: 'c', plugin_sid: 2 });
    await bed.settled();
    assert.deepEqual(bed.alarmEvents(), ['1 a', '2 c']);
    assert.deepEqual(
      bed.alarms().map(({ category, risk }) => [category, risk]),
      [
        ['A', 1],
        ['B', 5],
      ],
    );
    assert.equal(bed.counters.backlogsCompleted, 1);
  });

  it('get the events that only their old rules want, as long as they live and no longer', async () => {
    const bed = createReloadBed([write('A')]);
    await bed.post({ event_id: 'a' });
    for (const second of [7, 8]) await reload(bed, write('B', second));
    await bed.post({ event_id: 'b', plugin_sid: 2 });
    await bed.settled();
    await reload(bed, write('B', 8));
    await bed.post({ event_id: 'c', plugin_sid: 2 }, { event_id: 'd', plugin_sid: 7 });
    await bed.settled();
    assert.deepEqual(bed.alarmEvents(), ['1 a', '2 b']);
    assert.equal(bed.ledger.noDirective, 2);
  });

  it('that is changed and changed back finish each on the rules that opened them', async () => {
    const bed = createReloadBed([write('A', 2)]);
    await bed.post({ event_id: 'a', src_ip: '10.0.0.1' });
    await reload(bed, write('B', 7));
    await bed.post({ event_id: 'b', src_ip: '10.0.0.2' });
    assert.deepEqual(await reload(bed, write('A', 2)), report({ changed: [1] }));
    assert.deepEqual(await reload(bed, write('A', 2)), report({ unchanged: 1 }));
    await bed.post({ event_id: 'c', src_ip: '10.0.0.3' });
    for (const last of [1, 2, 3]) {
      for (const plugin_sid of [7, 2]) {
        const event_id = `${String(plugin_sid)} of ${String(last)}`;
        await bed.post({ event_id, plugin_sid, src_ip: `10.0.0.${String(last)}` });
      }
    }
    await bed.settled();
    const later = bed.alarmEvents().filter((line) => line.startsWith('2'));
    assert.deepEqual(later.sort(), ['2 2 of 1', '2 2 of 3', '2 7 of 2']);
    assert.equal(bed.engine.gauges().backlogs, 0);
  });

  it('that is renamed or gone are set aside, counted and stopped', async () => {
    const bed = createReloadBed([write('A'), other]);
    await bed.post({ event_id: 'a' }, { event_id: 'b', plugin_sid: 50 });
    const found = await reload(bed, renamed);
    assert.deepEqual(found, report({ renamed: [1], removed: [2], backlogsSetAside: 2 }));
    assert.deepEqual(
      bed.aside.map(({ directiveId, backlogs, reason }) => [directiveId, backlogs, reason]),
      [
        [1, 1, 'the directive is now named "another name"'],
        [2, 1, 'no enabled directive has this id any more'],
      ],
    );
    assert.equal(bed.counters.backlogsSetAside, 2);
    assert.deepEqual([bed.engine.gauges().backlogs, bed.engine.gauges().managersRunning], [0, 0]);
    await bed.post({ event_id: 'c' }, { event_id: 'd', plugin_sid: 50 });
    await bed.settled();
    assert.deepEqual(bed.alarmEvents().slice(2), ['1 c']);
    assert.equal(bed.ledger.noDirective, 1);
  });

  it('that is gone take the events that waited before it went', async () => {
    const bed = createReloadBed([write('A')]);
    await bed.holdUp(write('A'));
    void bed.post({ event_id: 'a' });
    const reloaded = reload(bed, other);
    await letTurnsPass();
    void bed.post({ event_id: 'b', plugin_sid: 2 });
    bed.release();
    assert.deepEqual(await reloaded, report({ added: [2], removed: [1], backlogsSetAside: 1 }));
    await bed.settled();
    assert.equal(bed.aside.at(-1)?.directiveId, 1);
    assert.equal(bed.alarmEvents().includes('2 b'), false);
  });

  it('that cannot be set aside are logged as lost, and the reload goes on', async () => {
    const bed = createReloadBed([write('A')], {
      setAside: () => Promise.reject(new Error('the disk is full')),
    });
    await bed.post({ event_id: 'a' });
    assert.deepEqual(await reload(bed, other), report({ added: [2], removed: [1] }));
    assert.equal(bed.log.find('backlogs are lost').length, 1);
    assert.equal(bed.counters.backlogsSetAside, 0);
  });
});

describe('a directive that an operator turned off', () => {
  it('stays off when it goes with one reload and comes back with another', async () => {
    const bed = createReloadBed([write('A'), other]);
    await bed.engine.setDirective(1, false, 'ann');
    await reload(bed, other);
    await reload(bed, write('A'), other);
    await bed.post({ event_id: 'a' });
    await bed.settled();
    assert.deepEqual([bed.engine.directive(1)?.off?.by, bed.ledger.noDirective], ['ann', 1]);
    await bed.engine.setDirective(1, true, 'ann');
    await bed.post({ event_id: 'b' });
    await bed.settled();
    assert.deepEqual(bed.alarmEvents(), ['1 b']);
  });

  it('and changed meanwhile has its parked backlogs go on under their old rules', async () => {
    const bed = createReloadBed([write('A', 2, 1)]);
    await bed.post({ event_id: 'a' });
    await bed.engine.setDirective(1, false, 'ann');
    await reload(bed, write('B', 7, 5));
    await bed.post({ event_id: 'b', plugin_sid: 2 });
    await bed.engine.setDirective(1, true, 'ann');
    await bed.post({ event_id: 'c', plugin_sid: 2 });
    await bed.settled();
    assert.deepEqual(bed.alarmEvents(), ['1 a', '2 c']);
    assert.deepEqual([bed.alarms().at(-1)?.category, bed.alarms().at(-1)?.risk], ['B', 5]);
  });

  it('ends what is past its deadline when it is on again, reloads or not', async () => {
    const bed = createReloadBed([write('A')]);
    await bed.post({ event_id: 'a' });
    await bed.engine.setDirective(1, false, 'ann');
    bed.tick(5_000);
    await reload(bed, write('B'));
    assert.equal(bed.engine.gauges().backlogs, 1);
    await bed.engine.setDirective(1, true, 'ann');
    await bed.settled();
    assert.equal(bed.counters.backlogsTimedOut, 1);
  });

  it('and gone has its parked backlogs set aside', async () => {
    const bed = createReloadBed([write('A')]);
    await bed.post({ event_id: 'a' });
    await bed.engine.setDirective(1, false, 'ann');
    const found = await reload(bed, other);
    assert.deepEqual(found, report({ added: [2], removed: [1], backlogsSetAside: 1 }));
  });
});

describe('while backlogs of a directive that is gone are set aside', () => {
  it('nobody waits for an answer about them', async () => {
    const bed = createReloadBed([write('A')]);
    await bed.post({ event_id: 'a' });
    await bed.settled();
    const id = bed.alarms()[0]?.alarm_id ?? '';
    bed.hold();
    void reload(bed, other);
    await letTurnsPass();
    assert.equal(await bed.engine.deleteBacklog(id), false);
    assert.equal(await bed.engine.backlog(id), undefined);
    const query = { sort: SOONEST_FIRST, limit: 10 };
    assert.equal((await bed.engine.listBacklogs(query)).total, 0);
    bed.release();
  });

  it('a tick past their deadlines leaves nothing behind, however often', async () => {
    const bed = createReloadBed([other]);
    for (let round = 1; round <= MANAGERS_AT_ONCE; round += 1) {
      const at = round * 10_000;
      await reload(bed, other, write('A'));
      await bed.post({ at });
      bed.hold();
      const reloaded = reload(bed, other);
      await letTurnsPass();
      bed.tick(at + 9_000);
      await letTurnsPass();
      bed.release();
      assert.equal((await reloaded)?.backlogsSetAside, 1);
    }
    await bed.post({ event_id: 'last', plugin_sid: 50, at: 1_000_000 });
    await bed.settled();
    assert.equal(bed.alarmEvents().at(-1), '1 last');
  });

  it('the end of the engine waits for them, and loses none of either name', async () => {
    const bed = createReloadBed([write('A')]);
    await bed.post({ event_id: 'a' });
    bed.hold();
    const reloaded = reload(bed, renamed);
    await letTurnsPass();
    await bed.post({ event_id: 'b' });
    await letTurnsPass();
    const ended = bed.engine.terminate(1_000);
    await letTurnsPass();
    bed.release();
    assert.deepEqual(await ended, { savedBacklogs: 1, lostBacklogs: 0 });
    assert.equal((await reloaded)?.backlogsSetAside, 1);
    assert.equal(await reload(bed, other), undefined);
  });
});
