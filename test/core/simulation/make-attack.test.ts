import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { AssetSource } from '../../../core/asset/assets.ts';
import { compileAssets } from '../../../core/asset/compile-assets.ts';
import type { DirectiveSource, RuleSource } from '../../../core/directive/directive-source.ts';
import { AddressChooser } from '../../../core/simulation/address-chooser.ts';
import {
  makeAttack,
  type Attack,
  type AttackMaker,
  type AttackResult,
} from '../../../core/simulation/make-attack.ts';
import { createRandom } from '../../../core/simulation/random.ts';
import { stampEvent } from '../../../core/simulation/simulated-event.ts';
import { directivesArbitrary } from '../../model/directive-arbitraries.ts';
import { isWhitelisted } from '../../model/address-book.ts';
import type { ModelInput, RawEvent } from '../../model/model-input.ts';
import { matchesRule } from '../../model/rule-matching.ts';
import { runModel } from '../../model/sequential-model.ts';
import {
  ASSETS,
  compile,
  createDirectiveSource,
  createRule,
  TAXONOMY,
} from '../../support/correlation-bed.ts';
import { runEngine } from '../../support/engine-under-test.ts';
import { trials } from '../../support/trials.ts';

const NOW = 1_800_000_000;
const OPTIONS = {
  ...{ discardOorEvents: true, minAlarmLifetimeMinutes: 0, medRiskMin: 3, medRiskMax: 6 },
  ...{ maxBacklogs: 0, status: 'Open', tag: 'Identified Threat' },
};

function createMaker(sources: readonly AssetSource[] = ASSETS, seed = 1): AttackMaker {
  const { assets } = compileAssets(sources);
  const random = createRandom(seed);
  let invented = 0;
  return {
    ...{ assets, random, addresses: new AddressChooser(sources, assets, random) },
    invent: () => `invented-${String((invented += 1))}`,
  };
}

function attack(
  rules: readonly RuleSource[],
  changes: Partial<DirectiveSource> = {},
  sources: readonly AssetSource[] = ASSETS,
): AttackResult {
  return makeAttack(compile(createDirectiveSource(rules, changes)), createMaker(sources));
}

function madeOf(result: AttackResult): Attack {
  assert.ok('attack' in result, JSON.stringify(result));
  return result.attack;
}

function valuesOf(result: AttackResult, key: string): unknown[] {
  return madeOf(result).events.map(({ event }) => new Map(Object.entries(event)).get(key));
}

function problemsOf(result: AttackResult): string[] {
  assert.ok('faults' in result);
  return result.faults.map(
    ({ stage, field, problem }) => `${String(stage ?? '')} ${field}: ${problem}`,
  );
}

/** By the reference model. */
function isFit(to: string, address: string, assets: readonly AssetSource[]): boolean {
  const event: RawEvent = {
    ...{ event_id: 'e', timestamp: '', title: 't', sensor: 's', src_ip: '10.0.0.1' },
    ...{ dst_ip: address, plugin_id: 1, plugin_sid: 1 },
  };
  return matchesRule(createRule(1, { to }), event, { assets, firstEvents: new Map() });
}

function inputsOf({ events }: Attack): ModelInput[] {
  const time = new Date(NOW * 1000).toISOString();
  return events.map(({ event }, index) => {
    const stamped = stampEvent(event, { id: `e${String(index)}`, time });
    assert.ok(isRawEvent(stamped));
    return { kind: 'event', now: NOW, event: stamped };
  });
}

function isRawEvent(event: object): event is RawEvent {
  return ['event_id', 'timestamp', 'title', 'sensor', 'src_ip', 'dst_ip'].every(
    (key) => key in event,
  );
}

