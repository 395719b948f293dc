// One daemon per log directory, and what a run leaves there for the next (SPEC §10, DESIGN §1).

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { RawEvent } from '../model/model-input.ts';
import { parseLog, stopBalanced } from '../support/ledger-check.ts';
import { readEventLines } from '../support/load-results.ts';
import { postEvents } from '../support/load-sender.ts';
import { waitUntil } from '../support/wait-until.ts';
import {
  assertAllFinished,
  assertGoesOn,
  ATTACKERS,
  completions,
  makePlace,
  openings,
  post,
  readPosition,
  start,
} from './life.ts';
import { startOrEnd } from './start-or-end.ts';

/** Of a kill and an orderly stop. */
const ROUNDS = 2;

describe('a second engine on the same log directory', () => {
  it('waits --shutdown-timeout and 5 s, then ends with exit code 2 and the pid of the first', async (t) => {
    const place = makePlace(t);
    const first = await start(t, place);
    const begin = performance.now();
    const second = await startOrEnd({ ...place, options: ['--shutdown-timeout=1'] });
    const seconds = (performance.now() - begin) / 1000;
    assert.ok(second.kind === 'ended', second.kind);
    assert.deepEqual(second.ending, { code: 2, signal: null });
    const error = parseLog(second.log).find(({ level }) => level === 'ERROR');
    assert.match(error?.fields.message ?? '', /another engine/);
    assert.equal(error?.fields['pid'], first.pid);
    assert.ok(seconds >= 6 && seconds < 12, `refused after ${String(seconds)} s`);
    await post(first, openings('a'));
    const { ledger } = await stopBalanced(first);
    assert.equal(ledger.opened, ATTACKERS);
  });

  it('goes on with the backlogs when the first ends meanwhile', async (t) => {
    const place = makePlace(t);
    const first = await start(t, place);
    await post(first, openings('a'));
    const second = startOrEnd({ ...place });
    await delay(500);
    assert.equal((await stopBalanced(first)).backlogs, ATTACKERS);
    const started = await second;
    assert.ok(started.kind === 'running', started.kind);
    await postEvents(started.port, completions('a'));
    const { ledger } = await stopBalanced(started.group);
    assert.equal(ledger.consumed, 6 * ATTACKERS);
    assertAllFinished(place.logDir, ATTACKERS);
  });
});

describe('the log of inputs', () => {
  it('goes on after an orderly stop: the same alarm ids with restarts as without', async (t) => {
    const events = [...openings('a'), ...completions('a'), ...openings('b'), ...completions('b')];
    const whole = await runWithRestarts(t, events, 0);
    const restarted = await runWithRestarts(t, events, 3);
    assert.equal(whole.length, 14 * ATTACKERS);
    assert.deepEqual(restarted, whole);
  });

  it('begins anew after kill -9, with no alarm id twice', async (t) => {
    const place = makePlace(t);
    const epochs = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const product = await start(t, place);
      await post(product, openings(`killed ${String(round)}`));
      const expected = (2 * round + 1) * ATTACKERS;
      await waitUntil(() => readEventLines(place.logDir).length === expected, 'the lines');
      assert.deepEqual(await product.stop('SIGKILL'), { code: null, signal: 'SIGKILL' });
      assert.equal(existsSync(join(place.logDir, 'engine.json')), false);
      const next = await start(t, place, { options: ['--reload-backlogs=false'] });
      await post(next, openings(`after ${String(round)}`));
      await stopBalanced(next);
      epochs.add(readPosition(place.logDir).epoch);
    }
    assert.equal(epochs.size, ROUNDS);
    const lines = readEventLines(place.logDir);
    assert.equal(lines.length, 2 * ROUNDS * ATTACKERS);
    assert.equal(new Set(lines.map(({ alarm_id }) => alarm_id)).size, lines.length);
  });
});

describe('--reload-backlogs=false', () => {
  it('neither saves nor loads, and leaves saved files alone', async (t) => {
    const place = makePlace(t);
    const first = await start(t, place);
    await post(first, openings('a'));
    await stopBalanced(first);
    const saved = readFileSync(join(place.logDir, 'backlogs', '1.json'));
    const second = await start(t, place, { options: ['--reload-backlogs=false'] });
    await post(second, [...completions('a'), ...openings('b')]);
    const { ledger, backlogs } = await stopBalanced(second);
    assert.deepEqual(
      { unmatched: ledger.unmatched, opened: ledger.opened, backlogs },
      { unmatched: 6 * ATTACKERS, opened: ATTACKERS, backlogs: 0 },
    );
    assert.deepEqual(readFileSync(join(place.logDir, 'backlogs', '1.json')), saved);
    await assertGoesOn(t, place, 'a');
  });
});

/** Feeds the events one by one to a log of inputs that is always the same; gives the lines. */
async function runWithRestarts(
  t: TestContext,
  events: readonly RawEvent[],
  restarts: number,
): Promise<unknown[]> {
  const place = makePlace(t);
  const position = { epoch: 'a known log', nextSequence: 0 };
  writeFileSync(join(place.logDir, 'engine.json'), JSON.stringify(position));
  let product = await start(t, place);
  const part = Math.ceil(events.length / (restarts + 1));
  for (const [index, event] of events.entries()) {
    if (index > 0 && index % part === 0) {
      await stopBalanced(product);
      assert.deepEqual(readPosition(place.logDir), { ...position, nextSequence: index });
      product = await start(t, place);
    }
    await post(product, [event]);
  }
  await stopBalanced(product);
  return readEventLines(place.logDir);
}
