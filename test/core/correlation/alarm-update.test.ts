// What a backlog's alarm shows (SPEC §5 risk and title, §6).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlarmRecord } from '../../../core/alarm/alarm-record.ts';
import { calculateRisk, classifyRisk } from '../../../core/alarm/risk.ts';
import type { LookUpTerms } from '../../../core/correlation/effect.ts';
import {
  ASSETS,
  compileRules,
  createContext,
  createRule,
  open,
  START,
  type BacklogUnderTest,
} from '../../support/correlation-bed.ts';

function records({ effects }: BacklogUnderTest): AlarmRecord[] {
  return effects.flatMap((effect) => (effect.type === 'update-alarm' ? [effect.record] : []));
}

function lastRecord(tested: BacklogUnderTest): AlarmRecord {
  const record = records(tested).at(-1);
  assert.ok(record !== undefined);
  return record;
}

const rules = [createRule(1), createRule(2), createRule(3)];

describe('risk', () => {
  const rows: readonly [priority: number, reliability: number, value: number, risk: number][] = [
    [5, 10, 5, 10],
    [1, 1, 1, 0],
    [3, 8, 1, 0],
    [5, 5, 1, 1],
    [3, 5, 5, 3],
    [4, 6, 1, 0],
    [5, 10, 0, 0],
    [5, 0, 5, 0],
  ];
  for (const [priority, reliability, value, risk] of rows) {
    it(`is ${String(risk)} for ${[priority, reliability, value].join(' × ')} / 25`, () => {
      assert.equal(calculateRisk(priority, reliability, value), risk);
    });
  }

  it('is Low below the first bound, High above the second, else Medium', () => {
    const bounds = { medRiskMin: 3, medRiskMax: 6 };
    const classes = [1, 2, 3, 6, 7, 10].map((risk) => classifyRisk(risk, bounds));
    assert.deepEqual(classes, ['Low', 'Low', 'Medium', 'Medium', 'High', 'High']);
  });

  it('takes the reliability of the stage that finishes and the highest asset of all addresses', () => {
    const risky = [
      createRule(1, { reliability: 10 }),
      createRule(2, { reliability: 10 }),
      createRule(3, { reliability: 2 }),
      createRule(4),
    ];
    const tested = open(compileRules(risky), { src_ip: '192.0.2.1', dst_ip: '10.1.1.1' });
    tested.offer({ plugin_sid: 2, src_ip: '10.20.0.5', dst_ip: '10.1.1.1' }, 7);
    tested.offer({ plugin_sid: 3, src_ip: '192.0.2.1', dst_ip: '10.1.1.1' });
    assert.deepEqual(
      records(tested).map(({ risk, risk_class }) => [risk, risk_class]),
      [
        [4, 'Medium'],
        [10, 'High'],
        [2, 'Low'],
      ],
    );
    assert.deepEqual(tested.backlog.stages[1]?.riskTerms, {
      ...{ time: START + 7, priority: 5, reliability: 10, assetValue: 5, address: '10.20.0.5' },
      risk: 10,
    });
  });

  it('below 1 writes no alarm, and the first alarm later tells when it was created', () => {
    const context = createContext();
    const risky = [
      createRule(1, { reliability: 1 }),
      createRule(2),
      createRule(3, { reliability: 0 }),
    ];
    const tested = open(compileRules(risky), { dst_ip: '192.0.2.1' }, context);
    assert.deepEqual(records(tested), []);
    tested.offer({ plugin_sid: 2, at: 3 }, 5);
    assert.equal(lastRecord(tested).created_time, START + 5);
    tested.offer({ plugin_sid: 3, at: 4 }, 9);
    assert.equal(records(tested).length, 1);
    assert.equal(tested.backlog.end, 'complete');
  });
});

describe('the title of an alarm', () => {
  const named = (name: string, src: string, dst: string): string => {
    const assets = [...ASSETS, { name: 'to DST_IP $&', cidr: '10.0.0.7', value: 1 }];
    const directive = compileRules(rules, { name });
    return open(directive, { src_ip: src, dst_ip: dst }, createContext({}, assets)).backlog.title;
  };
  const titles: readonly [name: string, src: string, dst: string, title: string][] = [
    ['scan', '10.0.0.1', '10.20.0.5', 'scan'],
    ['SRC_IP to DST_IP', '10.0.0.1', '10.20.0.5', '10.0.0.1 to db01'],
    ['SRC_IP, SRC_IP (DST_IPs)', 'FD00:0::1', '192.0.2.1', 'fd00::1, fd00::1 (192.0.2.1s)'],
    ['SRC_IP|DST_IP', '10.0.0.7', '192.0.2.1', 'to 192.0.2.1 $&|192.0.2.1'],
  ];
  for (const [name, src, dst, title] of titles) {
    it(`of '${name}' is '${title}'`, () => {
      assert.equal(named(name, src, dst), title);
    });
  }
});

