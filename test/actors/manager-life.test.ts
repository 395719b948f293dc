// When managers run, when backlogs expire, and which of them end when there are too many.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileRules, createRule, type EventFields } from '../support/correlation-bed.ts';
import { createEngineBed, type EngineBed } from '../support/engine-bed.ts';

const rules = [createRule(1), createRule(2, { from: ':1', occurrence: 3, timeout: 60 })];
const directive = compileRules(rules);

function running({ engine }: EngineBed): number {
  return engine.gauges().managersRunning;
}

async function tick(bed: EngineBed, at: number): Promise<void> {
  bed.tick(at);
  await bed.settled();
}

describe('a directive manager', () => {
  it('is started by its first event, stopped when idle, and started again by the next', async () => {
    const bed = createEngineBed([directive, compileRules(rules, { id: 2 })], { idleSeconds: 300 });
    await bed.settled();
    assert.equal(running(bed), 0);
    for (const round of [0, 1, 2]) {
      const at = round * 1_000;
      await bed.post({ event_id: `a${String(round)}`, at });
      await bed.settled();
      assert.equal(running(bed), 2);
      // its backlog lives until second 60, and it is kept for the idle time after that
      await tick(bed, at + 59);
      await tick(bed, at + 61);
      assert.equal(bed.engine.gauges().backlogs, 0);
      await tick(bed, at + 300);
      await tick(bed, at + 360);
      assert.equal(running(bed), 2, 'idle for less than the time allowed');
      await tick(bed, at + 361);
      assert.equal(running(bed), 0);
    }
    assert.deepEqual(bed.alarmEvents(), ['1 a0', '1 a0', '1 a1', '1 a1', '1 a2', '1 a2']);
  });

  it('loses no event to being stopped and started', async () => {
    const bed = createEngineBed([directive], { idleSeconds: 0 });
    for (let round = 0; round < 40; round += 1) {
      // the tick that stops the manager and the event that starts it are told in one turn
      bed.tick(round * 100 + 99);
      void bed.post({ at: (round + 1) * 100 });
      if (round % 3 === 0) await bed.settled();
    }
    await bed.settled();
    assert.equal(bed.alarmEvents().length, 40);
    assert.equal(bed.counters.backlogsOpened, 40);
  });

  it('is not started by an event of a whitelisted source or one that no rule asks for', async () => {
    const bed = createEngineBed([directive]);
    await bed.post({ plugin_sid: 99 }, { plugin_id: 9 });
    await bed.settled();
    assert.equal(running(bed), 0);
    assert.equal(bed.ledger.noDirective, 2);
  });

  it('runs from the start with preload', async () => {
    const directives = [1, 2, 3].map((id) => compileRules(rules, { id }));
    const bed = createEngineBed(directives, {
      ...{ preload: true, idleSeconds: Number.POSITIVE_INFINITY },
    });
    await bed.settled();
    assert.equal(running(bed), 3);
    await tick(bed, 100_000);
    assert.equal(running(bed), 3);
    assert.equal(bed.engine.gauges().directives, 3);
  });
});

describe('expiry by ticks', () => {
  it('leaves a backlog its last second and ends it in the next, without an event', async () => {
    const bed = createEngineBed([directive]);
    await bed.post({ event_id: 'a' });
    await bed.settled();
    for (const at of [1, 59, 60]) await tick(bed, at);
    assert.equal(bed.engine.gauges().backlogs, 1);
    assert.equal(bed.alarms().length, 1);
    await tick(bed, 61);
    assert.equal(bed.engine.gauges().backlogs, 0);
    assert.deepEqual(
      bed.alarms().map(({ rules: [, second] }) => second?.status),
      [undefined, 'timeout'],
    );
    assert.equal(bed.counters.backlogsTimedOut, 1);
    await tick(bed, 62);
    assert.equal(bed.alarms().length, 2);
  });

  it('never comes before inputs that were admitted earlier', async () => {
    const bed = createEngineBed([directive]);
    void bed.post({ event_id: 'a' });
    // all in one turn: the events are admitted in second 60, the tick is of second 61
    void bed.post({ event_id: 'b', plugin_sid: 2, at: 60 });
    bed.tick(61);
    await bed.settled();
    assert.deepEqual(bed.alarmEvents(), ['1 a', '2 b']);
    // its first event gave the stage another start
    assert.equal(bed.engine.gauges().backlogs, 1);
    await tick(bed, 120);
    assert.equal(bed.engine.gauges().backlogs, 1);
    await tick(bed, 121);
    assert.equal(bed.engine.gauges().backlogs, 0);
  });

  it('ends only those that are due', async () => {
    const bed = createEngineBed([directive]);
    for (const at of [0, 10, 20]) await bed.post({ at, src_ip: `10.0.1.${String(at)}` });
    await tick(bed, 71);
    assert.equal(bed.engine.gauges().backlogs, 1);
    assert.equal(bed.counters.backlogsTimedOut, 2);
  });
});

