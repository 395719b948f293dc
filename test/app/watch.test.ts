import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { z } from 'zod';
import { parseWatchWords, type WatchRequest } from '../../app/commands/watch.ts';
import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';
import type { EngineChange } from '../../core/alarm/alarm-state.ts';
import { makeAlarmState, makeCounts } from '../support/alarm-states.ts';
import { startFeed } from '../support/feed-bed.ts';
import { findFreePort } from '../support/process.ts';
import { waitUntil } from '../support/wait-until.ts';

const root = join(import.meta.dirname, '..', '..');
const PROGRAM = `import { watch } from './app/commands/watch.ts';
process.exitCode = (await watch(JSON.parse(process.env.REQUEST))) ? 0 : 1;`;

interface Watcher {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  /** The exit code. */
  readonly ended: Promise<unknown>;
}

const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
});

function startWatch(request: Partial<WatchRequest> & { readonly url: string }): Watcher {
  const whole = { token: undefined, filters: {}, json: false, ...request };
  const child = spawn(process.execPath, ['--import=tsx', '--input-type=module', '-e', PROGRAM], {
    cwd: root,
    env: { ...process.env, REQUEST: JSON.stringify(whole) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
  });
  const ended = once(child, 'exit').then(([code]: unknown[]) => code);
  return { child, out: () => out, err: () => err, ended };
}

function line(alarm: Partial<AlarmRecord> = {}): EngineChange {
  return { type: 'alarm', state: makeAlarmState({ alarm }) };
}

describe('dsiem watch', () => {
  it('prints alarms and their progress as lines, and ends on SIGINT', async () => {
    const bed = await startFeed();
    const watcher = startWatch({ url: `http://127.0.0.1:${String(bed.port)}` });
    await waitUntil(() => bed.feed.clients === 1);
    bed.source.tell(line({ risk: 8, risk_class: 'High', title: 'Brute\u001B[2J force' }));
    const pattern =
      /^\d\d:\d\d:\d\d {2}High {4}8 {2}Brute·\[2J force +2\/3 {2}10\.0\.0\.1 → 192\.168\.0\.1 {2}running, 1 of 5 events {2}alarm-001 Open\n/;
    await waitUntil(() => pattern.test(watcher.out()), 'the line of an alarm');
    const progress = makeCounts({ events: 3 });
    bed.source.tell({ type: 'progress', alarmId: 'alarm-001', progress });
    await waitUntil(() => watcher.out().includes('running, 3 of 5 events'), 'its progress');
    watcher.child.kill('SIGINT');
    assert.equal(await watcher.ended, 0);
    assert.equal(watcher.err(), '');
  });

  it('prints what persons do to alarms', async () => {
    const bed = await startFeed();
    const watcher = startWatch({ url: bed.url });
    await waitUntil(() => bed.feed.clients === 1);
    bed.source.tell(line());
    const action = { alarm_id: 'alarm-001', at: 1, by: 'ann\u001B[2J', from: '', value: '' };
    const deeds = [
      { what: 'status', value: 'Closed' },
      { what: 'comment', value: 'known\nscanner' },
      { what: 'assignee', value: 'rob' },
      { what: 'assignee' },
      { what: 'delete' },
      { what: 'restore' },
    ] as const;
    bed.source.tell(
      ...deeds.map((deed) => ({ type: 'action', action: { ...action, ...deed } }) as const),
    );
    await waitUntil(() => watcher.out().includes('restored'), 'what was done');
    const words = watcher
      .out()
      .split('\n')
      .flatMap((text) => /alarm-001: (.*)/.exec(text)?.[1] ?? []);
    const expected = [
      'status Closed',
      'comment known·scanner',
      'assigned to rob',
      'assigned to nobody',
      'deleted',
      'restored',
    ];
    assert.deepEqual(
      words,
      expected.map((text) => `${text} by ann·[2J`),
    );
  });

  it('comes back after a loss and goes on where it was', async () => {
    const bed = await startFeed();
    const watcher = startWatch({ url: bed.url, json: true, filters: { min_risk: '2' } });
    await waitUntil(() => bed.feed.clients === 1);
    bed.source.tell(line({ alarm_id: 'first' }));
    await waitUntil(() => watcher.out().includes('first'));
    bed.drop();
    bed.source.tell(line({ alarm_id: 'low', risk: 1 }), line({ alarm_id: 'missed' }));
    await waitUntil(() => watcher.out().includes('missed'), 'what was missed');
    const messages = watcher.out().trim().split('\n').map(readMessage);
    assert.deepEqual(
      messages.map(({ kind, resumed }) =>
        resumed === undefined ? kind : `${kind} ${String(resumed)}`,
      ),
      ['hello false', 'snapshot', 'updates', 'hello true', 'updates'],
    );
    assert.ok(!watcher.out().includes('"low"'));
    assert.match(watcher.err(), /^dsiem: .*; trying again in 0\.25 s\n$/);
    watcher.child.kill('SIGTERM');
    assert.equal(await watcher.ended, 0);
  });

  it('ends when nobody reads its output any more', async () => {
    const bed = await startFeed();
    const watcher = startWatch({ url: bed.url, json: true });
    await waitUntil(() => watcher.out() !== '');
    watcher.child.stdout?.destroy();
    bed.source.tell(line());
    await waitUntil(() => {
      bed.source.tell(line());
      return watcher.child.exitCode !== null;
    });
    assert.equal(await watcher.ended, 0);
    assert.equal(watcher.err(), '');
  });

  it('says why it is not wanted, and fails', async () => {
    const bed = await startFeed();
    const watcher = startWatch({ url: bed.url, filters: { min_risk: '11' } });
    assert.equal(await watcher.ended, 1);
    assert.match(watcher.err(), /^dsiem: min_risk: must be a whole number, 0 to 10\n$/);
  });

  it('says that a URL is none', async () => {
    const watcher = startWatch({ url: 'http://' });
    assert.equal(await watcher.ended, 1);
    assert.match(watcher.err(), /^dsiem: .*Invalid URL/);
  });

  it('waits for an engine that is not there yet', async () => {
    const port = await findFreePort();
    const watcher = startWatch({ url: `127.0.0.1:${String(port)}` });
    await waitUntil(() => watcher.err().includes('trying again in 0.5 s'));
    assert.match(watcher.err(), /ECONNREFUSED/);
    watcher.child.kill('SIGINT');
    assert.equal(await watcher.ended, 0);
  });
});

describe('the words after dsiem watch', () => {
  const usual = 'http://127.0.0.1:8080';
  const cases: readonly (readonly [words: readonly string[], parsed: unknown])[] = [
    [[], { url: usual, filters: {} }],
    [['host:8081'], { url: 'host:8081', filters: {} }],
    [
      ['min_risk=3', 'https://host', 'status=Open,In-Progress'],
      { url: 'https://host', filters: { min_risk: '3', status: 'Open,In-Progress' } },
    ],
    [['a', 'b'], 'b: a filter is written as min_risk=3, and there is one URL'],
    [['htp://host'], `htp://host: must be the URL of an engine, such as ${usual}`],
  ];
  for (const [words, parsed] of cases) {
    it(`are understood: ${words.join(' ') || 'none'}`, () => {
      assert.deepEqual(parseWatchWords(words, usual), parsed);
    });
  }
});

const messageShape = z.looseObject({ kind: z.string(), resumed: z.boolean().optional() });

function readMessage(text: string): z.infer<typeof messageShape> {
  return messageShape.parse(JSON.parse(text));
}
