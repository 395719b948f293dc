// The page while the engine goes away and comes back, and while it writes alarms faster than anybody reads.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { footOf, startPageBed, WITHOUT_BROWSER } from '../support/browser.ts';
import { attack, attackerOf, ATTACK_FILES, UNTIL } from '../support/queue-attacks.ts';

const NO_ENGINE = [/ERR_CONNECTION_REFUSED/, /WebSocket connection/, /ERR_EMPTY_RESPONSE/];

describe('the page without its engine', { skip: WITHOUT_BROWSER }, () => {
  it('keeps what it shows, refuses changes, and is right again when the engine is back', async (t) => {
    const token = 'a-token-that-somebody-set';
    const bed = await startPageBed(t, {
      files: ATTACK_FILES,
      environment: { DSIEM_ADMIN_TOKEN: token },
    });
    await attack(bed.product(), 1, 3, UNTIL.medium);
    const { page } = await bed.visit({ token, expects: [...NO_ENGINE, /status of 401/] });
    await page.goto('/ui/');
    const rows = page.getByRole('grid').getByRole('row');
    await rows.filter({ hasText: attackerOf(2) }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    const selected = page.getByRole('row', { selected: true });
    const title = await selected.getByRole('link').innerText();
    await bed.restart(async () => {
      await page.getByRole('region', { name: 'Connection' }).waitFor();
      assert.equal(await rows.count(), 4);
      await page.keyboard.press('c');
      await footOf(page).getByText('Not connected.').waitFor();
      assert.equal(await selected.getByRole('link').innerText(), title);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Enter');
      await page.goBack();
      await rows.filter({ hasText: attackerOf(2) }).waitFor();
    });
    await attack(bed.product(), 4, 4, UNTIL.high);
    // Sessions end with the engine.
    await page.getByRole('alert').getByText('You are logged out.').waitFor();
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByLabel('Token').fill(token);
    await page.keyboard.press('Enter');
    await rows
      .filter({ hasText: attackerOf(4) })
      .or(page.getByRole('button', { name: '1 new High' }))
      .first()
      .waitFor();
    await page.keyboard.press('n');
    await rows.filter({ hasText: attackerOf(4) }).waitFor();
    assert.equal(await rows.count(), 5);
  });

  it('keeps the selection through a restart of an engine that asks for no token', async (t) => {
    const bed = await startPageBed(t, { files: ATTACK_FILES });
    await attack(bed.product(), 1, 3, UNTIL.medium);
    const { page } = await bed.visit({ expects: NO_ENGINE });
    await page.goto('/ui/');
    const rows = page.getByRole('grid').getByRole('row');
    await rows.filter({ hasText: attackerOf(2) }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    const chosen = page.getByRole('row', { selected: true }).getByRole('link');
    const title = await chosen.innerText();
    await bed.restart(async () => {
      await page.getByRole('region', { name: 'Connection' }).waitFor();
    });
    await attack(bed.product(), 4, 4, UNTIL.high);
    await page.getByRole('region', { name: 'Connection' }).waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: '1 new High' }).waitFor();
    assert.equal(await chosen.innerText(), title);
    assert.equal(await rows.count(), 4);
    await page.keyboard.press('n');
    await rows.filter({ hasText: attackerOf(4) }).waitFor();
    assert.equal(await chosen.innerText(), title);
  });
});