describe('the events of an attack', () => {
  const home: readonly AssetSource[] = [{ name: 'office', cidr: '10.0.0.0/8', value: 3 }];
  const values: readonly (readonly [
    what: string,
    rules: readonly Partial<RuleSource>[],
    key: string,
    fits: (values: readonly unknown[]) => boolean,
  ])[] = [
    ['an address', [{ to: '10.1.2.3' }], 'dst_ip', ([to]) => to === '10.1.2.3'],
    [
      'an address of a network without a part of it',
      [{ to: '!10.0.0.0/9, 10.0.0.0/8' }],
      'dst_ip',
      ([to]) => /^10\.(12[89]|1[3-9]\d|2\d\d)\./.test(String(to)),
    ],
    [
      'an IPv6 network',
      [{ from: '2a00:1::/64' }],
      'src_ip',
      ([from]) => String(from).startsWith('2a00:1:'),
    ],
    [
      'the entry that stands before its negation',
      [{ from: '198.18.0.7,!198.18.0.0/16' }],
      'src_ip',
      ([from]) => from !== undefined,
    ],
    ['HOME_NET', [{ from: 'HOME_NET' }], 'src_ip', ([from]) => String(from).startsWith('10.')],
    ['!HOME_NET', [{ from: '! HOME_NET' }], 'src_ip', ([from]) => !String(from).startsWith('10.')],
    [
      'what is outside of everything in IPv4',
      [{ from: '!0.0.0.0/0', to: 'HOME_NET' }],
      'src_ip',
      ([from]) => String(from).includes(':'),
    ],
    ['a reference to an address', [{}, { from: ':1' }], 'src_ip', ([one, two]) => one === two],
    ['a negated port', [{ port_to: '!443' }], 'dst_port', ([port]) => port !== 443],
    ['the only port left', [{ port_to: '!80,80' }], 'dst_port', ([port]) => port !== 80],
    ['a reference to a port', [{}, { port_from: ':1' }], 'src_port', ([one, two]) => one === two],
    ['a protocol', [{ protocol: 'udp' }], 'protocol', ([protocol]) => protocol === 'udp'],
    ['custom data', [{ custom_data1: ' Root ' }], 'custom_data1', ([text]) => text === 'Root'],
    [
      'negated custom data',
      [{ custom_data1: '!root' }],
      'custom_data1',
      ([text]) => text !== 'root',
    ],
    [
      'a list of custom data',
      [{ custom_data2: '!cmd.exe,powershell.exe' }],
      'custom_data2',
      ([text]) => text !== 'cmd.exe',
    ],
    [
      'a reference to custom data that is left open',
      [{}, { custom_data3: ':1' }],
      'custom_data3',
      ([one, two]) => one === two && one !== undefined,
    ],
    [
      'a taxonomy',
      [{ ...TAXONOMY, subcategory: ['x', 'ANY'] }],
      'category',
      ([text]) => text === 'c',
    ],
    [
      'a subcategory',
      [{ ...TAXONOMY, subcategory: ['x'] }],
      'subcategory',
      ([text]) => text === 'x',
    ],
    [
      'so many sids',
      [{}, { plugin_sid: [4, 5, 6], occurrence: 3, sticky_different: 'PLUGIN_SID' }],
      'plugin_sid',
      (sids) => sids.join() === '1,4,5,6',
    ],
    [
      'so many sources',
      [{}, { occurrence: 300, sticky_different: 'SRC_IP' }],
      'src_ip',
      (sources) => new Set(sources.slice(1)).size === 300,
    ],
    [
      'every host of a small network',
      [{}, { to: '10.0.0.0/30', occurrence: 4, sticky_different: 'DST_IP' }],
      'dst_ip',
      (hosts) => new Set(hosts.slice(1)).size === 4,
    ],
    [
      'the spellings of a text that is compared without regard to case',
      [{}, { custom_data1: 'ab', occurrence: 4, sticky_different: 'CUSTOM_DATA1' }],
      'custom_data1',
      (texts) => new Set(texts.slice(1)).size === 4,
    ],
  ];
  for (const [what, changes, key, fits] of values) {
    it(`have ${what}`, () => {
      const rules = changes.map((change, index) => createRule(index + 1, change));
      const whole = rules.length === 1 ? [...rules, createRule(2)] : rules;
      const found = valuesOf(attack(whole, {}, home), key);
      assert.ok(fits(found), JSON.stringify(found));
    });
  }

  it('are of addresses with a value where that makes an alarm', () => {
    const { risks } = madeOf(attack([createRule(1), createRule(2, { to: '!HOME_NET' })]));
    assert.ok(
      risks.every((risk) => risk > 0),
      JSON.stringify(risks),
    );
    const [source] = valuesOf(
      attack([createRule(1, { to: '198.51.100.9' }), createRule(2, { to: ':1' })]),
      'src_ip',
    );
    assert.match(String(source), /^10\./);
  });

  it('take the most valuable asset when a network has too little value', () => {
    const rules = [createRule(1, { reliability: 1 }), createRule(2, { reliability: 1 })];
    const { risks } = madeOf(attack(rules));
    assert.deepEqual(risks, [1, 1]);
  });

  it('come from nobody whose events are dropped', () => {
    const scanner = { name: 'scanner', cidr: '198.18.0.0/15', value: 1, whitelisted: true };
    const [source] = valuesOf(
      attack([createRule(1), createRule(2)], {}, [...home, scanner]),
      'src_ip',
    );
    assert.match(String(source), /^2001:db8:/);
  });

  it('have other addresses than those of the attacks before, and of another seed', () => {
    const directive = compile(createDirectiveSource([createRule(1), createRule(2)]));
    const maker = createMaker();
    const attacks = Array.from({ length: 50 }, () => makeAttack(directive, maker));
    for (const key of ['src_ip', 'dst_ip']) {
      assert.equal(new Set(attacks.map((made) => valuesOf(made, key)[0])).size, 50);
    }
    const other = makeAttack(directive, createMaker(ASSETS, 2));
    assert.ok(!valuesOf(other, 'src_ip').includes(valuesOf(attacks[0] ?? other, 'src_ip')[0]));
    const same = makeAttack(directive, createMaker());
    assert.deepEqual(valuesOf(same, 'src_ip'), valuesOf(attacks[0] ?? other, 'src_ip'));
  });

  it('are of the cast of a story where the rules allow it', () => {
    const directive = compile(
      createDirectiveSource([createRule(1), createRule(2, { from: ':1', to: '!HOME_NET' })]),
    );
    const cast = { from: ['198.51.100.7'], to: ['10.0.0.9', '198.51.100.7'] };
    const events = madeOf(makeAttack(directive, createMaker(), cast)).events.map(
      ({ event }) => event,
    );
    assert.deepEqual(
      events.map(({ src_ip, dst_ip }) => [src_ip, dst_ip]),
      [
        ['198.51.100.7', '10.0.0.9'],
        ['198.51.100.7', '198.51.100.7'],
      ],
    );
  });
});

