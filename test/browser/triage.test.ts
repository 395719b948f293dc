// An analyst's work in a real browser: an attack's alarm appears by itself, is worked on by keyboard, and everybody sees it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { z } from 'zod';
import { footOf, readAdminToken, startPageBed, WITHOUT_BROWSER } from '../support/browser.ts';
import type { Product } from '../support/process.ts';
import { attack, attackerOf, ATTACK_FILES, UNTIL } from '../support/queue-attacks.ts';
import { waitUntil } from '../support/wait-until.ts';

const detail = z.object({
  alarm: z.object({ status: z.string(), tag: z.string(), risk: z.number() }),
  assignee: z.string(),
  history: z.array(z.object({ what: z.string(), by: z.string(), value: z.string() })),
});

describe('triage in a browser', { skip: WITHOUT_BROWSER }, () => {
  it('an alarm appears without a reload, is triaged by keyboard, and all see it', async (t) => {
    const bed = await startPageBed(t, { files: ATTACK_FILES });
    const product = bed.product();
    const { page } = await bed.visit({ token: 'admin' });
    const { page: other } = await bed.visit();
    for (const one of [page, other]) {
      await one.goto('/ui/');
      await one.getByText('No events yet').waitFor();
    }
    await attack(product, 1, 1, UNTIL.high);
    for (const one of [page, other]) await rowOf(one, 1).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page
      .getByRole('heading', { level: 1 })
      .filter({ hasText: attackerOf(1) })
      .waitFor();
    const id = decodeURIComponent(new URL(page.url()).hash.replace('#/alarms/', ''));

    await page.keyboard.press('i');
    await page.getByRole('button', { name: 'In-Progress', pressed: true }).waitFor();
    await page.keyboard.press('t');
    await page.getByRole('menu', { name: 'Tag' }).locator(':focus').waitFor();
    await page.keyboard.press('2');
    await page.getByRole('menu', { name: 'Tag' }).waitFor({ state: 'hidden' });
    await waitUntil(async () => (await readDetail(product, id)).alarm.tag === 'False Positive');
    await page.keyboard.press('m');
    await page.locator('textarea:focus').waitFor();
    await page.keyboard.type('The scanner of the audit');
    await page.keyboard.press('Control+Enter');
    await footOf(page).getByText('Comment added.').waitFor();
    await page.getByRole('button', { name: 'Assignee: Nobody' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menu', { name: 'Assignee' }).locator(':focus').waitFor();
    await page.keyboard.press('f');
    await page.keyboard.press('Enter');
    await waitUntil(async () => (await readDetail(product, id)).assignee === 'first-start');

    const { alarm, history } = await readDetail(product, id);
    assert.equal(alarm.status, 'In-Progress');
    assert.equal(alarm.tag, 'False Positive');
    const comment = history.find(({ what }) => what === 'comment');
    assert.deepEqual([comment?.by, comment?.value], ['first-start', 'The scanner of the audit']);
    assert.deepEqual(lastLine(product, id), { status: 'In-Progress', tag: 'False Positive' });
    await other.goto(`/ui/#/alarms/${id}`);
    await other.getByText('The scanner of the audit').waitFor();
    await other.getByText('In-Progress, False Positive, first-start').waitFor();

    await page.locator('h1').click();
    await page.keyboard.press('c');
    await other.getByText('Closed, False Positive').waitFor();
    await page.keyboard.press('u');
    await other.getByText('In-Progress, False Positive').waitFor();
    await waitUntil(() => lastLine(product, id)?.status === 'In-Progress');
    assert.equal((await readDetail(product, id)).alarm.status, 'In-Progress');
  });
});

function rowOf(page: Page, number: number): Locator {
  return page.getByRole('row').filter({ hasText: attackerOf(number) });
}

async function readDetail(product: Product, id: string): Promise<z.infer<typeof detail>> {
  const answer = await fetch(`${product.url}/api/alarms/${id}`, {
    headers: { authorization: `Bearer ${readAdminToken(product)}` },
  });
  return detail.parse(await answer.json());
}

const line = z.object({ alarm_id: z.string(), status: z.string(), tag: z.string() });

/** Status and tag of the newest line of an alarm in the file. */
function lastLine({ logDir }: Product, id: string): { status: string; tag: string } | undefined {
  return readFileSync(join(logDir, 'siem_alarms.json'), 'utf8')
    .split('\n')
    .filter((text) => text.includes(id))
    .map((text) => line.parse(JSON.parse(text)))
    .map(({ status, tag }) => ({ status, tag }))
    .at(-1);
}
