import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileDirective } from '../../../core/directive/compile-directive.ts';
import type { RuleSource } from '../../../core/directive/directive-source.ts';
import {
  compileRules,
  createDirectiveSource,
  createRule,
  TAXONOMY,
} from '../../support/correlation-bed.ts';

type Seen = readonly [stage: number | undefined, field: string, got: unknown];

function faultsOf(rules: readonly RuleSource[]): { seen: Seen[]; problems: string } {
  const { directive, faults } = compileDirective(createDirectiveSource(rules));
  assert.equal(directive === undefined, faults.length > 0);
  return {
    seen: faults.map(({ stage, field, got }) => [stage, field, got] as const),
    problems: faults.map(({ problem }) => problem).join('; '),
  };
}

describe('faults of a directive', () => {
  const rows: readonly [changes: Partial<RuleSource>, field: keyof RuleSource, problem: RegExp][] =
    [
      [{ from: 'home_net' }, 'from', /ANY, HOME_NET/],
      [{ from: '' }, 'from', /ANY, HOME_NET/],
      [{ from: '10.0.0.1,' }, 'from', /ANY, HOME_NET/],
      [{ from: 'HOME_NET,10.0.0.1' }, 'from', /ANY, HOME_NET/],
      [{ from: '10.0.0.1/8' }, 'from', /10\.0\.0\.1\/8 has host bits set, .*10\.0\.0\.0\/8/],
      [{ to: '192.0.2.1, 10.0.0.0/33' }, 'to', /10\.0\.0\.0\/33 .*prefix length/],
      [{ to: ':2' }, 'to', /earlier stage/],
      [{ to: ':3' }, 'to', /earlier stage/],
      [{ to: ':0' }, 'to', /earlier stage/],
      [{ to: '::1,x' }, 'to', /ANY, HOME_NET/],
      [{ port_from: '0' }, 'port_from', /1 to 65535/],
      [{ port_from: '65536' }, 'port_from', /1 to 65535/],
      [{ port_from: '80-90' }, 'port_from', /1 to 65535/],
      [{ port_to: '80,,443' }, 'port_to', /1 to 65535/],
      [{ port_to: 'http' }, 'port_to', /1 to 65535/],
      [{ port_to: ':9' }, 'port_to', /earlier stage/],
      [{ protocol: ':2' }, 'protocol', /earlier stage/],
      [{ custom_data1: ':2' }, 'custom_data1', /earlier stage/],
      [{ custom_data2: ':7' }, 'custom_data2', /earlier stage/],
      [{ custom_data3: ':0' }, 'custom_data3', /earlier stage/],
      [{ sticky_different: 'src_ip' }, 'sticky_different', /PLUGIN_SID, SRC_IP/],
      [{ sticky_different: 'toString' }, 'sticky_different', /PLUGIN_SID, SRC_IP/],
      [{ ...TAXONOMY, sticky_different: 'PLUGIN_SID' }, 'sticky_different', /needs a PluginRule/],
    ];
  for (const [changes, field, problem] of rows) {
    it(`names stage, field and value of ${JSON.stringify(changes)}`, () => {
      const { seen, problems } = faultsOf([createRule(1), createRule(2, changes)]);
      assert.deepEqual(seen, [[2, field, changes[field]]]);
      assert.match(problems, problem);
    });
  }

  const references: readonly (keyof RuleSource)[] = [
    ...(['from', 'to', 'port_from', 'port_to', 'protocol'] as const),
    ...(['custom_data1', 'custom_data2', 'custom_data3'] as const),
  ];
  for (const field of references) {
    it(`refuses a reference in ${field} of stage 1`, () => {
      const { seen, problems } = faultsOf([createRule(1, { [field]: ':1' }), createRule(2)]);
      assert.deepEqual(seen, [[1, field, ':1']]);
      assert.match(problems, /stage 1/);
    });
  }

  it('takes addresses that begin like references for addresses', () => {
    assert.deepEqual(
      faultsOf([createRule(1, { from: '::1', to: '::/0' }), createRule(2)]).seen,
      [],
    );
  });

  it('reports the faults of every stage in one run', () => {
    const rules = [
      createRule(1, { from: 'x', port_from: 'y' }),
      createRule(2, { to: ':2', sticky_different: 'z' }),
    ];
    assert.deepEqual(
      faultsOf(rules).seen.map(([stage, field]) => `${String(stage)} ${field}`),
      ['1 port_from', '1 from', '2 to', '2 sticky_different'],
    );
  });

  it('asks for stages that are unique and run from 1 without a gap, in any order', () => {
    assert.deepEqual(faultsOf([createRule(3), createRule(1), createRule(2)]).seen, []);
    assert.match(faultsOf([createRule(1), createRule(3)]).problems, /stage 2 is missing/);
    assert.match(faultsOf([createRule(2), createRule(3)]).problems, /stage 1 is missing/);
    assert.match(faultsOf([createRule(1), createRule(2), createRule(2)]).problems, /unique/);
  });

  it('asks for an occurrence of 1 in stage 1', () => {
    const { seen } = faultsOf([createRule(1, { occurrence: 2 }), createRule(2)]);
    assert.deepEqual(seen, [[1, 'occurrence', 2]]);
  });
});

