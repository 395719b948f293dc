// Every form of value of SPEC §2 and whether an event matches it (SPEC §4).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { matchesRule } from '../../../core/correlation/advance.ts';
import type { RuleSource } from '../../../core/directive/directive-source.ts';
import { rememberFirstEvent } from '../../../core/event/first-event.ts';
import {
  compileRules,
  createContext,
  createEvent,
  createRule,
  TAXONOMY,
  type EventFields,
} from '../../support/correlation-bed.ts';

const { assets } = createContext();

/** Whether an event fits a stage-1 rule with these values. */
function fits(changes: Partial<RuleSource>, fields: EventFields): boolean {
  const [rule] = compileRules([createRule(1, changes), createRule(2)]).ruleSet.rules;
  assert.ok(rule !== undefined);
  return matchesRule(rule, createEvent(fields), [], assets);
}

type Row = readonly [changes: Partial<RuleSource>, yes: EventFields[], no: EventFields[]];

function checkRows(rows: readonly Row[]): void {
  for (const [changes, yes, no] of rows) {
    it(JSON.stringify(changes), () => {
      for (const fields of yes) assert.equal(fits(changes, fields), true, JSON.stringify(fields));
      for (const fields of no) assert.equal(fits(changes, fields), false, JSON.stringify(fields));
    });
  }
}

const src = (...ips: string[]): EventFields[] => ips.map((ip) => ({ src_ip: ip }));
const dst = (...ips: string[]): EventFields[] => ips.map((ip) => ({ dst_ip: ip }));
const srcPort = (...ports: number[]): EventFields[] => ports.map((port) => ({ src_port: port }));
const data = (...texts: string[]): EventFields[] => texts.map((text) => ({ custom_data1: text }));

describe('key fields of a rule', () => {
  const taxonomy = { ...TAXONOMY, product: ['Firewall', 'Router'], category: 'Deny' };
  const deny = { plugin_id: 0, plugin_sid: 0, product: 'Firewall', category: 'Deny' };
  checkRows([
    [
      { plugin_sid: [4] },
      [{ plugin_sid: 4 }],
      [{ plugin_sid: 5 }, { plugin_id: 2, plugin_sid: 4 }],
    ],
    [
      { plugin_sid: [4, 6] },
      [{ plugin_sid: 6 }],
      [{ plugin_sid: 5 }, { plugin_id: 2, plugin_sid: 6 }],
    ],
    [
      taxonomy,
      [deny, { ...deny, product: 'Router', subcategory: 'TCP' }],
      [{ ...deny, product: 'firewall' }, { ...deny, category: 'Allow' }, {}],
    ],
    [
      { ...taxonomy, subcategory: ['TCP', 'UDP'] },
      [{ ...deny, subcategory: 'UDP' }],
      [deny, { ...deny, subcategory: 'ICMP' }, { ...deny, subcategory: 'udp' }],
    ],
    [{ ...taxonomy, subcategory: ['TCP', 'ANY'] }, [deny, { ...deny, subcategory: 'ICMP' }], []],
    [{ ...taxonomy, subcategory: [] }, [deny, { ...deny, subcategory: 'ICMP' }], []],
  ]);
});

describe('addresses of a rule', () => {
  checkRows([
    [{ from: 'ANY' }, src('0.0.0.0', '::1'), []],
    [{ from: 'HOME_NET' }, src('10.1.1.1', 'fd00::1'), src('192.0.2.1', '2001:db8::1')],
    [{ from: '!HOME_NET' }, src('192.0.2.1', '2001:db8::1'), src('10.1.1.1', 'fd00::1')],
    [{ from: ' ! HOME_NET ' }, src('192.0.2.1'), src('10.1.1.1')],
    [{ to: ' HOME_NET ' }, dst('10.1.1.1'), dst('192.0.2.1')],
    [{ to: '192.0.2.1' }, dst('192.0.2.1'), dst('192.0.2.2', '::ffff:192.0.2.1')],
    [{ to: 'FD00:0::1' }, dst('fd00::1'), dst('fd00::2', '10.0.0.1')],
    [
      { from: ' 192.0.2.0/24 , fd00::/8 ' },
      src('192.0.2.9', 'fd12::1'),
      src('192.0.3.1', 'fe80::1'),
    ],
    [{ from: '!192.0.2.1' }, src('192.0.2.2', '::1'), src('192.0.2.1')],
    [{ from: '! 192.0.2.0/24' }, src('192.0.3.1', 'fd00::1'), src('192.0.2.1')],
    // the first entry that holds decides, a negated one that does not hold matches so far
    [{ from: '10.0.0.0/8,!10.1.0.0/16' }, src('10.1.0.1', '192.0.2.1'), []],
    [{ from: '!10.1.0.0/16,10.0.0.0/8' }, src('10.2.0.1', '192.0.2.1'), src('10.1.0.1')],
    [{ from: '!10.1.0.0/16,!10.2.0.0/16' }, src('10.3.0.1'), src('10.1.0.1', '10.2.0.1')],
    [{ from: '192.0.2.1,192.0.2.2' }, src('192.0.2.1', '192.0.2.2'), src('192.0.2.3')],
    [{ from: '0.0.0.0/0' }, src('1.2.3.4'), src('::1')],
    [{ from: '::/0' }, src('::1', '::ffff:1.2.3.4'), src('1.2.3.4')],
  ]);
});

