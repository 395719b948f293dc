// A backlog that is saved and loaded again goes on as if nothing had been (SPEC §10).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { offerInputs } from '../../../core/correlation/offer-inputs.ts';
import type { Backlog } from '../../../core/correlation/backlog.ts';
import { saveBacklog } from '../../../core/correlation/saved-backlog.ts';
import type { Directive } from '../../../core/directive/directive.ts';
import { restoreBacklogs, type RestoredFile } from '../../../state/restore-backlogs.ts';
import {
  compileRules,
  createContext,
  createEvent,
  createRule,
  open,
  START,
  TAXONOMY,
  type EventFields,
} from '../../support/correlation-bed.ts';
import { trials } from '../../support/trials.ts';

const context = createContext();
const rules = [
  createRule(1),
  createRule(2, { from: ':1', occurrence: 3, sticky_different: 'DST_IP' }),
  createRule(3, { port_to: ':2', custom_data1: ':1', occurrence: 2 }),
];
const directive = compileRules(rules, { name: 'from SRC_IP' });

/** A backlog in stage 2 with two events counted. */
function openHalfway(of = directive): Backlog {
  const { backlog, offer } = open(of, { src_ip: 'fd00::1', custom_data1: 'Root' });
  offer({ plugin_sid: 2, event_id: 'b', src_ip: 'fd00::1', dst_port: 22, at: 1 });
  offer({ plugin_sid: 2, event_id: 'c', src_ip: 'fd00::1', dst_ip: '10.0.0.9', at: 2 });
  return backlog;
}

const UNTOUCHED = { vulnerabilities: [], status: undefined, tag: undefined, deleted: false };
const HITS = [{ provider: 'Wise', term: 'fd00::1', result: 'bad' }];

function save(backlog: Backlog): Record<string, unknown> {
  const text = JSON.stringify(saveBacklog(backlog, { ...UNTOUCHED, intelHits: HITS }, context));
  const item: unknown = JSON.parse(text);
  assert.ok(typeof item === 'object' && item !== null);
  return { ...item };
}

function restore(items: readonly unknown[], under: Directive = directive): RestoredFile {
  return restoreBacklogs(items, under, context);
}

function restoreOne(item: unknown, under = directive): Backlog {
  const { backlogs, rejected } = restore([item], under);
  assert.deepEqual([...rejected.keys()], []);
  const [backlog] = backlogs;
  assert.ok(backlog !== undefined);
  return backlog;
}

type Saved = Readonly<Record<string, unknown>>;

/** The saved rules with changes to one of them. */
function editRule(item: Saved, stage: number, changes: object): Saved {
  const saved = item['rules'];
  assert.ok(Array.isArray(saved));
  const edited = saved.map((rule: unknown, index) =>
    index === stage - 1 && typeof rule === 'object' ? { ...rule, ...changes } : rule,
  );
  return { ...item, rules: edited };
}

/** The backlog without what only saves work on the next event. */
function essence(backlog: Backlog): object {
  return { ...backlog, lastSource: undefined, lastDestination: undefined };
}

function inputsOf(events: readonly EventFields[]): Parameters<typeof offerInputs>[1] {
  return events.map((fields, index) => ({
    ...{ sequence: index + 1, now: START + (fields.at ?? 0), event: createEvent(fields) },
  }));
}

