import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlarmDetail, HistoryEntry, StageView } from '../../../server/schemas/alarm-detail.ts';
import { customColumns } from '../../../web/alarm/event-columns.ts';
import { addNewer, type AlarmEvent } from '../../../web/alarm/event-pages.ts';
import { historyWords } from '../../../web/alarm/history-words.ts';
import { placeInList } from '../../../web/alarm/list-place.ts';
import { mergeDetail, needsAnew } from '../../../web/alarm/merge-detail.ts';
import { portsText } from '../../../web/alarm/ports-text.ts';
import { progressWords } from '../../../web/alarm/progress-words.ts';
import { nextTermsOf, termsOf, unrounded } from '../../../web/alarm/risk-terms.ts';
import { allowedTime, spanOf } from '../../../web/alarm/stage-span.ts';
import { parseAnswer } from '../../../web/api/json-answer.ts';
import type { AlarmState, LiveBatch } from '../../../web/live/feed-batch.ts';
import { stageBeginnings } from '../../../web/ladder/stage-times.ts';
import { makeAlarmDetail, makeStage } from '../../support/alarm-detail-view.ts';
import { makeAlarmState, makeCounts } from '../../support/alarm-states.ts';

const NOTHING: LiveBatch = {
  ...{ alarms: new Map(), counts: new Map(), backlogs: new Map() },
  ...{ changes: [], notices: [], renew: false, begunAt: undefined },
};

describe('the alarm on the page', () => {
  const detail = makeAlarmDetail();
  const id = detail.alarm.alarm_id;

  it('takes counts of the stage under way in, and keeps what each stage did', () => {
    const counts = makeCounts({ events: 4, events_total: 9, deadline: 1700 });
    const merged = mergeDetail(detail, { ...NOTHING, counts: new Map([[id, counts]]) });
    assert.equal(merged.events_total, 9);
    assert.deepEqual(
      merged.stages.map(({ came, deadline }) => ({ came, deadline })),
      [
        { came: 1, deadline: null },
        { came: 4, deadline: 1700 },
        { came: 0, deadline: null },
      ],
    );
  });

  it('takes a new state in although that counts stages where it has them one by one', () => {
    const state = tellState({ alarm: { alarm_id: id, status: 'Closed' } });
    const merged = mergeDetail(detail, { ...NOTHING, alarms: new Map([[id, state]]) });
    assert.equal(merged.alarm.status, 'Closed');
    assert.equal(merged.stages.length, 3);
  });

  it('is the same object when it is not told of', () => {
    const counts = new Map([['another', makeCounts()]]);
    assert.equal(mergeDetail(detail, { ...NOTHING, counts }), detail);
  });

  it('is asked for anew when a stage, a person or a gap changed what only the engine knows', () => {
    assert.equal(needsAnew(id, { ...NOTHING, counts: new Map([[id, makeCounts()]]) }), false);
    assert.equal(needsAnew(id, { ...NOTHING, renew: true }), true);
    assert.equal(needsAnew(id, { ...NOTHING, alarms: new Map([[id, tellState()]]) }), true);
  });

  it('says how far it is', () => {
    assert.equal(progressWords(detail), '1 of 3 stages, under way');
    assert.equal(progressWords({ ...detail, progress: 'timeout' }), '1 of 3 stages, timed out');
    assert.equal(progressWords({ ...detail, progress: 'complete' }), 'all 3 stages');
  });
});

describe('the kept events of an alarm', () => {
  const event = (place: number): AlarmEvent => ({ place, stage: 1, event: {} });
  const known = [event(3), event(2), event(1)];

  it('get newer ones before them, each once', () => {
    const page = { events: [event(5), event(4), event(3)], next: 'further' };
    assert.deepEqual(
      addNewer(known, page)?.map(({ place }) => place),
      [5, 4, 3, 2, 1],
    );
  });

  it('are asked for as a whole when there is a gap', () => {
    assert.equal(addNewer(known, { events: [event(9), event(8)], next: 'further' }), null);
  });

  it('are the same when nothing is newer', () => {
    assert.equal(addNewer(known, { events: [event(3)], next: null }), known);
  });

  it('have columns for the custom data that they carry, headed as most of them say', () => {
    const events = [
      { custom_data1: 'root', custom_label1: 'User' },
      { custom_data1: 'admin', custom_label1: 'User' },
      { custom_data1: 'x', custom_label1: 'Account', custom_data3: 'y', custom_label3: '' },
      { custom_label2: 'Never filled' },
    ].map((fields, place) => ({ place, stage: 1, event: fields }));
    assert.deepEqual(customColumns(events), [
      { key: 'custom_data1', label: 'User' },
      { key: 'custom_data3', label: 'Custom data 3' },
    ]);
  });
});

describe('the sum of a risk', () => {
  const risks = [
    { stage: 1, time: 990, priority: 5, reliability: 1, asset_value: 4, address: '', risk: 0 },
    {
      stage: 2,
      time: 995,
      priority: 5,
      reliability: 9,
      asset_value: 4,
      address: '10.0.0.5',
      risk: 7,
    },
  ];
  const detail = makeAlarmDetail({ risks, names: { '10.0.0.5': 'db01' } });

  it('has the terms of the stage that gave it', () => {
    const terms = termsOf({ ...detail, alarm: { ...detail.alarm, risk: 7 } });
    assert.ok(terms !== null);
    assert.equal(unrounded(terms), 7.2);
    assert.deepEqual(terms, {
      ...{ stage: 2, priority: 5, reliability: 9, assetValue: 4, asset: 'db01', risk: 7 },
    });
  });

  it('has no terms when none were recorded', () => {
    assert.equal(termsOf(makeAlarmDetail({ risks: [] })), null);
  });

  it('foresees the stage under way by the highest value of today', () => {
    const stages = [makeStage({ stage: 2, state: 'running', would_be: 8, reliability: 10 })];
    const addresses = [address('10.0.0.6', 2), address('10.0.0.5', 4)];
    assert.deepEqual(nextTermsOf({ ...detail, stages, addresses }), {
      ...{ stage: 2, priority: 5, reliability: 10, assetValue: 4, asset: '10.0.0.5', risk: 8 },
    });
  });
});

