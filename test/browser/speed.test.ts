// How light the page is, and that it stays so while alarms change faster than anybody reads.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { startPageBed, WITHOUT_BROWSER, type Visitor } from '../support/browser.ts';
import { postEvents } from '../support/load-sender.ts';
import type { Product } from '../support/process.ts';
import { attack, ATTACK_FILES, createAttack, UNTIL } from '../support/queue-attacks.ts';
import { trials } from '../support/trials.ts';

const LARGEST_LOAD = 200_000;
const UPDATES = trials(10_000);
const UPDATES_A_SECOND = 100;
const BATCH = 10;
const LONGEST_TASK_MS = 100;
const LONGEST_KEY_MS = 50;
const HEAP_GROWTH = 5_000_000;

/** Keeps how long each key takes until it is seen, as the browser measures it. */
const MEASURE_KEYS = `
  globalThis.keyTimes = [];
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === 'keydown') keyTimes.push(duration);
  }).observe({ type: 'event', durationThreshold: 16 });
`;

describe('the page is light', { skip: WITHOUT_BROWSER }, () => {
  it('its parts weigh less than 200 kB, with the font', async (t) => {
    const bed = await startPageBed(t, { files: ATTACK_FILES });
    await attack(bed.product(), 1, 50, UNTIL.medium);
    const { page, context } = await bed.visit();
    const devtools = await context.newCDPSession(page);
    const parts = new Set<string>();
    const loads: number[] = [];
    devtools.on('Network.responseReceived', ({ requestId, response }) => {
      if (new URL(response.url).pathname.startsWith('/ui/')) parts.add(requestId);
    });
    devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (parts.has(requestId)) loads.push(encodedDataLength);
    });
    await devtools.send('Network.enable');
    await page.goto('/ui/');
    await page.getByRole('grid').getByRole('row').nth(1).waitFor();
    await page.waitForLoadState('networkidle');
    const sum = loads.reduce((total, one) => total + one, 0);
    t.diagnostic(`${String(loads.length)} answers, ${String(sum)} bytes`);
    assert.ok(loads.length >= 5, `only ${String(loads.length)} answers were seen`);
    assert.ok(sum < LARGEST_LOAD, `${String(sum)} bytes`);
  });

  it(`${String(UPDATES)} updates at ${String(UPDATES_A_SECOND)}/s move no row and block nothing`, async (t) => {
    const bed = await startPageBed(t, { files: ATTACK_FILES });
    const product = bed.product();
    const attacks = Math.ceil(UPDATES / (UNTIL.high - 1));
    const known = Math.ceil(attacks * 0.6);
    await attack(product, 1, known);
    const visitor = await bed.visit({ script: MEASURE_KEYS });
    const { page } = visitor;
    await page.goto('/ui/');
    const rows = page.getByRole('grid').getByRole('row');
    await rows.nth(6).hover();
    const order = await listTitles(page);
    const under = await titleUnderPointer(page);
    const heapBefore = await measureHeap(visitor);
    await bed.browser.startTracing(page, { categories: ['toplevel'] });
    let keys = 0;
    await sendUpdates(product, { attacks, known }, async () => {
      await page.keyboard.press(keys % 2 === 0 ? 'j' : 'k');
      keys += 1;
      assert.equal(await titleUnderPointer(page), under);
    });
    const tasks = findLongestTasks(await bed.browser.stopTracing());
    await page
      .getByRole('button', { name: /new|changed|order/i })
      .first()
      .waitFor();
    // rows of a further page may have come below, where they belong
    assert.deepEqual((await listTitles(page)).slice(0, order.length), order);
    const growth = (await measureHeap(visitor)) - heapBefore;
    const keyMs = median(z.array(z.number()).parse(await page.evaluate('keyTimes')));
    t.diagnostic(
      `longest task ${tasks.cpuMs.toFixed(0)} ms of CPU, ${tasks.wallMs.toFixed(0)} ms in all; ` +
        `heap ${(growth / 1e6).toFixed(1)} MB more; key ${String(keyMs)} ms (median)`,
    );
    assert.ok(tasks.cpuMs < LONGEST_TASK_MS, `a task of ${String(tasks.cpuMs)} ms`);
    assert.ok(growth < HEAP_GROWTH, `${String(growth)} bytes more`);
    assert.ok(keyMs <= LONGEST_KEY_MS, `a key takes ${String(keyMs)} ms`);
  });
});

/** Brings all attacks to their end, one event of each after the other; calls `eachSecond` meanwhile. */
async function sendUpdates(
  { port }: Product,
  { attacks, known }: { readonly attacks: number; readonly known: number },
  eachSecond: () => Promise<void>,
): Promise<void> {
  const courses = Array.from({ length: attacks }, (_, index) =>
    createAttack(index + 1, UNTIL.high, index < known ? UNTIL.low : 0),
  );
  const events = Array.from({ length: UNTIL.high }, (_, step) =>
    courses.flatMap((course) => course.slice(step, step + 1)),
  ).flat();
  const start = performance.now();
  for (let sent = 0; sent < events.length; sent += BATCH) {
    assert.equal(await postEvents(port, events.slice(sent, sent + BATCH)), 200);
    if (sent % UPDATES_A_SECOND === 0) await eachSecond();
    const due = start + ((sent + BATCH) / UPDATES_A_SECOND) * 1000;
    await delay(Math.max(0, due - performance.now()));
  }
}

function listTitles(page: Page): Promise<string[]> {
  return page.getByRole('grid').getByRole('link').allInnerTexts();
}

function titleUnderPointer(page: Page): Promise<string> {
  return page.locator('tr:hover').getByRole('link').innerText();
}

async function measureHeap({ context, page }: Visitor): Promise<number> {
  const devtools = await context.newCDPSession(page);
  await devtools.send('HeapProfiler.enable');
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  await devtools.detach();
  return usedSize;
}

const trace = z.object({
  traceEvents: z.array(
    z.looseObject({
      name: z.string(),
      pid: z.number(),
      tid: z.number(),
      dur: z.number().optional(),
      tdur: z.number().optional(),
      args: z.looseObject({ name: z.unknown().optional() }).optional(),
    }),
  ),
});

/** The longest task of a page's main thread, by its own CPU time and by the clock, which other processes lengthen. */
function findLongestTasks(text: Awaited<ReturnType<Browser['stopTracing']>>): {
  readonly cpuMs: number;
  readonly wallMs: number;
} {
  const { traceEvents } = trace.parse(JSON.parse(text.toString('utf8')));
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${String(pid)} ${String(tid)}`),
  );
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) => name.endsWith('RunTask') && mains.has(`${String(pid)} ${String(tid)}`),
  );
  assert.ok(
    tasks.some(({ tdur = 0 }) => tdur > 0),
    'the trace has no CPU times',
  );
  return {
    cpuMs: tasks.reduce((most, { tdur = 0 }) => Math.max(most, tdur), 0) / 1000,
    wallMs: tasks.reduce((most, { dur = 0 }) => Math.max(most, dur), 0) / 1000,
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