describe('a backlog of ours, saved and loaded', () => {
  it('is equal in everything that going on needs', () => {
    const backlog = openHalfway();
    assert.deepEqual(essence(restoreOne(save(backlog))), essence(backlog));
  });

  it('goes on with references, sticky values and ids, and writes what the other would have written', () => {
    const original = openHalfway();
    const loaded = restoreOne(save(original));
    const inputs = inputsOf([
      { plugin_sid: 2, event_id: 'b', src_ip: 'fd00::1', dst_ip: '10.0.0.8', at: 3 },
      { plugin_sid: 2, src_ip: 'fd00::2', dst_ip: '10.0.0.7', at: 3 },
      { plugin_sid: 2, src_ip: 'fd00::1', dst_ip: '10.0.0.9', at: 3 },
      { plugin_sid: 2, src_ip: 'fd00::1', dst_ip: '10.0.0.7', at: 3 },
      { plugin_sid: 3, dst_port: 22, custom_data1: 'root', at: 4 },
      { plugin_sid: 3, dst_port: 22, custom_data1: 'Root', at: 2 },
      { plugin_sid: 3, dst_port: 22, custom_data1: 'Root', at: 4 },
      { plugin_sid: 3, dst_port: 22, custom_data1: 'Root', at: 5 },
    ]);
    const expected = offerInputs(original, inputs, context);
    assert.deepEqual([expected.consumed, expected.discarded], [[0, 3, 6, 7], [5]]);
    assert.deepEqual(offerInputs(loaded, inputs, context), expected);
  });

  it('keeps what a person set, else follows the options; the findings come back with the alarm', () => {
    const item = save(Object.assign(openHalfway(), { status: 'Closed', tag: 'False Positive' }));
    assert.deepEqual([item['status'], item['tag']], ['Closed', 'False Positive']);
    const { backlogs, effects } = restore([item]);
    assert.deepEqual([backlogs[0]?.status, backlogs[0]?.tag], ['Closed', 'False Positive']);
    const [resumed] = effects;
    assert.ok(resumed?.type === 'resume-alarm');
    assert.equal(resumed.alarmId, 'AAAAAAAAA');
    assert.deepEqual(resumed.findings, { intelHits: HITS, vulnerabilities: [] });
    assert.equal(restoreOne(save(openHalfway())).status, undefined);
  });

  it('takes kingdom, category and priority from the directive as it is now, and the class of its risk from the options', () => {
    const changed = compileRules(rules, {
      ...{ name: 'from SRC_IP', kingdom: 'k', category: 'c', priority: 1 },
    });
    const { head, riskClass } = restoreOne({ ...save(openHalfway()), risk: 7 }, changed);
    assert.deepEqual(
      [head.kingdom, head.category, head.priority, riskClass],
      ['k', 'c', 1, 'High'],
    );
  });

  it('shares the rules of the directive where they are the same, else has its own', () => {
    const item = save(openHalfway());
    assert.equal(restoreOne(item).ruleSet, directive.ruleSet);
    const other = [rules[0] ?? createRule(1), createRule(2, { occurrence: 9 })];
    const changed = compileRules(other, { name: 'from SRC_IP' });
    const { backlogs } = restore([item, { ...item, alarm_id: 'BBBBBBBBB' }], changed);
    assert.equal(backlogs[0]?.ruleSet.rules.length, 3);
    assert.equal(backlogs[0].ruleSet, backlogs[1]?.ruleSet);
  });

  it('runs on the rules of its file as an operator edited them', () => {
    const edited = editRule(save(openHalfway()), 2, { occurrence: 2, from: 'ANY', timeout: 7 });
    const backlog = restoreOne(edited);
    const [, rule] = backlog.ruleSet.rules;
    assert.deepEqual([rule?.occurrence, rule?.timeoutSeconds], [2, 7]);
    const next = inputsOf([{ plugin_sid: 2, src_ip: '192.0.2.1', dst_ip: '10.0.0.3', at: 3 }]);
    assert.deepEqual(offerInputs(backlog, next, context).consumed, [0]);
    assert.equal(backlog.stage, 3);
  });

  it('takes all_rules_always_active from the directive', () => {
    const active = compileRules(rules, { name: 'from SRC_IP', all_rules_always_active: true });
    const { ruleSet } = restoreOne(editRule(save(openHalfway()), 2, { occurrence: 9 }), active);
    assert.equal(ruleSet.allRulesAlwaysActive, true);
  });

  it('comes back in a directive whose file is not in the order of its stages', () => {
    const shuffled = compileRules([...rules].reverse(), { name: 'from SRC_IP' });
    const backlog = openHalfway(shuffled);
    assert.deepEqual(essence(restoreOne(save(backlog), shuffled)), essence(backlog));
  });
});

