// Every page and state in both themes and three widths: no barrier that axe finds, nothing wider than the window.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findBarriers, startPageBed, WITHOUT_BROWSER } from '../support/browser.ts';
import { fillEngine, PAGE_STATES, showState } from '../support/page-states.ts';
import { trials } from '../support/trials.ts';

const THEMES = ['light', 'dark'] as const;
const WIDTHS = [1440, 1024, 390] as const;
const LOOKS = WIDTHS.flatMap((width) => THEMES.map((theme) => ({ theme, width })));
const FIRST_LOOK = { theme: 'light', width: 1440 } as const;
/** In a short run each state is seen in some looks, and all looks come up. */
const LOOKS_A_STATE = trials(LOOKS.length);

describe('how the page looks', { skip: WITHOUT_BROWSER }, () => {
  it('is without a barrier on every page, in both themes and three widths', async (t) => {
    const bed = await startPageBed(t, { options: ['--writable-config'] });
    const alarm = await fillEngine(bed.product());
    const { page } = await bed.visit({ token: 'admin', expects: [/status of 404/] });
    const found: string[] = [];
    for (const [index, state] of PAGE_STATES.entries()) {
      for (let look = 0; look < LOOKS_A_STATE; look += 1) {
        const { theme, width } = LOOKS[(index + look) % LOOKS.length] ?? FIRST_LOOK;
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
        await showState(page, state, alarm);
        const where = `${state.name}, ${theme}, ${String(width)}`;
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
        if (wide > width) found.push(`${where}: ${String(wide)} px wide`);
        for (const barrier of await findBarriers(page)) found.push(`${where}: ${barrier}`);
      }
    }
    assert.deepEqual(found, []);
  });
});