describe('the history in words', () => {
  const at = 1000;
  const entry = (what: HistoryEntry['what'], rest: Partial<HistoryEntry> = {}): HistoryEntry => ({
    ...{ at, by: '', what, from: '', value: '' },
    ...rest,
  });
  const history = [
    entry('ended', { value: 'timeout' }),
    entry('assignee', { by: 'ann', value: 'ann' }),
    entry('comment', { by: 'ann', value: 'Is it ours?' }),
    entry('status', { by: 'bob', from: 'Open', value: 'Closed' }),
    entry('stage', { value: '3', risk: 4 }),
    entry('stage', { value: '2', risk: 2 }),
    entry('stage', { value: '1', risk: 0 }),
    entry('opened'),
  ];

  it('says who did what, and what each stage made of the risk', () => {
    assert.deepEqual(historyWords(history), [
      { who: '', text: 'timed out' },
      { who: 'ann', text: 'took it' },
      { who: 'ann', text: '', quote: 'Is it ours?' },
      { who: 'bob', text: 'Open to Closed' },
      { who: '', text: 'stage 3 finished, risk 2 to', risk: 4 },
      { who: '', text: 'stage 2 finished, alarm raised with risk', risk: 2 },
      { who: '', text: 'stage 1 finished, risk 0' },
      { who: '', text: 'backlog opened' },
    ]);
  });
});

describe('the place in the list that one came from', () => {
  const list = (gone: readonly string[]): Parameters<typeof placeInList>[0] => ({
    order: ['a', 'b', 'c', 'd'],
    rows: new Map(['a', 'b', 'c', 'd'].map((id) => [id, { gone: gone.includes(id) }])),
    total: 27,
  });

  it('has neighbours', () => {
    assert.deepEqual(placeInList(list([]), 'b'), { place: 2, total: 27, previous: 'a', next: 'c' });
    assert.deepEqual(placeInList(list([]), 'd')?.next, null);
  });

  it('passes over those that one has closed, and keeps the neighbours of the one just closed', () => {
    assert.deepEqual(placeInList(list(['b', 'c']), 'b'), {
      ...{ place: null, total: 25, previous: 'a', next: 'd' },
    });
  });

  it('is none for an alarm that was opened by its address', () => {
    assert.equal(placeInList(list([]), 'x'), null);
  });
});

describe('the times that lanes show', () => {
  const finished = makeStage({ stage: 1, started: 990, ended: 990, state: 'finished' });
  const timedOut = makeStage({ stage: 2, started: 1000, ended: null, state: 'timeout' });

  it('go to now while it is under way, else to its end', () => {
    const detail = makeAlarmDetail({ stages: [finished, timedOut] });
    assert.deepEqual(spanOf(detail, new Map(), 5000), { from: 990, to: 5000 });
    const over: AlarmDetail = { ...detail, progress: 'timeout' };
    assert.deepEqual(spanOf(over, new Map(), 5000), { from: 990, to: 1600 });
  });

  it('hold all events that were kept', () => {
    const detail = makeAlarmDetail({ stages: [finished, timedOut], progress: 'timeout' });
    assert.deepEqual(spanOf(detail, new Map([[1, [10, 9000]]]), 0), { from: 10, to: 9000 });
  });

  it('let a stage wait from the end of the one before, and its limit count from its first event', () => {
    const stages: StageView[] = [finished, makeStage({ stage: 2, started: 1000, ended: 1100 })];
    assert.deepEqual(
      [...stageBeginnings(stages)],
      [
        [1, 990],
        [2, 990],
      ],
    );
    assert.deepEqual(allowedTime(makeStage({ stage: 2, started: 1000 }), 990), {
      from: 990,
      to: 1600,
    });
    assert.equal(allowedTime(finished, 990), null);
  });
});

describe('ports', () => {
  const cases: readonly [ports: number[], text: string][] = [
    [[], ''],
    [[22], 'port 22'],
    [[22, 80, 443], 'ports 22, 80 and 443'],
    [[1, 2, 3, 4, 5], 'ports 1–5'],
    [[1, 2, 3, 4, 9], 'ports 1–9, 5 of them'],
  ];
  for (const [ports, text] of cases) {
    it(`${ports.join(' ')} are "${text}"`, () => {
      assert.equal(portsText(ports), text);
    });
  }
});

/** A state as it comes over the feed. */
function tellState(...given: Parameters<typeof makeAlarmState>): AlarmState {
  return parseAnswer<AlarmState>(JSON.stringify(makeAlarmState(...given)));
}

function address(ip: string, value: number): AlarmDetail['addresses'][number] {
  return {
    ...{ ip, roles: ['to'], name: '', value, home_net: true, networks: [], ports: [] },
    ...{ hits: [], vulnerabilities: [], other_alarms: 0 },
  };
}
