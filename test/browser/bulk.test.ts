// Many alarms at once: by filter as of now, stopped in the middle, undone, deleted and back.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { footOf, readAdminToken, startPageBed, WITHOUT_BROWSER } from '../support/browser.ts';
import type { Product } from '../support/process.ts';
import { attack, attackerOf, ATTACK_FILES, UNTIL } from '../support/queue-attacks.ts';
import { waitUntil } from '../support/wait-until.ts';

/** More than two steps of a change by filter. */
const ALARMS = 1204;
const LONG_MS = 20_000;

const answer = z.object({ alarms: z.array(z.unknown()), total: z.number() });

describe('many alarms in a browser', { skip: WITHOUT_BROWSER }, () => {
  it('all of a filter are closed as of now, and undone', async (t) => {
    const bed = await startPageBed(t, { files: ATTACK_FILES });
    const product = bed.product();
    await attack(product, 1, ALARMS);
    await waitUntil(async () => (await countAlarms(product, 'Open')) === ALARMS, 'alarms', LONG_MS);
    const { page } = await bed.visit({ token: 'admin' });
    await page.goto('/ui/#/alarms?risk=Low');
    await selectAll(page);
    await attack(product, ALARMS + 1);
    await page.getByRole('button', { name: '1 new' }).waitFor();
    await page.getByRole('button', { name: 'Closed, 1,204 alarms' }).click();
    await footOf(page).getByText('1,204 alarms set to Closed.', { exact: true }).waitFor();
    assert.equal(await countAlarms(product, 'Open'), 1);
    assert.equal(await countAlarms(product, 'Closed'), ALARMS);
    await page.getByRole('link', { name: attackerOf(ALARMS + 1) }).waitFor();
    await page.keyboard.press('u');
    await footOf(page).getByText('The 1,204 alarms are as before.').waitFor();
    await waitUntil(
      async () => (await countAlarms(product, 'Open')) === ALARMS + 1,
      'undo',
      LONG_MS,
    );
    await footOf(page)
      .getByText(/of 1,205/)
      .waitFor();
  });

  it('a change of many is stopped in the middle, and what was done is undone', async (t) => {
    const bed = await startPageBed(t, { files: ATTACK_FILES });
    const product = bed.product();
    await attack(product, 1, ALARMS);
    await waitUntil(async () => (await countAlarms(product, 'Open')) === ALARMS, 'alarms', LONG_MS);
    const { page } = await bed.visit({ token: 'admin' });
    await page.goto('/ui/');
    await selectAll(page);
    let steps = 0;
    const { promise: stopped, resolve: stop } = createGate();
    await page.route('**/api/alarms/changes/selection', async (route) => {
      steps += 1;
      if (steps === 2) await stopped;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Closed, 1,204 alarms' }).click();
    await footOf(page).getByText('500 of 1,204 alarms set to Closed.').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    stop();
    await footOf(page).getByText('1,000 alarms set to Closed.').waitFor();
    await footOf(page).getByText('Stopped: 204 are as before.').waitFor();
    assert.equal(steps, 2);
    assert.equal(await countAlarms(product, 'Closed'), 1000);
    await page.keyboard.press('u');
    await waitUntil(async () => (await countAlarms(product, 'Open')) === ALARMS, 'undo', LONG_MS);
  });

  it('a deleted alarm is gone for everybody, and comes back by undo', async (t) => {
    const bed = await startPageBed(t, { files: ATTACK_FILES });
    const product = bed.product();
    await attack(product, 1, 3, UNTIL.medium);
    const [{ page }, { page: other }] = await Promise.all([
      bed.visit({ token: 'admin' }),
      bed.visit(),
    ]);
    for (const one of [page, other]) {
      await one.goto('/ui/');
      await one.getByRole('link', { name: attackerOf(2) }).waitFor();
    }
    await page.keyboard.press('g');
    await page.keyboard.press('g');
    const title = await page.locator('tr.cur').getByRole('link').innerText();
    await page.keyboard.press('t');
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await footOf(page).getByText('1 alarm deleted.').waitFor();
    assert.equal(await page.getByRole('link', { name: title }).count(), 0);
    await other
      .locator('tr')
      .filter({ hasText: title })
      .getByText(/Deleted by first-start/)
      .waitFor();
    assert.equal(await countAlarms(product, 'Open'), 2);
    await page.keyboard.press('u');
    await page.getByRole('link', { name: title }).waitFor();
    assert.equal(await countAlarms(product, 'Open'), 3);
    await other
      .locator('tr')
      .filter({ hasText: title })
      .getByText(/Deleted by/)
      .waitFor({ state: 'hidden' });
  });
});

async function selectAll(page: Page): Promise<void> {
  await page.getByRole('grid').getByRole('row').nth(1).waitFor();
  await page.keyboard.press('Control+a');
  await page.getByRole('button', { name: 'Select all 1,204' }).click();
}

async function countAlarms(product: Product, status: string): Promise<number> {
  const response = await fetch(`${product.url}/api/alarms?status=${status}&limit=1`, {
    headers: { authorization: `Bearer ${readAdminToken(product)}` },
  });
  return answer.parse(await response.json()).total;
}

function createGate(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((opened) => {
    resolve = opened;
  });
  return { promise, resolve };
}
