// A directive written in the browser: with a mistake, then right, and then it raises an alarm.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { footOf, startPageBed, WITHOUT_BROWSER } from '../support/browser.ts';
import { createDirectiveText, createRuleText } from '../support/directive-text.ts';
import { postEvents } from '../support/load-sender.ts';
import { ATTACK_FILES, createAttack } from '../support/queue-attacks.ts';

const FILE = 'directives_new.json';

describe('the configuration in a browser', { skip: WITHOUT_BROWSER }, () => {
  it('is edited with a mistake, then right, and is live', async (t) => {
    const bed = await startPageBed(t, {
      files: { ...ATTACK_FILES, [FILE]: write('ANY') },
      options: ['--writable-config'],
    });
    const product = bed.product();
    const { page } = await bed.visit({ token: 'admin' });
    await page.goto(`/ui/#/configuration/${FILE}`);
    const editor = page.getByLabel(`Text of ${FILE}`);
    await editor.waitFor();
    await replaceText(page, write(':4'));
    await page.keyboard.press('Control+Enter');
    const problems = page.getByRole('list', { name: 'Problems' });
    await problems.getByText('41900, stage 2, from:').waitFor();
    assert.match(await problems.innerText(), /must .*, got "?:4"?/);
    await problems.getByRole('button', { name: /^line \d+$/ }).click();
    await page.locator('.cm-activeLine', { hasText: '"from": ":4"' }).waitFor();

    await replaceText(page, write(':1'));
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saving changes this:').waitFor();
    await page.getByText('0 directives added, 1 changed, 0 removed').waitFor();
    await page.getByRole('button', { name: `Save ${FILE}` }).click();
    await footOf(page)
      .getByText(/Loaded in .*1 changed/)
      .waitFor();
    assert.match(readFileSync(join(product.configDir, FILE), 'utf8'), /"from": ":1"/);

    await page.goto('/ui/#/alarms');
    const [event] = createAttack(1, 1);
    assert.ok(event !== undefined);
    assert.equal(await postEvents(product.port, [{ ...event, plugin_id: 1900 }]), 200);
    await page.getByRole('grid').getByRole('link', { name: 'A new detection' }).waitFor();
  });

  it('shows both versions when somebody else saved in between', async (t) => {
    const bed = await startPageBed(t, {
      files: { ...ATTACK_FILES, [FILE]: write('ANY') },
      options: ['--writable-config'],
    });
    const [{ page: mine }, { page: theirs }] = await Promise.all([
      bed.visit({ token: 'admin', expects: [/status of 412/] }),
      bed.visit({ token: 'admin' }),
    ]);
    for (const page of [mine, theirs]) {
      await page.goto(`/ui/#/configuration/${FILE}`);
      await page.getByLabel(`Text of ${FILE}`).waitFor();
    }
    await replaceText(mine, write(':1', 'mine'));
    await replaceText(theirs, write(':1', 'theirs'));
    for (const page of [mine, theirs]) {
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('Saving changes this:').waitFor();
    }
    await theirs.getByRole('button', { name: `Save ${FILE}` }).click();
    await footOf(theirs)
      .getByText(/Loaded in/)
      .waitFor();
    await mine.getByRole('button', { name: `Save ${FILE}` }).click();
    await mine.getByText('Somebody else saved this file in between.').waitFor();
    const text = readFileSync(join(bed.product().configDir, FILE), 'utf8');
    assert.match(text, /theirs/);
    await mine.getByText('"theirs"').waitFor();
    await mine.getByText('"mine"').waitFor();
  });
});

function write(from: string, category = 'Test'): string {
  const directive = createDirectiveText({
    ...{ id: 41900, name: 'A new detection', priority: 5, category },
    rules: [
      createRuleText(1, { plugin_id: 1900, plugin_sid: [1], to: 'HOME_NET', reliability: 5 }),
      createRuleText(2, { plugin_id: 1900, from, reliability: 8, timeout: 600 }),
    ],
  });
  return `${JSON.stringify({ directives: [directive] }, null, 2)}\n`;
}

/** Replaces all text of the editor that is shown, as one paste. */
async function replaceText(page: Page, text: string): Promise<void> {
  await page.getByLabel(/^Text of /).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}
