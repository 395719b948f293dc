// Who may do what on the page: the link of the log, a reader, and a session that ends.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { footOf, startPageBed, WITHOUT_BROWSER } from '../support/browser.ts';
import { attack, attackerOf, ATTACK_FILES, UNTIL } from '../support/queue-attacks.ts';

const READER = 'a-token-of-somebody-who-reads';
const ADMIN = 'a-token-of-somebody-who-changes';
const LINK = /http:\/\/127\.0\.0\.1:\d+\/ui\/#\/login\?code=[\w-]+/;
const PAGES = [
  '#/alarms',
  '#/alarms?status=*',
  '#/overview',
  '#/directives',
  '#/directives/backlogs',
  '#/directives/41001',
  '#/configuration',
  '#/configuration/directives_page.json',
];
/** Buttons that end the session, or go to the login on purpose. */
const LEAVES = /log in|log out|try now/i;

describe('the login in a browser', { skip: WITHOUT_BROWSER }, () => {
  it('the link of the log logs in once, and leaves no code in the address', async (t) => {
    const bed = await startPageBed(t, { files: ATTACK_FILES });
    const [link = ''] = LINK.exec(bed.product().log()) ?? [];
    const { page } = await bed.visit();
    await page.goto(link);
    await page.getByRole('button', { name: 'first-start' }).waitFor();
    assert.equal(new URL(page.url()).hash, '#/alarms');
    const { page: late } = await bed.visit({ expects: [/status of 401/] });
    await late.goto(link);
    await late.getByText('This link was used, or is too old.').waitFor();
    assert.doesNotMatch(late.url(), /code=/);
    assert.equal(await page.evaluate('document.cookie'), '');
  });

  it('a reader finds no button that is refused', async (t) => {
    const bed = await startPageBed(t, {
      files: ATTACK_FILES,
      options: ['--writable-config'],
      environment: { DSIEM_READ_TOKEN: READER, DSIEM_ADMIN_TOKEN: ADMIN },
    });
    await attack(bed.product(), 1, 1, UNTIL.medium);
    const { page } = await bed.visit({ token: READER });
    const refused: string[] = [];
    page.on('response', (response) => {
      if (response.status() >= 400) refused.push(`${String(response.status())} ${response.url()}`);
    });
    await page.goto('/ui/#/alarms');
    const title = page.getByRole('grid').getByRole('link').first();
    const href = await title.getAttribute('href');
    assert.ok(href !== null);
    let pressed = 0;
    for (const hash of [...PAGES, href, `#/alarms?peek=${href.replace('#/alarms/', '')}`]) {
      pressed += await pressAll(page, hash);
      for (const key of ['x', 'c', 't', 'm', 'u', '1']) await page.keyboard.press(key);
      await page.keyboard.press('Escape');
    }
    assert.ok(pressed > PAGES.length, `only ${String(pressed)} buttons`);
    assert.deepEqual(refused, []);
    await page.goto(`/ui/${href}`);
    await page.getByText('You can look but not change: this token may only read.').waitFor();
    assert.equal(await page.getByRole('button', { name: /Comment|Closed|Delete/ }).count(), 0);
  });

  it('keeps the address and what was typed when the session ends', async (t) => {
    const bed = await startPageBed(t, {
      files: ATTACK_FILES,
      environment: { DSIEM_ADMIN_TOKEN: ADMIN },
    });
    await attack(bed.product(), 1, 1, UNTIL.medium);
    const { page, context } = await bed.visit({
      token: ADMIN,
      expects: [/status of 401/, /WebSocket/],
    });
    await page.goto('/ui/');
    await page.getByRole('link', { name: attackerOf(1) }).click();
    await page.getByRole('textbox', { name: 'Comment' }).fill('Half a thought');
    const before = page.url();
    await context.request.delete('/api/session', { headers: { origin: bed.product().url } });
    await page.keyboard.press('Control+Enter');
    await page.getByRole('alert').getByText('You are logged out.').waitFor();
    await page.getByRole('button', { name: 'Log in' }).first().click();
    await page.getByLabel('Token').fill('a-wrong-one');
    await page.keyboard.press('Enter');
    await page.getByText('This token is not known. It may have been replaced.').waitFor();
    await page.getByLabel('Token').fill(ADMIN);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: attackerOf(1) }).waitFor();
    assert.equal(page.url(), before);
    const field = page.getByRole('textbox', { name: 'Comment' });
    assert.equal(await field.inputValue(), 'Half a thought');
    await field.focus();
    await page.keyboard.press('Control+Enter');
    await footOf(page).getByText('Comment added.').waitFor();
  });
});

/** Presses each button of a page, which is opened anew whenever one has changed what is there; how many there were. */
async function pressAll(page: Page, hash: string): Promise<number> {
  await open(page, hash);
  const buttons = page.locator('button:visible:enabled');
  const count = await buttons.count();
  for (let index = 0; index < count; index += 1) {
    const name = await buttons.nth(index).textContent();
    if (LEAVES.test(name ?? '')) continue;
    const before = page.url();
    await buttons.nth(index).click();
    await page.keyboard.press('Escape');
    if (page.url() !== before || (await buttons.count()) !== count) await open(page, hash);
  }
  return count;
}

async function open(page: Page, hash: string): Promise<void> {
  await page.keyboard.press('Escape');
  await page.goto('/ui/#/nowhere');
  await page.getByText('No such page').waitFor();
  await page.goto(`/ui/${hash}`);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.waitForLoadState('networkidle');
}
