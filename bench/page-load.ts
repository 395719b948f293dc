// How fast the page is there: bytes of its parts, time to the first row and to the answer to a key, with a filled list.
// node --import tsx bench/page-load.ts [--alarms 10000] [--loads 10]; needs a build and Chromium.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { startPageBed, type PageBed } from '../test/support/browser.ts';
import { attack, ATTACK_FILES } from '../test/support/queue-attacks.ts';
import { waitUntil } from '../test/support/wait-until.ts';

const { values } = parseArgs({
  options: {
    alarms: { type: 'string', default: '10000' },
    loads: { type: 'string', default: '10' },
  },
});

/** Notes when the first row of the list is painted, and how long keys take until they are seen. */
const MEASURE = `
  globalThis.firstRowMs = null;
  globalThis.keyTimes = [];
  const look = () => {
    if (document.querySelector('tr[data-id]') === null) requestAnimationFrame(look);
    else requestAnimationFrame(() => { firstRowMs = performance.now(); });
  };
  requestAnimationFrame(look);
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === 'keydown') keyTimes.push(duration);
  }).observe({ type: 'event', durationThreshold: 16 });
`;

const endings: (() => Promise<void>)[] = [];
const bed = await startPageBed(
  {
    after: (end: () => Promise<void>) => {
      endings.push(end);
    },
  },
  { files: ATTACK_FILES },
);
try {
  await attack(bed.product(), 1, Number(values.alarms));
  const loads: Awaited<ReturnType<typeof loadOnce>>[] = [];
  for (let load = 0; load < Number(values.loads); load += 1) loads.push(await loadOnce(bed));
  const busy = loadavg()[0]?.toFixed(1) ?? '';
  console.log(`alarms ${values.alarms}, loads ${values.loads}, each with an empty cache`);
  console.log(`load of the machine    ${busy}`);
  console.log(`bytes of the page      ${String(median(loads.map(({ bytes }) => bytes)))}`);
  console.log(`first row, median ms   ${median(loads.map(({ row }) => row)).toFixed(0)}`);
  console.log(`key, median ms         ${median(loads.map(({ key }) => key)).toFixed(0)}`);
} finally {
  for (const end of endings) await end();
}

async function loadOnce({
  visit,
}: PageBed): Promise<{ readonly bytes: number; readonly row: number; readonly key: number }> {
  const { page, context } = await visit({ script: MEASURE });
  const devtools = await context.newCDPSession(page);
  const parts = new Set<string>();
  let bytes = 0;
  devtools.on('Network.responseReceived', ({ requestId, response }) => {
    if (new URL(response.url).pathname.startsWith('/ui/')) parts.add(requestId);
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (parts.has(requestId)) bytes += encodedDataLength;
  });
  await devtools.send('Network.enable');
  await page.goto('/ui/');
  await waitUntil(async () => (await page.evaluate('firstRowMs')) !== null, 'the first row');
  const row = Number(await page.evaluate('firstRowMs'));
  const key = await timeKeys(page);
  await page.waitForLoadState('networkidle');
  await context.close();
  return { bytes, row, key };
}

async function timeKeys(page: Page): Promise<number> {
  for (let press = 0; press < 10; press += 1) await page.keyboard.press('j');
  await waitUntil(async () => Number(await page.evaluate('keyTimes.length')) > 0, 'keys');
  return Number(await page.evaluate('keyTimes.sort((a, b) => a - b)[keyTimes.length >> 1]'));
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