describe('a backlog that cannot go on is set aside', () => {
  const item = save(openHalfway());
  const rows: readonly [string, unknown, RegExp][] = [
    [
      'its directive has another name',
      save(openHalfway(compileRules(rules, { name: 'x' }))),
      /now named "from SRC_IP"/,
    ],
    [
      'its rules were edited into something invalid',
      editRule(item, 2, { from: 'nowhere' }),
      /stage 2, from/,
    ],
    [
      'no stage is left',
      editRule(editRule(item, 2, { status: 'finished' }), 3, { status: 'timeout' }),
      /no stage is left/,
    ],
    ['it is no backlog', 'text', /./],
    ['it has no rules', { ...item, rules: [] }, /rules/],
    ['a risk above 10', { ...item, risk: 11 }, /risk/],
    ['an alarm_id that would break a line', { ...item, alarm_id: 'a"\n' }, /alarm_id/],
  ];
  for (const [what, bad, reason] of rows) {
    it(what, () => {
      const { backlogs, effects, rejected } = restore([bad]);
      assert.deepEqual([backlogs, effects], [[], []]);
      const [[problem, items] = ['', []]] = rejected;
      assert.match(problem, reason);
      assert.deepEqual(items, [bad]);
    });
  }

  it('another of the same alarm_id, and the first stays', () => {
    const { backlogs, rejected } = restore([item, item]);
    assert.equal(backlogs.length, 1);
    assert.deepEqual([...rejected.values()], [[item]]);
  });

  it('and the others of its file go on', () => {
    const { backlogs, rejected } = restore([null, item, { ...item, title: 1, alarm_id: 'C' }]);
    assert.equal(backlogs.length, 1);
    assert.equal([...rejected.values()].flat().length, 2);
  });
});

describe('whatever a file holds', () => {
  it('loading never throws, and what is loaded can be offered events and saved again', () => {
    const taxonomy = compileRules([createRule(1, TAXONOMY), createRule(2, TAXONOMY)]);
    const items = [
      save(openHalfway()),
      save(open(taxonomy, { product: 'p', category: 'c' }).backlog),
    ];
    const keys = fc.constantFrom(...items.flatMap((item) => Object.keys(item)));
    const ruleKeys = [
      'stage',
      'occurrence',
      'status',
      'saved_event_ids',
      'from',
      'to',
      'plugin_sid',
    ];
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(':1', ':2', 'finished', 'timeout', '', 0, 1, 2, 3, 1e21, null, '10.0.0.1'),
    );
    const events = inputsOf([{}, { plugin_sid: 2, at: 1 }, { plugin_sid: 3, at: 900 }]);
    fc.assert(
      fc.property(
        fc.constantFrom(...items),
        fc.dictionary(keys, value, { maxKeys: 2 }),
        fc.dictionary(fc.constantFrom(...ruleKeys), value, { maxKeys: 2 }),
        fc.integer({ min: 1, max: 3 }),
        (item, changes, ruleChanges, stage) => {
          const changed = editRule(item, stage, ruleChanges);
          const { backlogs, rejected } = restore([{ ...changed, ...changes }]);
          assert.equal(backlogs.length + rejected.size, 1);
          for (const backlog of backlogs) {
            offerInputs(backlog, events, context);
            save(backlog);
          }
        },
      ),
      { numRuns: trials(10_000) },
    );
  });

  it('loading never throws for any JSON at all', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 3 }), (items) => {
        assert.equal(restore(items).backlogs.length, 0);
      }),
      { numRuns: trials(2_000) },
    );
  });
});
