// Which fields tell the backlogs of a directive apart (DESIGN §2 step 3), and which directives an event concerns.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileKeyText } from '../../../core/directive/correlation-key.ts';
import type { RuleSource } from '../../../core/directive/directive-source.ts';
import { Router } from '../../../core/directive/router.ts';
import { compileRules, createEvent, createRule } from '../../support/correlation-bed.ts';

type Changes = Partial<RuleSource>;

function keyOf(alwaysActive: boolean, ...rules: readonly Changes[]): readonly string[] {
  const sources = rules.map((changes, index) => createRule(index + 1, changes));
  return compileRules(sources, { all_rules_always_active: alwaysActive }).ruleSet.keyFields;
}

describe('the correlation key of a directive', () => {
  const rows: readonly [rules: readonly Changes[], key: string[], alwaysActiveKey: string[]][] = [
    [[{}, {}], [], []],
    [[{}, { from: ':1' }], ['from'], ['from']],
    [
      [{}, { from: ':1', to: ':1' }],
      ['from', 'to'],
      ['from', 'to'],
    ],
    [[{}, { from: ':1' }, { to: ':1' }], [], []],
    [[{}, { from: ':1' }, { from: ':1' }], ['from'], ['from']],
    [[{}, { from: ':1' }, { from: ':2' }], ['from'], ['from']],
    [[{}, { from: ':1' }, { from: ':2' }, { from: ':3' }], ['from'], ['from']],
    [[{}, {}, { from: ':1' }], [], []],
    [[{}, {}, { from: ':2' }], [], []],
    [[{}, { from: ':1' }, { from: '10.0.0.1' }], [], []],
    [[{ from: 'HOME_NET' }, { from: ':1' }], ['from'], ['from']],
    [[{ from: ' ! HOME_NET' }, { from: ':1' }], ['from'], ['from']],
    [[{ from: '10.0.0.0/8' }, { from: ':1' }], ['from'], []],
    [
      [
        { from: '10.0.0.1', to: 'ANY' },
        { from: ':1', to: ':1' },
      ],
      ['from', 'to'],
      ['to'],
    ],
    [[{}, { port_to: ':1' }], ['port_to'], []],
    [[{}, { port_from: ':1', protocol: ':1' }], ['port_from', 'protocol'], []],
    [[{}, { custom_data1: ':1', custom_data3: ':1' }], ['custom_data1', 'custom_data3'], []],
    [[{}, { from: ':1', custom_data2: ':1' }, { from: ':1' }], ['from'], ['from']],
  ];
  for (const [rules, key, alwaysActiveKey] of rows) {
    it(`of ${JSON.stringify(rules)} is ${key.join() || 'none'}`, () => {
      assert.deepEqual(keyOf(false, ...rules), key);
    });
    it(`of the same with all rules always active is ${alwaysActiveKey.join() || 'none'}`, () => {
      assert.deepEqual(keyOf(true, ...rules), alwaysActiveKey);
    });
  }

  it('has the same text exactly where all its fields are the same', () => {
    const keyText = compileKeyText(['from', 'port_to', 'custom_data1']);
    const text = (fields: Parameters<typeof createEvent>[0]): string | undefined =>
      keyText(createEvent(fields));
    assert.equal(text({ dst_ip: '10.0.0.9' }), text({ dst_ip: '10.0.0.8' }));
    const different = [{}, { src_ip: '10.0.0.2' }, { dst_port: 1 }, { custom_data1: 'a' }];
    assert.equal(new Set(different.map(text)).size, different.length);
  });

  it('is not known where one of its fields is not', () => {
    const known = createEvent({ protocol: 'TCP' });
    assert.equal(
      compileKeyText(['from', 'protocol'])({ ...known, protocol: undefined }),
      undefined,
    );
    assert.equal(compileKeyText(['from'])({ ...known, srcIp: undefined }), undefined);
    assert.equal(
      compileKeyText(['from', 'to'])({ ...known, customData1: undefined }) !== undefined,
      true,
    );
  });
});

describe('routing', () => {
  const router = new Router<string>();
  for (const item of ['ssh', 'ssh', 'brute force']) {
    router.add({ type: 'plugin', pluginId: 1001, pluginSid: 5 }, item);
  }
  router.add({ type: 'taxonomy', product: 'Firewall', category: 'Deny' }, 'scan');
  router.add({ type: 'taxonomy', product: 'Firewall', category: 'Deny' }, 'ssh');
  const plugin = { plugin_id: 1001, plugin_sid: 5 };
  const taxonomy = { product: 'Firewall', category: 'Deny' };
  const rows: readonly [
    string,
    Parameters<typeof createEvent>[0],
    readonly string[] | undefined,
  ][] = [
    ['by plugin id and sid', plugin, ['ssh', 'brute force']],
    ['not by another sid', { plugin_id: 1001, plugin_sid: 6 }, undefined],
    ['not by another id', { plugin_id: 5, plugin_sid: 1001 }, undefined],
    ['by product and category', taxonomy, ['scan', 'ssh']],
    ['not by the product alone', { ...plugin, plugin_sid: 6, product: 'Firewall' }, undefined],
    ['not by another spelling', { product: 'firewall', category: 'Deny' }, undefined],
    ['by either, each item once', { ...plugin, ...taxonomy }, ['ssh', 'brute force', 'scan']],
    [
      'by plugin where the taxonomy is unknown',
      { ...plugin, product: 'x', category: 'y' },
      ['ssh', 'brute force'],
    ],
  ];
  for (const [what, fields, items] of rows) {
    it(what, () => {
      assert.deepEqual(router.find(createEvent(fields)), items);
    });
  }

  it('has a route for every sid and every product of every stage, each once', () => {
    const { routes } = compileRules([
      createRule(1, { plugin_sid: [1, 2] }),
      createRule(2, { plugin_sid: [2, 3] }),
      createRule(3, { type: 'TaxonomyRule', product: ['a', 'b'], category: 'c' }),
    ]).ruleSet;
    assert.deepEqual(routes, [
      ...[1, 2, 3].map((pluginSid) => ({ type: 'plugin', pluginId: 1, pluginSid })),
      ...['a', 'b'].map((product) => ({ type: 'taxonomy', product, category: 'c' })),
    ]);
  });
});
