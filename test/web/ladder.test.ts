import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sharedTitle } from '../../web/ladder/event-words.ts';
import { MOST_TICKS, toLaneMarks } from '../../web/ladder/lane-marks.ts';
import { exactScale, fitScale, placeOf } from '../../web/ladder/lane-scale.ts';
import { ruleWords, toText } from '../../web/ladder/rule-words.ts';
import { NO_CONTEXT, type RuleWords, type WordsContext } from '../../web/ladder/words.ts';

const RULE: RuleWords = {
  ...{ stage: 2, occurrence: 5, type: 'PluginRule', plugin_id: 4003, plugin_sid: [1] },
  ...{ from: 'ANY', to: 'HOME_NET', timeout: 600 },
};

const CASES: readonly {
  readonly rule: Partial<RuleWords>;
  readonly context?: Partial<WordsContext>;
  readonly words: string;
}[] = [
  { rule: {}, words: '5 × event of plugin 4003, sid 1 to HOME_NET within 10 min' },
  {
    rule: { from: '203.0.113.77', to: '10.20.0.5' },
    context: {
      ...{ references: { from: 1, to: 1 }, names: { '10.20.0.5': 'db01' } },
      titles: ['sshd: Failed password', 'sshd: Failed password'],
    },
    words: '5 × sshd: Failed password from 203.0.113.77 to db01 within 10 min',
  },
  {
    rule: { from: ':1', to: ':1', port_to: ':1' },
    words:
      '5 × event of plugin 4003, sid 1 from the source of stage 1 to the destination of stage 1, with the destination port of stage 1 within 10 min',
  },
  {
    rule: { stage: 1, occurrence: 1, from: '!HOME_NET', port_to: '22', timeout: 300 },
    words: 'event of plugin 4003, sid 1 from outside HOME_NET to HOME_NET, port 22',
  },
  {
    rule: { from: '10.0.0.0/8,192.168.0.0/16,!10.1.1.1', to: 'ANY', timeout: 0 },
    words: '5 × event of plugin 4003, sid 1 from 10.0.0.0/8 or 192.168.0.0/16, not 10.1.1.1',
  },
  {
    rule: { to: 'ANY', sticky_different: 'CUSTOM_DATA1' },
    context: { labels: { custom_data1: 'User' } },
    words: '5 × event of plugin 4003, sid 1, each with another user, within 10 min',
  },
  {
    rule: { to: 'ANY', sticky_different: 'DST_IP', custom_data2: 'admin', protocol: 'TCP' },
    words:
      '5 × event of plugin 4003, sid 1 over TCP, with custom data 2 admin, each to another host, within 10 min',
  },
  {
    rule: {
      ...{ type: 'TaxonomyRule', product: ['Firewall', 'IDS'], category: 'Scan', to: 'ANY' },
      ...{ subcategory: ['Port', 'Host'], occurrence: 1, timeout: 0 },
    },
    words: 'Scan, Port or Host told by Firewall or IDS',
  },
];

describe('what a stage needs, in words', () => {
  for (const { rule, context = {}, words } of CASES) {
    it(words, () => {
      const text = toText(ruleWords({ ...RULE, ...rule }, { ...NO_CONTEXT, ...context }));
      assert.equal(text.replaceAll('\u00a0', ' '), words);
    });
  }

  it('marks what came from an earlier stage, with where it came from', () => {
    const context = { ...NO_CONTEXT, references: { to: 1 }, names: { '10.0.0.5': 'db01' } };
    const words = ruleWords({ ...RULE, to: '10.0.0.5' }, context);
    const tip = '10.0.0.5, destination of stage 1';
    assert.deepEqual(
      words.filter(({ mark }) => mark === 'ref'),
      [{ text: 'db01', mark: 'ref', tip }],
    );
  });

  it('lists many sids only in the tip', () => {
    const words = ruleWords({ ...RULE, plugin_sid: [1, 2, 3, 4, 5, 6] }, NO_CONTEXT);
    assert.match(toText(words), /plugin 4003 with one of 6 sids/);
    assert.equal(words.find(({ mark }) => mark === 'ref')?.tip, 'sid 1, 2, 3, 4, 5, 6');
  });
});

describe('the title that events share', () => {
  const cases: readonly [titles: string[], shared: string | undefined][] = [
    [[], undefined],
    [['a b', 'a b'], 'a b'],
    [['Failed password for root', 'Failed password for admin'], 'Failed password for …'],
    [['Failed password', 'Failed login'], undefined],
    [['one thing', 'another'], undefined],
    [['', 'only this'], 'only this'],
  ];
  for (const [titles, shared] of cases) {
    it(`of ${JSON.stringify(titles)} is ${String(shared)}`, () => {
      assert.equal(sharedTitle(titles), shared);
    });
  }
});

describe('the clock of a ladder', () => {
  it('begins and ends at round times and holds the whole span', () => {
    const scale = fitScale({ from: 3600 + 61, to: 3600 + 1530 });
    assert.equal(scale.step, 300);
    assert.equal(scale.from, 3600);
    assert.equal(scale.to, 3600 + 1800);
    assert.deepEqual(scale.marks, [3600, 3900, 4200, 4500, 4800, 5100, 5400]);
  });

  it('is round in the zone of the reader', () => {
    const { marks } = fitScale({ from: 0, to: 3 * 86_400 }, 5.5 * 3600);
    for (const mark of marks) assert.equal((mark + 5.5 * 3600) % 43_200, 0);
  });

  it('has a width even for one event', () => {
    const { from, to } = fitScale({ from: 1000, to: 1000 });
    assert.ok(to > from);
  });

  it('keeps exactly to what was dragged', () => {
    const { from, to, marks } = exactScale({ from: 1003.5, to: 1060 });
    assert.deepEqual([from, to], [1003.5, 1060]);
    assert.ok(marks.length > 0 && marks.every((mark) => mark > from && mark <= to));
  });

  it('places times as shares of the width', () => {
    assert.equal(placeOf(150, { from: 100, to: 200 }), 0.5);
  });
});

describe('the marks of a lane', () => {
  const span = { from: 0, to: 1400 };
  it('are a tick for each event in sight', () => {
    assert.deepEqual(toLaneMarks([-5, 3, 9, 2000], [], span), { kind: 'ticks', at: [3, 9] });
  });

  it('are a strip past 200 ticks', () => {
    const times = Array.from({ length: MOST_TICKS + 1 }, (_, index) => index);
    const marks = toLaneMarks(times, [], span);
    assert.ok(marks.kind === 'density');
    assert.equal(Math.max(...marks.shares), 1);
    assert.equal(marks.shares.at(-1), 0);
  });

  it('are a strip where events were not kept, which counts as many as they were', () => {
    const marks = toLaneMarks([1395], [{ time: 0, seconds: 100, count: 40 }], span);
    assert.ok(marks.kind === 'density');
    assert.deepEqual(marks.shares.slice(0, 11), [...new Array<number>(10).fill(1), 0]);
    assert.equal(marks.shares.at(-1), 0.25);
  });
});
