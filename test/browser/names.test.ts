// What assistive technology calls the controls of queue, preview and alarm: what they are for, not only how they stand.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { startPageBed, WITHOUT_BROWSER } from '../support/browser.ts';
import { attack, ATTACK_FILES, UNTIL } from '../support/queue-attacks.ts';

/** Values that say nothing of what a press changes, unless they are of a named group. */
const BARE =
  /^(Nobody|Identified Threat|False Positive|Valid Threat|Any time|\d+ more|Clear|Copy|Exclude .{0,2})?$/;

describe('the names of controls', { skip: WITHOUT_BROWSER }, () => {
  it('say what each is for', async (t) => {
    const bed = await startPageBed(t, { files: ATTACK_FILES });
    await attack(bed.product(), 1, 12, UNTIL.high);
    const { page } = await bed.visit({ token: 'admin' });
    await page.goto('/ui/#/alarms?risk=High');
    await page.getByRole('grid').getByRole('row').nth(1).waitFor();
    await page.getByRole('button', { name: /^\d+ more of From$/ }).waitFor();
    await page.getByRole('button', { name: 'Exclude Tag: Identified Threat' }).waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).waitFor();
    await page.getByRole('button', { name: 'Time of the last change: Any time' }).waitFor();
    await assertNamed(page);
    await page.keyboard.press('x');
    await page.getByRole('button', { name: 'Set to Closed' }).waitFor();
    await assertNamed(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Tag: Identified Threat' }).waitFor();
    await assertNamed(page);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Assignee: Nobody' }).waitFor();
    await page.getByRole('button', { name: 'Show as Table' }).waitFor();
    await page.getByRole('link', { name: /^11 other alarms with 10\.20\.0\.5$/ }).waitFor();
    await assertNamed(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'Status: Open' }).waitFor();
    await assertNamed(page);
  });
});

/** As the browser computes them, for all that can be pressed. */
async function assertNamed(page: Page): Promise<void> {
  const tree = await page.locator('body').ariaSnapshot();
  const names = tree
    .split('\n')
    .map((line) => /^\s*- '?(?:button|link|checkbox|switch)\b(?: "(.*?)")?/.exec(line))
    .filter((found) => found !== null)
    .map(([, name = '']) => name);
  assert.ok(names.length > 10, tree);
  assert.deepEqual(
    names.filter((name) => BARE.test(name)),
    [],
  );
}