describe('a directive that cannot raise an alarm', () => {
  const everything: readonly AssetSource[] = [
    { name: 'all', cidr: '0.0.0.0/0', value: 5 },
    { name: 'all v6', cidr: '::/0', value: 5 },
  ];
  const cases: readonly (readonly [
    what: string,
    rules: readonly RuleSource[],
    problem: RegExp,
    sources?: readonly AssetSource[],
  ])[] = [
    [
      'asks for an address that there is not',
      [createRule(1, { from: '!0.0.0.0/0, !::/0' }), createRule(2)],
      /^1 from: no address fits$/,
    ],
    [
      'asks for an outsider where nobody is one',
      [createRule(1), createRule(2, { from: '!HOME_NET' })],
      /^2 from: .* the assets take in every address there is$/,
      everything,
    ],
    [
      'asks for a whitelisted source',
      [createRule(1, { from: '10.9.9.9' }), createRule(2)],
      /^1 from: only whitelisted sources fit/,
      [...ASSETS, { name: 'scanner', cidr: '10.9.9.9', value: 1, whitelisted: true }],
    ],
    [
      'asks for more values than its rule allows',
      [createRule(1), createRule(2, { from: ':1', occurrence: 3, sticky_different: 'SRC_IP' })],
      /^2 sticky_different: asks for 3 different values, the rule allows 1$/,
    ],
    [
      'has too little of everything for a risk',
      [createRule(1, { reliability: 0 }), createRule(2, { reliability: 0 })],
      /^ priority: the risk stays below 1, .* at most 5 × 0 × 5, and 25 is needed$/,
    ],
  ];
  for (const [what, rules, problem, sources] of cases) {
    it(`says that it ${what}`, () => {
      const [first = '', ...others] = problemsOf(attack(rules, {}, sources));
      assert.match(first, problem);
      assert.deepEqual(others, []);
    });
  }
});

