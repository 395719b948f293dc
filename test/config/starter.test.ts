import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';

import type { Configuration } from '../../config/configuration.ts';
import { readConfiguration } from '../../config/read-configuration.ts';
import { parseAddress, type Address } from '../../core/address/address.ts';
import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';
import { createContext } from '../support/correlation-bed.ts';
import { createEngineBed } from '../support/engine-bed.ts';
import { readStream } from '../support/event-stream.ts';
import { checkBuiltInSource } from '../support/source-check.ts';

const root = join(import.meta.dirname, '..', '..');
const streams = join(root, 'examples', 'streams');
const documents = readFileSync(join(root, 'docs', 'starter-set.md'), 'utf8');

/** What a stream raises: title, finished stages of all, risk, class. */
type Raised = readonly [title: string, stages: string, risk: number, riskClass: string];

/** Each directive's stream, what it raises, and the most that its near miss raises. */
const EXPECTED: readonly (readonly [id: number, stream: string, Raised, nearMiss?: Raised])[] = [
  [
    1001,
    'ssh-guessing',
    ['SSH password guessing against 10.0.0.5 by 203.0.113.77, then a login', '3/3', 8, 'High'],
  ],
  [
    1002,
    'scan-then-exploit',
    ['Port scan of 10.0.0.40 by 198.51.100.23, then an exploit', '3/3', 7, 'High'],
  ],
  [
    1003,
    'web-attack-chain',
    [
      'Web attacks on fd00:0:0:80::10 by 2001:db8:66::19, then an upload and a web shell',
      ...(['4/4', 8, 'High'] as const),
    ],
    [
      'Web attacks on fd00:0:0:80::10 by 2001:db8:66::20, then an upload and a web shell',
      ...(['2/4', 2, 'Low'] as const),
    ],
  ],
  [
    1004,
    'password-spraying',
    ['Password spraying against 10.0.0.10 by 192.168.40.99, then a logon', '3/3', 7, 'High'],
  ],
  [1005, 'beaconing', ['Beaconing of 10.0.7.31 to a command and control server', '3/3', 7, 'High']],
  [
    1006,
    'lateral-movement',
    ['Lateral movement to 10.0.0.60 from 10.0.7.31 by a remote service', '3/3', 8, 'High'],
    ['Lateral movement to 10.0.0.61 from 10.0.9.9 by a remote service', '2/3', 4, 'Medium'],
  ],
  [1007, 'exfiltration', ['Data packed on 10.0.7.31 and carried off', '3/3', 7, 'High']],
  [1008, 'privilege-escalation', ['Privilege escalation on 10.0.0.40', '3/3', 7, 'High']],
  [1009, 'dns-tunnelling', ['DNS tunnelling by 10.0.7.55', '3/3', 6, 'Medium']],
  [
    1010,
    'malware-call-out',
    ['Malware on 10.0.7.77, then a call to the outside', '3/3', 8, 'High'],
  ],
  [1011, 'account-created', ['Account created, made an administrator and used', '3/3', 7, 'High']],
  [
    1012,
    'logs-cleared',
    ['Logs cleared on 10.0.0.60', '2/2', 7, 'High'],
    ['Logs cleared on 10.0.0.63', '1/2', 3, 'Medium'],
  ],
  [1013, 'ransomware', ['Backups deleted on 10.0.0.60, then many files written', '3/3', 8, 'High']],
];

describe('the starter set', () => {
  let configuration: Configuration;

  before(async () => {
    const folder = join(root, 'config', 'starter');
    const result = await readConfiguration(folder, checkBuiltInSource);
    assert.deepEqual([result.faults, result.warnings], [[], []]);
    assert.ok(result.configuration !== undefined);
    configuration = result.configuration;
  });

  /** The last line of each alarm that the stream raises in an engine with the whole set, by title. */
  async function raise(stream: string): Promise<Raised[]> {
    const directives = configuration.directives.map(({ directive }) => directive);
    const bed = createEngineBed(directives, {
      context: { ...createContext(), assets: configuration.assets },
    });
    for (const event of readStream(join(streams, `${stream}.ndjson`))) await bed.post(event);
    await bed.settled();
    const last = new Map(bed.alarms().map((alarm) => [alarm.alarm_id, alarm]));
    return [...last.values()].map(describeAlarm);
  }

  it('has an example stream and an expectation for every directive, and no other file', () => {
    const ids = configuration.directives.map(({ source }) => source.id);
    assert.deepEqual(
      EXPECTED.map(([id]) => id),
      ids,
    );
    const names = EXPECTED.flatMap(([id, name]) => [
      `${String(id)}-${name}.ndjson`,
      `${String(id)}-${name}.near-miss.ndjson`,
    ]);
    assert.deepEqual(readdirSync(streams).sort(), names.sort());
  });

  it('describes every directive for who has to work with its alarms', () => {
    for (const { source } of configuration.directives) {
      const { id, description = '', runbook = '', false_positives = [], attack = [] } = source;
      assert.match(description, /Needs .*First steps: /, String(id));
      assert.match(runbook, /^https:/, String(id));
      assert.ok(false_positives.length > 0 && attack.length > 0, String(id));
      for (const { name = '' } of source.rules) assert.ok(name !== '', String(id));
    }
  });

  it('gives every directive a correlation key, so that attacks do not slow each other down', () => {
    const without = configuration.directives
      .filter(({ directive }) => directive.ruleSet.keyFields.length === 0)
      .map(({ source }) => source.id);
    assert.deepEqual(without, []);
  });

  it('knows private and link-local addresses of both families, and nothing else, as HOME_NET', () => {
    const inside = [
      '10.1.2.3',
      '172.31.255.255',
      '192.168.0.1',
      'fd12::1',
      'fe80::1',
      '169.254.1.1',
    ];
    const outside = ['172.32.0.1', '8.8.8.8', '2001:db8::1', '100.64.0.1', '127.0.0.1', '::1'];
    const { assets } = configuration;
    assert.deepEqual(
      [...inside, ...outside].filter((text) => assets.isInHomeNet(addressOf(text))),
      inside,
    );
  });

  for (const [id, name, raised, nearMiss] of EXPECTED) {
    const stream = `${String(id)}-${name}`;

    it(`raises exactly the alarm of ${String(id)} for ${stream}`, async () => {
      assert.deepEqual(await raise(stream), [raised]);
    });

    it(`raises ${nearMiss?.[3] ?? 'nothing'} for the near miss of ${stream}`, async () => {
      assert.deepEqual(
        await raise(`${stream}.near-miss`),
        nearMiss === undefined ? [] : [nearMiss],
      );
    });

    it(`documents ${stream} with what it raises`, () => {
      const [title, stages, risk, riskClass] = raised;
      const near = nearMiss === undefined ? 'nothing' : `${nearMiss[3]} ${String(nearMiss[2])}`;
      const row = `| \`${stream}\` | ${title} | ${stages} | ${riskClass} ${String(risk)} | ${near} |`;
      assert.ok(documents.includes(row), row);
    });
  }
});

function describeAlarm({ title, rules, risk, risk_class }: AlarmRecord): Raised {
  const finished = rules.filter(({ status }) => status === 'finished').length;
  return [title, `${String(finished)}/${String(rules.length)}`, risk, risk_class];
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  assert.ok(address !== undefined, text);
  return address;
}