describe('the record of an alarm', () => {
  it('has every key that is always present and no other', () => {
    const record = lastRecord(open(compileRules(rules)));
    const keys = [
      ...['alarm_id', 'title', 'status', 'tag', 'kingdom', 'category', 'created_time'],
      ...['update_time', 'risk', 'risk_class', 'rules', 'src_ips', 'dst_ips', 'networks'],
    ];
    assert.deepEqual(Object.keys(record), keys);
    assert.deepEqual([record.status, record.tag], ['Open', 'Identified Threat']);
    assert.deepEqual(record.networks, ['10.0.0.0/8', '10.20.0.0/16']);
  });

  it('drops 0.0.0.0 once there is another address, on each side by itself', () => {
    const tested = open(compileRules(rules), { src_ip: '0.0.0.0', dst_ip: '10.20.0.5' });
    assert.deepEqual(lastRecord(tested).src_ips, ['0.0.0.0']);
    tested.offer({ plugin_sid: 2, src_ip: '10.0.0.9', dst_ip: '0.0.0.0' });
    const { src_ips, dst_ips } = lastRecord(tested);
    assert.deepEqual([src_ips, dst_ips], [['10.0.0.9'], ['10.20.0.5']]);
  });

  it('gathers addresses sorted, and custom data by label and content, each once', () => {
    const custom = { custom_label1: 'user', custom_data1: 'root' };
    const tested = open(compileRules(rules), { src_ip: '10.0.0.9', ...custom });
    tested.offer({ plugin_sid: 2, src_ip: '10.0.0.10', ...custom, custom_label3: 'file' });
    tested.offer({ plugin_sid: 3, custom_label2: 'role', custom_data2: 'root' });
    const record = lastRecord(tested);
    assert.deepEqual(record.src_ips, ['10.0.0.1', '10.0.0.10', '10.0.0.9']);
    assert.deepEqual(record.custom_data, [
      { label: 'user', content: 'root' },
      { label: 'role', content: 'root' },
    ]);
  });

  it('shows a reference as it was written until its stage has a first event, then the value', () => {
    const referring = [
      createRule(1),
      createRule(2, { from: ':1', port_to: ':1', custom_data1: ':1', custom_data2: ':1' }),
      createRule(3, { from: ':2', protocol: ':1' }),
    ];
    const opening = { dst_port: 22, protocol: 'TCP', custom_data1: 'Root' };
    const tested = open(compileRules(referring), opening);
    const [first, second, third] = lastRecord(tested).rules;
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    assert.deepEqual(
      [second.from, second.port_to, second.custom_data1],
      ['10.0.0.1', '22', 'Root'],
    );
    assert.equal('custom_data2' in second, false);
    assert.deepEqual([third.from, third.protocol], [':2', 'TCP']);
    assert.deepEqual([first.status, first.start_time, first.end_time], ['finished', START, START]);
    assert.deepEqual([second.status, second.start_time], [undefined, START]);
    assert.equal('start_time' in third, false);
    tested.offer({ plugin_sid: 2, ...opening });
    assert.equal(lastRecord(tested).rules[2]?.from, '10.0.0.1');
    assert.equal(JSON.stringify(lastRecord(tested)).includes('saved_'), false);
  });

  it('is finished: what happens later does not change it', () => {
    const tested = open(compileRules(rules), { custom_data1: 'a' });
    const record = lastRecord(tested);
    const before = structuredClone(record);
    tested.offer({ plugin_sid: 2, src_ip: '10.0.0.7', custom_data1: 'b', at: 4 });
    assert.deepEqual(record, before);
  });

  it('asks look-ups for all addresses and all pairs of address and port, each once', () => {
    const tested = open(compileRules(rules), { dst_port: 22 });
    tested.offer({ plugin_sid: 2, src_ip: '10.20.0.5', dst_ip: 'fd00::1', src_port: 22 });
    const terms = tested.effects.flatMap((effect): LookUpTerms[] =>
      effect.type === 'update-alarm' && effect.lookUp !== undefined ? [effect.lookUp] : [],
    );
    assert.deepEqual([...(terms.at(-1)?.ips ?? [])].sort(), ['10.0.0.1', '10.20.0.5', 'fd00::1']);
    assert.deepEqual([...(terms.at(-1)?.sockets ?? [])].sort(), [
      ...['10.0.0.1:0', '10.20.0.5:22', '[fd00::1]:0'],
    ]);
  });
});
