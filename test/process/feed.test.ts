// The live feed of the real product under load: nobody misses the last state of an alarm, and it costs little.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { makeFeedConfiguration, runLoad, startFeedClients } from '../../bench/rig/feed-load.ts';
import { feedMessage, type FeedMessage } from '../../server/feed/feed-message.ts';
import { JSON_LOG, stopBalanced } from '../support/ledger-check.ts';
import { readAlarmLines } from '../support/load-results.ts';
import { postEvents } from '../support/load-sender.ts';
import { startProduct } from '../support/process.ts';
import { trials } from '../support/trials.ts';
import { waitUntil } from '../support/wait-until.ts';
import { alarmState } from '../../server/schemas/alarm.ts';

const CLIENTS = trials(1000);
const IS_SOAK = CLIENTS === 1000;
const SECONDS = IS_SOAK ? 60 : 3;
/** Takes half a core and more. */
const RATE = IS_SOAK ? 60_000 : 5000;
const UPDATES = 200;
const MOST_RATIO = 1.25;
const MOST_MEMORY_MB = 1200;

test('a real WebSocket client sees an attack from the first alarm to the end, as file and REST have it', async (t) => {
  const product = await startProduct({ files: makeFeedConfiguration(), environment: JSON_LOG });
  t.after(product.dispose);
  const webSocket = new WebSocket(`ws://127.0.0.1:${String(product.port)}/alarms/`);
  const messages: FeedMessage[] = [];
  webSocket.on('message', (data: Buffer) => {
    messages.push(feedMessage.parse(JSON.parse(data.toString())));
  });
  await once(webSocket, 'open');
  await waitUntil(() => messages.length === 2);
  const updates = () =>
    messages.flatMap((message) => (message.kind === 'updates' ? message.updates : []));
  const newest = () => updates().findLast((update) => update.kind === 'alarm')?.state;
  for (let stage = 1; stage <= 5; stage += 1) {
    const event = {
      ...{ event_id: `e${String(stage)}`, plugin_id: 1, plugin_sid: stage, src_ip: '10.0.0.1' },
      ...{ dst_ip: '192.168.0.1', timestamp: new Date().toISOString(), title: 't', sensor: 's' },
    };
    assert.equal(await postEvents(product.port, [event]), 200);
    const next = Math.min(stage + 1, 5);
    await waitUntil(() => newest()?.stage === next, `the alarm in stage ${String(next)}`);
  }
  await waitUntil(() => newest()?.progress === 'complete', 'the end');
  const state = newest();
  assert.ok(state !== undefined);
  assert.deepEqual(state.alarm, readAlarmLines(product.logDir).at(-1));
  const rest = await fetch(`${product.url}/api/alarms?progress=complete`);
  // a row of the list is the state with what persons did to it
  const page = z.object({ alarms: z.array(alarmState) }).parse(await rest.json());
  assert.deepEqual(page.alarms, [state]);
  assert.ok(updates().some((update) => update.kind === 'backlog' && update.change === 'ended'));
  const closed = once(webSocket, 'close');
  await stopBalanced(product);
  assert.equal((await closed)[0], 1001);
});

test(`${String(CLIENTS)} clients miss nothing in ${String(SECONDS)} s of load, and one that never reads harms nobody`, async (t) => {
  const product = await startProduct({ files: makeFeedConfiguration(), environment: JSON_LOG });
  t.after(product.dispose);
  let first = 0;
  const load = (seconds: number) => {
    first += 1_000_000;
    return runLoad(product, { rate: RATE, updates: UPDATES, seconds, first });
  };
  await load(2);
  const before = await load(SECONDS / 2);
  const crowd = await startFeedClients(product, { clients: CLIENTS, stuck: 1 });
  const watched = await load(SECONDS);
  const report = await crowd.judge();
  const after = await load(SECONDS / 2);
  const ratio = (2 * watched.cpuMicros) / (before.cpuMicros + after.cpuMicros);
  t.diagnostic(
    `alone ${before.cores.toFixed(2)} cores, ratio ${ratio.toFixed(2)}, peak ${watched.peakMb.toFixed(0)} MB, ${JSON.stringify(report)}`,
  );
  assert.ok(watched.alarmUpdates > SECONDS * UPDATES * 0.5, String(watched.alarmUpdates));
  const { clients, wrong, gaps, closed, example } = report;
  assert.deepEqual(
    { clients, wrong, gaps, closed },
    { clients: CLIENTS, wrong: 0, gaps: 0, closed: 0 },
    example,
  );
  assert.ok(watched.peakMb < MOST_MEMORY_MB);
  if (IS_SOAK) assert.ok(ratio <= MOST_RATIO, `ratio ${ratio.toFixed(2)}`);
  await stopBalanced(product);
});