const sources = (count: number, at: number): EventFields[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ at, src_ip: `172.16.${String(index >> 8)}.${String(index & 255)}` },
  }));

describe('--max-backlogs', () => {
  it('ends those that got least far: a flood of forged sources cannot push out an attack that has advanced', async () => {
    const bed = createEngineBed([directive], { maxBacklogs: 10 });
    await bed.post({ event_id: 'a' });
    await bed.post({ event_id: 'b', plugin_sid: 2, at: 1 });
    for (const at of [2, 3, 4]) await bed.post(...sources(200, at));
    await bed.settled();
    assert.equal(bed.engine.gauges().backlogs, 10);
    assert.equal(bed.counters.backlogsEvicted, 591);
    await bed.post(
      { event_id: 'c', plugin_sid: 2, at: 5 },
      { event_id: 'd', plugin_sid: 2, at: 5 },
    );
    await bed.settled();
    const attack = bed.alarmEvents().filter((line) => /^\d [abcd]$/.test(line));
    assert.deepEqual(attack, ['1 a', '2 b', '2 c', '2 d']);
    assert.equal(bed.counters.backlogsCompleted, 1);
  });

  it('ends the oldest of those that got equally far, with status timeout', async () => {
    const bed = createEngineBed([directive], { maxBacklogs: 2 });
    for (const last of [1, 2, 3]) await bed.post({ at: last, src_ip: `10.0.0.${String(last)}` });
    await bed.settled();
    const ended = bed.alarms().filter(({ rules: shown }) => shown[1]?.status === 'timeout');
    assert.deepEqual(
      ended.map(({ src_ips }) => src_ips),
      [['10.0.0.1']],
    );
    assert.deepEqual([bed.counters.backlogsEvicted, bed.counters.backlogsTimedOut], [1, 0]);
  });

  it('warns once a minute', async () => {
    const bed = createEngineBed([directive], { maxBacklogs: 1 });
    const warnings = (): number =>
      bed.log.lines.filter(({ level, msg }) => level === 40 && msg.includes('more backlogs'))
        .length;
    await bed.post(...sources(50, 0));
    await bed.settled();
    assert.equal(warnings(), 1);
    await bed.post(...sources(50, 59));
    await bed.settled();
    assert.equal(warnings(), 1);
    await bed.post(...sources(50, 60));
    await bed.settled();
    assert.equal(warnings(), 2);
  });

  it('of 0 is no bound', async () => {
    const bed = createEngineBed([directive], { maxBacklogs: 0 });
    await bed.post(...sources(1_000, 0));
    await bed.settled();
    assert.equal(bed.engine.gauges().backlogs, 1_000);
  });
});

describe('lateness', () => {
  const cases: readonly [string, ageMs: number | undefined, sid: number, late: number][] = [
    ['within --max-delay is none', 1_000, 1, 0],
    ['more than --max-delay counts', 1_001, 1, 1],
    ['of unknown receive time counts', undefined, 1, 1],
    ['of what no backlog accepts does not count', 5_000, 2, 0],
  ];
  for (const [what, ageMs, sid, late] of cases) {
    it(what, async () => {
      let raised = 0;
      const onLate = (): void => {
        raised += 1;
      };
      const bed = createEngineBed([directive], { maxDelayMs: 1_000, onLate, clockMs: () => 9_000 });
      const rcvd = ageMs === undefined ? {} : { rcvd_time: (9_000 - ageMs) * 1_000_000 };
      await bed.post({ plugin_sid: sid, ...rcvd });
      await bed.settled();
      assert.deepEqual([raised, bed.counters.lateBatches], [late, late]);
    });
  }
});
