// The product is stopped and started again while events stream in; nothing that was answered 200 is lost or taken twice.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { RawEvent } from '../model/model-input.ts';
import { JSON_LOG, stopBalanced } from '../support/ledger-check.ts';
import { ATTACK_FILES, createAttackStream, isKnown } from '../support/load-attacks.ts';
import {
  gatherBacklogs,
  readAlarmLines,
  readEventLines,
  type WrittenBacklog,
} from '../support/load-results.ts';
import { postEvents, sendEvents, type SentEvents } from '../support/load-sender.ts';
import { findFreePort, startProduct, type Product } from '../support/process.ts';
import { makeTemporaryFolder, removeFolder } from '../support/temporary-folder.ts';
import { trials } from '../support/trials.ts';

const SENDERS = 6;
const PACE_MS = 2;
const LONGEST_RUN_MS = 700;
const REPLAY_ARRAY = 500;

interface Place {
  readonly port: number;
  readonly configDir: string;
  readonly logDir: string;
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  const restarts = trials(signal === 'SIGTERM' ? 50 : 20);
  test(`after ${String(restarts)} restarts by ${signal} under load the alarms are those of one run`, async (t) => {
    const place = await makePlace(t);
    let product = await start(t, place);
    const end = new AbortController();
    const senders = Promise.all(
      Array.from({ length: SENDERS }, (_, sender) =>
        sendEvents({
          ...{ port: place.port, next: createAttackStream(sender), paceMs: PACE_MS },
          signal: end.signal,
        }),
      ),
    );
    let accepted = 0;
    for (let restart = 0; restart < restarts; restart += 1) {
      await delay(Math.random() * LONGEST_RUN_MS);
      accepted += (await stopBalanced(product, signal)).ledger.accepted;
      product = await start(t, place);
    }
    await delay(LONGEST_RUN_MS / 2);
    end.abort();
    const sent = await senders;
    accepted += (await stopBalanced(product, signal)).ledger.accepted;
    assertAccepted(t, accepted, sent);
    assert.deepEqual(readWritten(place.logDir), await replay(t, sent));
  });
}

async function makePlace(t: TestContext): Promise<Place> {
  const place = {
    port: await findFreePort(),
    configDir: makeTemporaryFolder('config'),
    logDir: makeTemporaryFolder('logs'),
  };
  t.after(() => {
    removeFolder(place.configDir);
    removeFolder(place.logDir);
  });
  return place;
}

async function start(t: TestContext, place: Place): Promise<Product> {
  const product = await startProduct({ ...place, files: ATTACK_FILES, environment: JSON_LOG });
  t.after(product.dispose);
  return product;
}

/** The ledger holds every event that was answered 200 and no other: a stop answers whatever it has taken. */
function assertAccepted(t: TestContext, accepted: number, sent: readonly SentEvents[]): void {
  const total = (events: (one: SentEvents) => number): number =>
    sent.reduce((sum, one) => sum + events(one), 0);
  const answered = total((one) => one.answered.size);
  const unanswered = total((one) => one.unanswered.size);
  const refused = total((one) => one.statuses[503] ?? 0);
  t.diagnostic(
    `${String(answered)} events answered 200, ${String(unanswered)} not answered, ${String(refused)} requests answered 503`,
  );
  assert.ok(answered > 0);
  assert.equal(accepted, answered);
}

function readWritten(logDir: string): ReadonlyMap<string, WrittenBacklog> {
  const events = readEventLines(logDir);
  const pairs = new Set(events.map(({ alarm_id, event_id }) => `${alarm_id} ${event_id}`));
  assert.equal(pairs.size, events.length, 'a line was written twice');
  return gatherBacklogs(events, readAlarmLines(logDir));
}

/** What a run without restarts writes for the events that were taken. */
async function replay(
  t: TestContext,
  sent: readonly SentEvents[],
): Promise<ReadonlyMap<string, WrittenBacklog>> {
  const taken = sent.flatMap((one) =>
    one.sent.filter(({ event_id }) => one.answered.has(event_id)),
  );
  const place = await makePlace(t);
  const product = await start(t, place);
  for (const events of chunks(taken)) assert.equal(await postEvents(place.port, events), 200);
  const { ledger } = await stopBalanced(product);
  assert.equal(ledger.accepted, taken.length);
  assert.equal(ledger.noDirective, taken.filter((event) => !isKnown(event)).length);
  return readWritten(place.logDir);
}

function* chunks(events: readonly RawEvent[]): Generator<readonly RawEvent[]> {
  for (let at = 0; at < events.length; at += REPLAY_ARRAY)
    yield events.slice(at, at + REPLAY_ARRAY);
}
