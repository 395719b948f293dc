// The log directory is on a file system that fills up: senders are slowed down, then refused; nothing is torn or doubled.

import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { JSON_LOG, parseLog, stopBalanced } from '../support/ledger-check.ts';
import { ATTACK_FILES, createAttackStream, isKnown } from '../support/load-attacks.ts';
import { readAlarmLines, readEventLines } from '../support/load-results.ts';
import { postEvents } from '../support/load-sender.ts';
import { startProduct, type Product } from '../support/process.ts';
import { mountSmallDisk, skipWithoutMount, type SmallDisk } from '../support/small-disk.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { waitUntil } from '../support/wait-until.ts';

const MAX_QUEUE = 200;
const DISK_KIB = 8 * 1024;
/** No longer than this are the senders of SPEC §9 kept waiting. */
const WAIT_MS = 2_000;
const SHUTDOWN_SECONDS = 3;
/** What an end takes beyond --shutdown-timeout: the attempt under way, and the process itself. */
const MARGIN_MS = 2_000;

/** The store reads the alarm file again when there is space, so that nothing of it is lost. */
const STORE_FAILS = 'the alarm store fails, it is tried again';
const WRITE_FAILS = 'writing a file fails, its lines wait';

type Events = ReturnType<ReturnType<typeof createAttackStream>>;

interface Bed {
  readonly disk: SmallDisk;
  readonly product: Product;
}

describe('a full disk', { skip: skipWithoutMount() }, () => {
  it('makes senders wait, then answers 503, and everything is written once when space returns', async (t) => {
    const { disk, product } = await makeBed(t);
    const { port, logDir } = product;
    const next = createAttackStream(0);
    const known: string[] = [];
    const note = (events: Events): void => {
      known.push(...events.filter(isKnown).map(({ event_id }) => event_id));
    };
    for (let count = 0; count < 100; count += 1) {
      const events = next();
      assert.equal(await postEvents(port, events), 200);
      note(events);
    }
    await waitUntil(() => readEventLines(logDir).length === known.length, 'the first lines');
    disk.fill();
    const { waitedMs, refused } = await postUntilFull(port, next, note);
    assert.ok(waitedMs > WAIT_MS * 0.9 && waitedMs < WAIT_MS * 2, `waited ${String(waitedMs)} ms`);
    const failures = parseLog(product.log()).filter(({ fields }) => fields.message === WRITE_FAILS);
    assert.ok(failures.length >= 1 && failures.length <= 2);
    for (const { level, fields } of failures) {
      assert.equal(level, 'ERROR');
      assert.match(JSON.stringify(fields), /ENOSPC/);
    }
    disk.free();
    const again = async (): Promise<boolean> => (await postEvents(port, refused)) === 200;
    await waitUntil(again, 'a sender that is taken again');
    note(refused);
    const { ledger } = await stopBalanced(product, 'SIGTERM', {
      errors: [WRITE_FAILS, STORE_FAILS],
    });
    const lines = readEventLines(logDir).map(({ event_id }) => event_id);
    assert.deepEqual(lines.toSorted(), known.toSorted());
    assert.equal(readAlarmLines(logDir).length, ledger.alarmLines.written);
    assert.ok(ledger.refused[503] > 0);
  });

  it('lets SIGTERM end the product within its limit, which says what is lost', async (t) => {
    const { disk, product } = await makeBed(t);
    const next = createAttackStream(0);
    assert.equal(await postEvents(product.port, next()), 200);
    disk.fill();
    await postUntilFull(product.port, next, () => undefined);
    const begin = performance.now();
    const { ledger, lines, backlogs } = await stopBalanced(product, 'SIGTERM', {
      losses: true,
      errors: [
        WRITE_FAILS,
        STORE_FAILS,
        'alarms of a former run may be shown as running',
        'the live feed begins without the alarms of before',
        'lines of events are not written yet',
        'lines are lost, no time is left',
        'backlogs are lost',
      ],
    });
    const tookMs = performance.now() - begin;
    t.diagnostic(`ended after ${tookMs.toFixed(0)} ms; ${JSON.stringify(ledger.alarmEventLines)}`);
    assert.ok(tookMs < SHUTDOWN_SECONDS * 1000 + MARGIN_MS, `ended after ${String(tookMs)} ms`);
    const messages = lines.map(({ fields }) => fields.message);
    assert.ok(messages.includes('lines are lost, no time is left'));
    assert.ok(messages.includes('backlogs are lost'));
    assert.equal(backlogs, 0);
    const { decided, written, waiting, lost } = ledger.alarmEventLines;
    assert.equal(waiting, 0);
    assert.ok(lost > 0 && decided === written + lost);
    assert.equal(readEventLines(product.logDir).length, written);
    assert.equal(readAlarmLines(product.logDir).length, ledger.alarmLines.written);
    disk.free();
    const { configDir, logDir } = product;
    const successor = await startProduct({ configDir, logDir, environment: JSON_LOG });
    t.after(successor.dispose);
    assert.equal(await postEvents(successor.port, next()), 200);
    await stopBalanced(successor);
    readEventLines(logDir);
  });

  it('holds the end up only as long as the operator has patience: a second signal, 2 s later, ends it', async (t) => {
    const { disk, product } = await makeBed(t, ['--shutdown-timeout=60']);
    const next = createAttackStream(0);
    disk.fill();
    await postUntilFull(product.port, next, () => undefined);
    process.kill(product.pid, 'SIGINT');
    await waitUntil(() => product.log().includes('"stopping"'), 'the first signal');
    const firstAt = performance.now();
    process.kill(product.pid, 'SIGINT');
    process.kill(product.pid, 'SIGTERM');
    const early = await Promise.race([product.ended, after(firstAt, 1_700)]);
    assert.equal(early, 'still there');
    await after(firstAt, 2_100);
    const begin = performance.now();
    const ending = await product.stop('SIGINT');
    assert.deepEqual(ending, { code: 1, signal: null });
    assert.ok(performance.now() - begin < 1_000);
    assert.match(product.log(), /stopped at once by a second signal/);
  });
});

async function makeBed(t: TestContext, options: readonly string[] = []): Promise<Bed> {
  const disk = mountSmallDisk(DISK_KIB);
  assert.ok(disk !== undefined, 'a file system could not be mounted');
  t.after(() => {
    disk.unmount();
  });
  const configDir = makeTemporaryFolder('config');
  const product = await startProduct({
    ...{ configDir, logDir: disk.folder, files: ATTACK_FILES, environment: JSON_LOG },
    options: [
      `--max-queue=${String(MAX_QUEUE)}`,
      `--shutdown-timeout=${String(SHUTDOWN_SECONDS)}`,
      ...options,
    ],
  });
  t.after(product.dispose);
  return { disk, product };
}

/** Posts until a request is refused because the queue is full: this one, and how long it took. */
async function postUntilFull(
  port: number,
  next: () => Events,
  taken: (events: Events) => void,
): Promise<{ readonly refused: Events; readonly waitedMs: number }> {
  for (;;) {
    const events = next();
    const begin = performance.now();
    const outcome = await postEvents(port, events);
    if (outcome === 503) return { refused: events, waitedMs: performance.now() - begin };
    assert.equal(outcome, 200);
    taken(events);
  }
}

function after(begin: number, ms: number): Promise<'still there'> {
  return delay(Math.max(0, begin + ms - performance.now()), 'still there');
}
