// Every page and state in both themes and three widths: no barrier that axe finds, nothing wider than the window.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { startPageBed, WITHOUT_BROWSER } from '../support/browser.ts';
import { findFlaws, LOOKS, putOn, type Look } from '../support/looks.ts';
import { fillEngine, PAGE_STATES, showState } from '../support/page-states.ts';
import { attack, ATTACK_FILES, UNTIL } from '../support/queue-attacks.ts';
import { trials } from '../support/trials.ts';

/** In a short run each state is seen in some looks, and all looks come up. */
const LOOKS_A_STATE = trials(LOOKS.length);
const NO_ENGINE = [/ERR_CONNECTION_REFUSED/, /WebSocket connection/, /ERR_EMPTY_RESPONSE/];
const TOKEN = 'a-token-that-somebody-set';

describe('how the page looks', { skip: WITHOUT_BROWSER }, () => {
  it('is without a barrier on every page, in both themes and three widths', async (t) => {
    const bed = await startPageBed(t, { options: ['--writable-config'] });
    const alarm = await fillEngine(bed.product());
    const { page } = await bed.visit({ token: 'admin', expects: [/status of 404/] });
    const found: string[] = [];
    for (const [index, state] of PAGE_STATES.entries()) {
      for (const look of looksOf(index)) {
        await putOn(page, look);
        await showState(page, state, alarm);
        found.push(...(await findFlaws(page, state.name, look)));
      }
    }
    assert.deepEqual(found, []);
  });

  it('is without one before the first event', async (t) => {
    const bed = await startPageBed(t);
    const { page } = await bed.visit({ token: 'admin' });
    await page.goto('/ui/');
    await page.getByText('No events yet').waitFor();
    await assertNoFlaws(page, 'fresh', 1);
  });

  it('is without one while the engine is away, and when it has forgotten who one is', async (t) => {
    const bed = await startPageBed(t, {
      files: ATTACK_FILES,
      environment: { DSIEM_ADMIN_TOKEN: TOKEN },
    });
    await attack(bed.product(), 1, 30, UNTIL.medium);
    const { page } = await bed.visit({ token: TOKEN, expects: [...NO_ENGINE, /status of 401/] });
    await page.goto('/ui/');
    await page.getByRole('grid').getByRole('row').nth(3).waitFor();
    await bed.restart(async () => {
      await page.getByRole('region', { name: 'Connection' }).waitFor();
      await assertNoFlaws(page, 'live lost', 2);
    });
    await page.getByRole('alert').getByText('You are logged out.').waitFor();
    await assertNoFlaws(page, 'logged out', 3);
  });

  it('tells plainly that alarms are not kept, and how they would be', async (t) => {
    const bed = await startPageBed(t, {
      files: ATTACK_FILES,
      options: ['--alarm-store', 'off'],
    });
    await attack(bed.product(), 1, 2, UNTIL.high);
    const { page } = await bed.visit({ token: 'admin' });
    await page.goto('/ui/');
    const told = page.getByRole('region', { name: 'Alarm store' });
    await told.getByText('Start without it to keep alarms and their events.').waitFor();
    assert.match(await told.innerText(), /until the next stop \(--alarm-store off\)/);
    await assertNoFlaws(page, 'store off', 4);
    await page.getByRole('grid').getByRole('link').first().click();
    await page.getByText('Events were not recorded.').waitFor();
    await told.waitFor();
    await assertNoFlaws(page, 'alarm, store off', 5);
    await page.goto('/ui/#/directives');
    await page.getByRole('grid', { name: 'Directives' }).waitFor();
    assert.equal(await told.count(), 0);
  });
});

function looksOf(index: number): Look[] {
  return Array.from({ length: LOOKS_A_STATE }, (_, look) => index + look).flatMap(
    (place) => LOOKS[place % LOOKS.length] ?? [],
  );
}

async function assertNoFlaws(page: Page, state: string, index: number): Promise<void> {
  const found: string[] = [];
  for (const look of looksOf(index)) {
    await putOn(page, look);
    found.push(...(await findFlaws(page, state, look)));
  }
  assert.deepEqual(found, []);
}
