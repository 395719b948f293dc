// Every page and state that a visitor reaches, for tests of how they look and for pictures of them; and an engine with
// something to show on each.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { readAdminToken } from './browser.ts';
import { postEvents } from './load-sender.ts';
import type { Product } from './process.ts';
import { makeTemporaryFolder, removeFolder } from './temporary-folder.ts';

export interface PageState {
  readonly name: string;
  /** `ID` is the alarm with the highest risk. */
  readonly address: string;
  /** Pressed one after the other. */
  readonly keys?: readonly string[];
}

export const PAGE_STATES: readonly PageState[] = [
  { name: 'alarms', address: '#/alarms?sort=-risk', keys: ['j'] },
  { name: 'alarms-all', address: '#/alarms?status=*' },
  { name: 'alarms-filtered', address: '#/alarms?risk=High&not.tag=False+Positive' },
  { name: 'alarms-none', address: '#/alarms?q=nothing-has-this&risk=High' },
  { name: 'alarms-selected', address: '#/alarms?sort=-risk', keys: ['g', 'g', 'x', 'J', 'J'] },
  { name: 'alarms-selected-tag', address: '#/alarms?sort=-risk', keys: ['g', 'g', 'x', 'J', 't'] },
  { name: 'alarms-tag', address: '#/alarms?sort=-risk', keys: ['g', 'g', 't'] },
  { name: 'alarms-comment', address: '#/alarms?sort=-risk', keys: ['g', 'g', 'm'] },
  { name: 'alarms-preview', address: '#/alarms?sort=-risk', keys: ['g', 'g', 'Space'] },
  { name: 'keys', address: '#/alarms', keys: ['?'] },
  { name: 'alarm', address: '#/alarms/ID' },
  { name: 'alarm-table', address: '#/alarms/ID', keys: ['T'] },
  { name: 'alarm-tag', address: '#/alarms/ID', keys: ['t'] },
  { name: 'alarm-unknown', address: '#/alarms/k3X_9fQz-' },
  { name: 'overview', address: '#/overview' },
  { name: 'overview-table', address: '#/overview', keys: ['T'] },
  { name: 'directives', address: '#/directives' },
  { name: 'backlogs', address: '#/directives/backlogs' },
  { name: 'directive', address: '#/directives/1001' },
  { name: 'directive-unknown', address: '#/directives/7' },
  { name: 'configuration', address: '#/configuration' },
  { name: 'configuration-file', address: '#/configuration/directives_starter.json' },
  { name: 'configuration-unknown', address: '#/configuration/directives_none.json' },
  { name: 'login', address: '#/login' },
  { name: 'nowhere', address: '#/nowhere' },
];

const main = join(import.meta.dirname, '..', '..', 'dist', 'app', 'main.js');
const run = promisify(execFile);
const alarmList = z.object({
  alarms: z.array(z.object({ alarm: z.object({ alarm_id: z.string() }) })),
});

/** Attacks an engine that has the starter set, and works on some of its alarms; the id of the one with the highest risk. */
export async function fillEngine(product: Product): Promise<string> {
  await simulate(product, ['--count', '2', '--seed', '8', '--url', product.url]);
  const folder = makeTemporaryFolder('attacks');
  try {
    const file = join(folder, 'events.ndjson');
    await simulate(product, [
      '--count',
      '2',
      '--seed',
      '9',
      '--to-file',
      file,
      '--config-dir',
      product.configDir,
    ]);
    const events = readFileSync(file, 'utf8').trim().split('\n');
    for (const [index, text] of events.entries()) {
      // What is left out leaves attacks half-way.
      if (index % 5 < 2) continue;
      assert.equal(await postEvents(product.port, [JSON.parse(text)]), 200);
    }
  } finally {
    removeFolder(folder);
  }
  const ids = await listAlarms(product);
  const [first = '', , , ...others] = ids;
  const [low = '', false1 = ''] = others.slice(-2);
  await call(product, `/api/alarms/${first}`, 'PATCH', { assignee: 'anna' });
  await call(product, `/api/alarms/${first}/comments`, 'POST', {
    text: 'Asked the owner of the server: nobody of theirs was at work.',
  });
  await call(product, `/api/alarms/${low}`, 'PATCH', { status: 'Closed' });
  await call(product, `/api/alarms/${false1}`, 'PATCH', { tag: 'False Positive' });
  return first;
}

/** Opens a state and waits until it is drawn. */
export async function showState(page: Page, state: PageState, alarm: string): Promise<void> {
  // Loaded anew, so that nothing of the state before stays.
  await page.goto('about:blank');
  await page.goto(`/ui/${state.address.replace('ID', alarm)}`);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.waitForLoadState('networkidle');
  for (const key of state.keys ?? []) await page.keyboard.press(key);
  await page.waitForLoadState('networkidle');
}

async function simulate({ logDir }: Product, words: readonly string[]): Promise<void> {
  await run(process.execPath, [main, 'simulate', ...words, '--log-dir', logDir]);
}

async function listAlarms(product: Product): Promise<string[]> {
  const answer = await call(product, '/api/alarms?sort=-risk&limit=500', 'GET');
  return alarmList.parse(answer).alarms.map(({ alarm }) => alarm.alarm_id);
}

async function call(
  product: Product,
  path: string,
  method: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${product.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${readAdminToken(product)}`,
      'content-type': 'application/json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  assert.equal(response.status, 200, `${method} ${path}`);
  return response.json();
}
