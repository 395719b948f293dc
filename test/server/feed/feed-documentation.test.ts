import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DEFAULT_FEED_LIMITS } from '../../../server/feed/feed-limits.ts';
import { feedMessage, UPDATE_KINDS } from '../../../server/feed/feed-message.ts';
import { makeAlarmState, makeCounts } from '../../support/alarm-states.ts';
import { startFeed } from '../../support/feed-bed.ts';
import { waitUntil } from '../../support/wait-until.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const page = readFileSync(join(root, 'docs', 'feed.md'), 'utf8');

describe('docs/feed.md', () => {
  it('has a client that works', async (t) => {
    const bed = await startFeed();
    const program = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: root,
      env: { ...process.env, FEED_URL: bed.url },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => child.kill());
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    await waitUntil(() => bed.feed.clients === 1);
    bed.source.tell({ type: 'alarm', state: makeAlarmState() });
    await waitUntil(() => output.includes('2 Brute force from 10.0.0.1 2/3'), 'the alarm');
    const progress = makeCounts({ stage: 3 });
    bed.source.tell({ type: 'progress', alarmId: 'alarm-001', progress });
    await waitUntil(() => output.includes('2 Brute force from 10.0.0.1 3/3'), 'its progress');
  });

  it('names every kind of message and update', () => {
    const kinds = [...UPDATE_KINDS, ...feedMessage.options.map(({ shape }) => shape.kind.value)];
    for (const kind of kinds) assert.ok(page.includes(`| \`${kind}\` |`), kind);
  });

  it('says what the limits are', () => {
    const { clients, snapshotAlarms, slowMs, unreadBytes, pingMs, quietMs, keptUpdates } =
      DEFAULT_FEED_LIMITS;
    const said = [
      `${clients.toLocaleString('en')} clients`,
      `at most ${String(snapshotAlarms)}`,
      `${String(slowMs / 1000)} s while more than ${String(unreadBytes / 1024)} KiB`,
      `pings every ${String(pingMs / 1000)} s`,
      `every ${String(quietMs / 1000)} s`,
      `${keptUpdates.toLocaleString('en')} updates`,
    ];
    assert.deepEqual(
      said.filter((words) => !page.replaceAll('\n', ' ').includes(words)),
      [],
    );
    assert.equal(DEFAULT_FEED_LIMITS.periodMs, 250);
    assert.equal(DEFAULT_FEED_LIMITS.keptTurns * 250, 600_000);
  });
});