describe('ports and protocol of a rule', () => {
  checkRows([
    [{ port_from: 'ANY' }, srcPort(0, 1, 65535), []],
    [{ port_from: '' }, srcPort(0, 80), []],
    [{ port_from: ' ANY ' }, srcPort(80), []],
    [{ port_from: '80' }, srcPort(80), srcPort(0, 81)],
    [{ port_from: ' 80 , 443 ' }, srcPort(80, 443), srcPort(0, 81)],
    [{ port_from: '!80' }, srcPort(0, 443), srcPort(80)],
    [{ port_from: '! 80,!443' }, srcPort(0, 22), srcPort(80, 443)],
    [{ port_to: '22' }, [{ dst_port: 22 }], [{ dst_port: 23 }, { src_port: 22 }]],
    [{ protocol: 'ANY' }, [{ protocol: 'TCP' }, {}], []],
    [{ protocol: '' }, [{ protocol: 'TCP' }, {}], []],
    [{ protocol: 'TCP' }, [{ protocol: 'TCP' }], [{ protocol: 'tcp' }, {}, { protocol: 'TCP ' }]],
    [{ protocol: '!TCP' }, [{ protocol: '!TCP' }], [{ protocol: 'UDP' }]],
    [{ protocol: ':foo' }, [{ protocol: ':foo' }], [{ protocol: 'foo' }]],
  ]);
});

describe('custom data of a rule', () => {
  checkRows([
    [{ custom_data1: 'ANY' }, data('', 'x'), []],
    [{ custom_data1: '' }, data('', 'x'), []],
    [{ custom_data1: 'Admin' }, data('admin', 'ADMIN', 'Admin'), data('', 'admins', ' admin')],
    [{ custom_data1: '  Admin ' }, data('admin'), data('root')],
    [{ custom_data1: '!guest' }, data('root', ''), data('guest', 'GUEST')],
    [{ custom_data1: '! guest' }, data('root', ''), data('Guest')],
    [{ custom_data1: ':foo' }, data(':foo', ':FOO'), data('foo')],
    [{ custom_data1: 'Admin , Root' }, data('Admin', 'Root'), data('admin', 'x', '')],
    [{ custom_data1: '!guest,!anonymous' }, data('root', '', 'GUEST'), data('guest', 'anonymous')],
    [{ custom_data1: '!guest,root' }, data('root', 'other'), data('guest')],
    [{ custom_data2: 'x' }, [{ custom_data2: 'X' }], data('x')],
    [{ custom_data3: 'x' }, [{ custom_data3: 'X' }], data('x')],
  ]);
});

describe('references of a rule', () => {
  const first = {
    ...{ src_ip: '10.0.0.1', dst_ip: 'fd00::1', src_port: 1, dst_port: 0, protocol: 'TCP' },
    ...{ custom_data1: 'Root', custom_data2: '', custom_data3: 'c' },
  };
  const rows: readonly [keyof RuleSource, EventFields][] = [
    ['from', { src_ip: '10.0.0.2' }],
    ['to', { dst_ip: 'fd00::2' }],
    ['port_from', { src_port: 0 }],
    ['port_to', { dst_port: 1 }],
    ['protocol', { protocol: 'tcp' }],
    ['custom_data1', { custom_data1: 'root' }],
    ['custom_data2', { custom_data2: 'x' }],
    ['custom_data3', { custom_data3: '' }],
  ];
  for (const [field, other] of rows) {
    it(`${field} stands for the same field of the stage's first event, compared exactly`, () => {
      const { rules } = compileRules([createRule(1), createRule(2, { [field]: ':1' })]).ruleSet;
      const [, rule] = rules;
      assert.ok(rule !== undefined);
      const stages = [{ firstEvent: rememberFirstEvent(createEvent(first)) }];
      const event = createEvent({ ...first, plugin_sid: 2 });
      assert.equal(matchesRule(rule, event, stages, assets), true);
      const differs = createEvent({ ...first, plugin_sid: 2, ...other });
      assert.equal(matchesRule(rule, differs, stages, assets), false);
      assert.equal(matchesRule(rule, event, [{ firstEvent: undefined }], assets), false);
      assert.equal(matchesRule(rule, event, [], assets), false);
    });
  }

  it('a reference names a stage, not a position in the file', () => {
    const { rules } = compileRules([
      createRule(3, { from: ':2' }),
      createRule(2),
      createRule(1),
    ]).ruleSet;
    assert.deepEqual(
      rules.map(({ stage }) => stage),
      [1, 2, 3],
    );
    const third = rules[2];
    assert.ok(third !== undefined);
    const stages = ['10.0.0.1', '10.0.0.2'].map((ip) => ({
      firstEvent: rememberFirstEvent(createEvent({ src_ip: ip })),
    }));
    const event = createEvent({ src_ip: '10.0.0.2', plugin_sid: 3 });
    assert.equal(matchesRule(third, event, stages, assets), true);
  });
});