describe('doubts about a directive', () => {
  const rows: readonly [changes: Partial<RuleSource>, doubted: readonly string[]][] = [
    [{}, []],
    [{ timeout: 0 }, ['timeout']],
    [{ timeout: undefined }, ['timeout']],
    [{ occurrence: 3, sticky_different: 'PLUGIN_SID', plugin_sid: [2, 3, 3] }, ['occurrence']],
    [{ occurrence: 2, sticky_different: 'PLUGIN_SID', plugin_sid: [2, 3] }, []],
    [{ occurrence: 2, sticky_different: 'SRC_IP', from: ':1' }, ['occurrence']],
    [{ occurrence: 2, sticky_different: 'DST_IP', from: ':1' }, []],
    [{ occurrence: 3, sticky_different: 'DST_IP', to: '10.0.0.1, 10.0.0.2' }, ['occurrence']],
    [{ occurrence: 3, sticky_different: 'DST_IP', to: '10.0.0.1,fd00::/32' }, []],
    [{ occurrence: 2, sticky_different: 'DST_IP', to: '2001:db8::/32' }, []],
    [{ occurrence: 2, sticky_different: 'DST_IP', to: '10.0.0.1/32,10.0.0.1' }, ['occurrence']],
    [{ occurrence: 9, sticky_different: 'DST_IP', to: '!10.0.0.1' }, []],
    [{ occurrence: 9, sticky_different: 'DST_IP', to: 'HOME_NET' }, []],
    [{ occurrence: 9, sticky_different: 'DST_IP', to: 'ANY' }, []],
    [{ occurrence: 3, sticky_different: 'DST_PORT', port_to: '80,443' }, ['occurrence']],
    [{ occurrence: 2, sticky_different: 'DST_PORT', port_to: '80,443' }, []],
    [{ occurrence: 3, sticky_different: 'SRC_PORT', port_to: '80' }, []],
    [{ occurrence: 3, sticky_different: 'SRC_PORT', port_from: '!80' }, []],
    [{ occurrence: 3, sticky_different: 'CUSTOM_DATA1', custom_data1: 'a,b' }, ['occurrence']],
    [{ occurrence: 2, sticky_different: 'CUSTOM_DATA2', custom_data2: 'admin' }, []],
    [{ occurrence: 2, sticky_different: 'CUSTOM_DATA2', custom_data2: 'é' }, []],
    [{ occurrence: 2, sticky_different: 'CUSTOM_DATA3', custom_data3: '42' }, ['occurrence']],
    [{ occurrence: 2, sticky_different: 'CUSTOM_DATA3', custom_data3: ':1' }, ['occurrence']],
  ];
  for (const [changes, doubted] of rows) {
    it(`${doubted.length === 0 ? 'none' : doubted.join()} for ${JSON.stringify(changes)}`, () => {
      const rules = [createRule(1), createRule(2, changes)];
      const { directive, warnings } = compileDirective(createDirectiveSource(rules));
      assert.ok(directive !== undefined);
      assert.deepEqual(
        warnings.map(({ stage, field }) => [stage, field]),
        doubted.map((field) => [2, field]),
      );
    });
  }

  it('does not doubt a time-out of 0 in stage 1', () => {
    const rules = [createRule(1, { timeout: 0 }), createRule(2)];
    assert.deepEqual(compileDirective(createDirectiveSource(rules)).warnings, []);
  });

  it('names a directive that no event can start', () => {
    const rules = [createRule(1, { ...TAXONOMY, product: [''] }), createRule(2)];
    const { warnings } = compileDirective(createDirectiveSource(rules));
    assert.deepEqual(
      warnings.map(({ stage, field }) => [stage, field]),
      [[1, 'product']],
    );
  });
});

describe('how a compiled rule is shown', () => {
  it('has the keys that are always present and none that is empty', () => {
    const bare: RuleSource = {
      ...{ type: 'PluginRule', stage: 2, occurrence: 1, reliability: 0, from: 'ANY', to: 'ANY' },
      ...{ plugin_id: 1, plugin_sid: [2], custom_data1: '', sticky_different: '', product: [] },
    };
    const [, rule] = compileRules([createRule(1), bare]).ruleSet.rules;
    assert.deepEqual(rule?.shown, {
      ...{ name: '', stage: 2, occurrence: 1, type: 'PluginRule', plugin_id: 1, plugin_sid: [2] },
      ...{ from: 'ANY', to: 'ANY', port_from: 'ANY', port_to: 'ANY', protocol: 'ANY' },
      ...{ reliability: 0, timeout: 0 },
    });
  });

  it('has plugin_id 0 and no plugin_sid in a taxonomy rule', () => {
    const [rule] = compileRules([createRule(1, TAXONOMY), createRule(2)]).ruleSet.rules;
    assert.ok(rule !== undefined);
    assert.equal(rule.shown.plugin_id, 0);
    assert.equal('plugin_sid' in rule.shown, false);
    assert.deepEqual(rule.shown.product, ['p']);
  });

  it('keeps the order of the file beside that of the stages', () => {
    const { ruleSet } = compileRules([createRule(2), createRule(1)]);
    assert.deepEqual(
      [ruleSet.asWritten.map(({ stage }) => stage), ruleSet.rules.map(({ stage }) => stage)],
      [
        [2, 1],
        [1, 2],
      ],
    );
  });
});
