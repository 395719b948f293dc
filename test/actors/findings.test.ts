// What look-ups find and what the alarm file says of it (SPEC §8, DESIGN §4 Enrichment).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LookUps } from '../../actors/enricher.ts';
import type { Finding } from '../../core/alarm/alarm-record.ts';
import { changeRuleSet, compileRules, createRule } from '../support/correlation-bed.ts';
import { createEngineBed, type EngineBed } from '../support/engine-bed.ts';

const directive = compileRules([
  createRule(1),
  createRule(2, { from: ':1', reliability: 9 }),
  createRule(3, { from: ':1', timeout: 600 }),
]);

/** A look-up under way: what was asked, how to answer, how to end it. */
interface Asked {
  readonly request: Parameters<LookUps['lookUp']>[0];
  readonly find: (...results: string[]) => void;
  readonly end: () => void;
}

function createLookUps(): { lookUps: LookUps; asked: Asked[] } {
  const asked: Asked[] = [];
  const lookUps: LookUps = {
    hasSources: () => true,
    lookUp: (request, onFindings) =>
      new Promise((end) => {
        asked.push({
          request,
          find: (...results) => {
            onFindings({ intelHits: results.map(hit), vulnerabilities: [] });
          },
          end,
        });
      }),
  };
  return { lookUps, asked };
}

function hit(result: string): Finding {
  return { provider: 'Wise', term: '10.0.0.1', result };
}

/** Each alarm line in short: its current risk and what was found. */
function outline(bed: EngineBed): string[] {
  return bed
    .alarms()
    .map(({ risk, intel_hits = [] }) =>
      [risk, ...intel_hits.map(({ result }) => result)].join(' '),
    );
}

describe('findings of look-ups', () => {
  it('never delay the alarm, and a late one is one more line', async () => {
    const { lookUps, asked } = createLookUps();
    const bed = createEngineBed([directive], { lookUps });
    await bed.post({ dst_port: 22 });
    await bed.settled();
    assert.deepEqual(outline(bed), ['5']);
    assert.deepEqual(
      asked.map(({ request }) => [
        request.ips.map(({ text }) => text),
        request.sockets.map(({ ip, port, text }) => [ip, port, text]),
      ]),
      [
        [
          ['10.0.0.1', '10.20.0.5'],
          [
            ['10.0.0.1', 0, '10.0.0.1:0'],
            ['10.20.0.5', 22, '10.20.0.5:22'],
          ],
        ],
      ],
    );
    asked[0]?.find('bad');
    await bed.settled();
    assert.deepEqual(outline(bed), ['5', '5 bad']);
  });

  it('never shrink, are written once, and never bring back an older state', async () => {
    const { lookUps, asked } = createLookUps();
    const bed = createEngineBed([directive], { lookUps });
    await bed.post({});
    await bed.post({ plugin_sid: 2, at: 1 });
    await bed.settled();
    const [first, second] = asked;
    assert.ok(first !== undefined && second !== undefined);
    // the answer to the first update comes after the second
    first.find('old');
    await bed.settled();
    second.find('new');
    second.find('old', 'new');
    second.end();
    await bed.settled();
    assert.deepEqual(outline(bed), ['5', '9', '9 old', '9 old new']);
    await bed.post({ plugin_sid: 3, at: 2 });
    await bed.settled();
    assert.deepEqual(outline(bed).at(-1), '5 old new');
  });

  it('complete the alarm of a backlog that has ended, until its look-ups have', async () => {
    const { lookUps, asked } = createLookUps();
    const bed = createEngineBed([directive], { lookUps });
    await bed.post({}, { plugin_sid: 2 }, { plugin_sid: 3 });
    await bed.settled();
    assert.equal(bed.counters.backlogsCompleted, 1);
    for (const { find, end } of asked.slice(0, 2)) {
      find('late');
      end();
    }
    await bed.settled();
    asked[2]?.find('later');
    asked[2]?.end();
    await bed.settled();
    assert.deepEqual(outline(bed).slice(3), ['5 late', '5 late later']);
    const last = bed.alarms().at(-1);
    assert.deepEqual(
      last?.rules.map(({ status }) => status),
      ['finished', 'finished', 'finished'],
    );
  });

  it('are not asked for on a time-out, but are in its line', async () => {
    const { lookUps, asked } = createLookUps();
    const bed = createEngineBed([directive], { lookUps });
    await bed.post({});
    await bed.settled();
    asked[0]?.find('bad');
    bed.tick(61);
    await bed.settled();
    assert.equal(asked.length, 1);
    assert.equal(outline(bed).at(-1), '5 bad');
  });

  it('are saved with the backlog and come back with it', async () => {
    const { lookUps, asked } = createLookUps();
    const first = createEngineBed([directive], { lookUps });
    await first.post({});
    await first.settled();
    asked[0]?.find('bad');
    await first.settled();
    await first.engine.terminate(1_000);
    const second = createEngineBed([directive]);
    second.restore(directive, first.saved.get(1) ?? []);
    await second.post({ plugin_sid: 2 });
    await second.settled();
    assert.deepEqual(outline(second), ['9 bad']);
  });
});

describe('the alarm-writer', () => {
  it('goes on when one effect fails: the others are written and the events settle', async () => {
    const bed = createEngineBed([
      directive,
      compileRules([createRule(1), createRule(2)], { id: 2 }),
    ]);
    const broken = Object.defineProperty([...directive.ruleSet.asWritten], 'map', {
      value: () => [{ toJSON: () => assert.fail('it cannot be written') }],
    });
    const poisoned = changeRuleSet(directive, { asWritten: broken });
    const failing = createEngineBed(
      [poisoned, compileRules([createRule(1), createRule(2)], { id: 2 })],
      {},
    );
    for (const { post, settled } of [bed, failing]) {
      await post({ event_id: 'a' }, { event_id: 'b', plugin_sid: 2 });
      await settled();
    }
    assert.deepEqual(bed.alarms().length - failing.alarms().length, 2);
    assert.deepEqual(failing.alarmEvents().sort(), bed.alarmEvents().sort());
    assert.equal(failing.counters.actorFailures, 2);
    assert.equal(failing.log.find('an effect of correlation failed').length, 2);
    assert.equal(failing.engine.gauges().eventsInFlight, 0);
  });

  it('writes event ids as JSON, whatever is in them', async () => {
    const bed = createEngineBed([directive]);
    await bed.post({ event_id: 'a"\\\n\u2028é\ud800' });
    await bed.settled();
    assert.deepEqual(bed.alarmEvents(), ['1 a"\\\n\u2028é\ud800']);
  });

  it('settles an event only when its lines are on file', async () => {
    const bed = createEngineBed([directive]);
    bed.alarmFile.hold();
    await bed.post({}, { plugin_sid: 99 });
    for (let turns = 0; turns < 60; turns += 1) await new Promise((go) => setImmediate(go));
    assert.equal(bed.engine.gauges().eventsInFlight, 1);
    assert.equal(bed.ledger.alarmLines.waiting, 1);
    bed.alarmFile.release();
    await bed.settled();
    assert.equal(bed.counters.eventsSettled, 2);
  });
});