describe('an attack on a random directive', () => {
  const assetsArbitrary = fc.constantFrom<readonly AssetSource[]>(
    [
      { name: 'office', cidr: '10.0.0.0/8', value: 3 },
      { name: 'host one', cidr: '10.0.0.1', value: 5 },
      { name: 'office v6', cidr: 'fd00:10::/32', value: 2 },
      { name: 'scanner', cidr: '10.99.0.1/32', value: 1, whitelisted: true },
    ],
    [
      { name: 'internet', cidr: '0.0.0.0/0', value: 1 },
      { name: 'host one', cidr: '203.0.113.1', value: 5 },
    ],
    [{ name: 'one host', cidr: 'fd00:10::1', value: 4 }],
  );

  it('completes a backlog with an alarm in the model and in the engine', async () => {
    let made = 0;
    let unmade = 0;
    await fc.assert(
      fc.asyncProperty(directivesArbitrary, assetsArbitrary, async (directives, assets) => {
        for (const source of directives) {
          const result = makeAttack(compile(source), createMaker(assets));
          if ('faults' in result) {
            unmade += 1;
            assert.match(
              problemsOf(result).join(),
              /different values|risk stays|address|whitelisted/,
            );
            continue;
          }
          made += 1;
          const { attack: found } = result;
          const scenario = {
            directives: [source],
            assets,
            options: OPTIONS,
            inputs: inputsOf(found),
          };
          const [outcome, ...others] = runModel(scenario);
          assert.equal(outcome?.ended, 'complete');
          assert.equal(others.length, 0);
          assert.equal(outcome.live.risk, found.risks.at(-1));
          assert.equal(outcome.alarms.length, found.risks.filter((risk) => risk > 0).length);
          const parcels = [found.events.length];
          const { backlogs } = await runEngine({ ...scenario, parcels, reloadAt: [] });
          assert.equal(backlogs[0]?.alarms.length, outcome.alarms.length);
        }
      }),
      { numRuns: trials(2000) },
    );
    assert.ok(made > unmade, `${String(made)} made, ${String(unmade)} not`);
  });

  it('is missing only where no address of many fits', () => {
    const entry = fc.tuple(
      fc.constantFrom('', '!'),
      fc.constantFrom('10.0.0.0/8', '0.0.0.0/0', '::/0', '128.0.0.0/1', '10.0.0.1', 'fd00::/8'),
    );
    const list = fc.array(
      entry.map((parts) => parts.join('')),
      { minLength: 1, maxLength: 5 },
    );
    const samples = [
      ...['10.0.0.1', '10.0.0.2', '10.99.0.1', '11.0.0.1', '198.18.0.1', '203.0.113.1'],
      ...['fd00::1', 'fd00:10::1', '2001:db8::1'],
    ];
    fc.assert(
      fc.property(list, assetsArbitrary, fc.boolean(), (entries, assets, isSource) => {
        const maker = createMaker(assets);
        const text = entries.join(',');
        const found = maker.addresses.choose({
          ...{ text, isSource, taste: 'outside', preferred: [], seen: new Set() },
        });
        const fits = (address: string): boolean =>
          isFit(text, address, assets) && !(isSource && isWhitelisted(assets, address));
        assert.equal(found !== undefined, samples.some(fits), text);
        if (found !== undefined) assert.ok(fits(found), found);
      }),
      { numRuns: trials(5000) },
    );
  });
});
