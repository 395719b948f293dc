// Recorded attacks, sent with curl to a started product as an operator would try it out.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';
import type { RawEvent } from '../model/model-input.ts';
import { JSON_LOG, stopBalanced } from '../support/ledger-check.ts';
import { startProduct } from '../support/process.ts';
import { skipWithout } from '../support/required-tool.ts';
import { makeTemporaryFolder, removeFolder } from '../support/temporary-folder.ts';
import { present, recordingsFolder, skipWithoutFolder } from './conformance-folder.ts';

const NEWEST_AGE_SECONDS = 5;

interface Recording {
  readonly name: string;
  readonly format: 'one a line' | 'array';
  readonly alarms: number;
  /** The alarm that an analyst must see. */
  readonly attack: { readonly title: string; readonly risk: number; readonly stages: number };
}

const RECORDINGS: readonly Recording[] = [
  {
    name: 'ssh',
    format: 'one a line',
    alarms: 57,
    attack: {
      title: 'SSH password guessing against LabSZ from 183.62.140.253',
      risk: 5,
      stages: 4,
    },
  },
  {
    name: 'windows-psexec',
    format: 'array',
    alarms: 18,
    attack: {
      title: 'Remote service execution on WORKSTATION6 from 172.18.39.5',
      risk: 5,
      stages: 4,
    },
  },
];

const folder = recordingsFolder();
const skip = skipWithoutFolder(folder, 'The recorded attacks were') || skipWithout('curl');

for (const recording of RECORDINGS) {
  test(`the attack in the ${recording.name} recording raises its alarm`, { skip }, async () => {
    const source = join(present(folder), recording.name);
    const configDir = makeTemporaryFolder('config');
    for (const file of ['assets_real.json', 'directives_real.json']) {
      cpSync(join(source, file), join(configDir, file));
    }
    const product = await startProduct({ configDir, environment: JSON_LOG });
    try {
      const body = join(product.logDir, 'recording.txt');
      writeFileSync(body, textOf(readRecording(source), recording.format));
      const answer = await postWithCurl(body, `${product.url}/events`);
      assert.deepEqual(answer, { status: '200', body: '' });
      await stopBalanced(product);
      assertAttack(readNewestAlarms(product.logDir), recording);
    } finally {
      await product.dispose();
      removeFolder(configDir);
    }
  });
}

function assertAttack(alarms: readonly AlarmRecord[], { alarms: count, attack }: Recording): void {
  assert.equal(alarms.length, count);
  const found = alarms.find(
    ({ title, risk, rules }) =>
      title === attack.title &&
      risk === attack.risk &&
      rules.filter(({ status }) => status === 'finished').length === attack.stages,
  );
  assert.ok(found, alarms.map(({ title, risk }) => `${String(risk)} ${title}`).join('\n'));
}

/** The events in their recorded order, moved so that the newest is a few seconds old. */
function readRecording(source: string): RawEvent[] {
  const text = gunzipSync(readFileSync(join(source, 'events.ndjson.gz'))).toString('utf8');
  const events = text.trimEnd().split('\n').map(parseEvent);
  const times = events.map(({ timestamp }) => Date.parse(timestamp));
  const newest = Math.floor(Date.now() / 1000 - NEWEST_AGE_SECONDS) * 1000;
  const shift = newest - times.reduce((latest, time) => Math.max(latest, time));
  return events.map((event) => ({
    ...event,
    timestamp: new Date(Date.parse(event.timestamp) + shift).toISOString(),
  }));
}

function textOf(events: readonly RawEvent[], format: Recording['format']): string {
  if (format === 'array') return JSON.stringify(events);
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

async function postWithCurl(file: string, url: string): Promise<{ status: string; body: string }> {
  const { stdout } = await promisify(execFile)('curl', [
    ...['--silent', '--show-error', '--max-time', '60'],
    ...['--write-out', '\n%{http_code}'],
    ...['--data-binary', `@${file}`, url],
  ]);
  const end = stdout.lastIndexOf('\n');
  return { status: stdout.slice(end + 1), body: stdout.slice(0, end) };
}

/** The last line of each alarm. */
function readNewestAlarms(logDir: string): AlarmRecord[] {
  const newest = new Map<string, AlarmRecord>();
  const text = readFileSync(join(logDir, 'siem_alarms.json'), 'utf8');
  for (const line of text.trimEnd().split('\n')) {
    const alarm = parseAlarm(line);
    newest.set(alarm.alarm_id, alarm);
  }
  return [...newest.values()];
}

function parseEvent(line: string): RawEvent {
  const value: unknown = JSON.parse(line);
  if (!isEvent(value)) throw new Error(`no event: ${line}`);
  return value;
}

function parseAlarm(line: string): AlarmRecord {
  const value: unknown = JSON.parse(line);
  if (!isAlarm(value)) throw new Error(`no alarm: ${line}`);
  return value;
}

function isEvent(value: unknown): value is RawEvent {
  return typeof value === 'object' && value !== null && 'timestamp' in value;
}

function isAlarm(value: unknown): value is AlarmRecord {
  return typeof value === 'object' && value !== null && 'alarm_id' in value && 'rules' in value;
}
