// The looks of the page: two themes, three widths.
import type { Page } from 'playwright-core';
import { findBarriers } from './browser.ts';

/** How the page is seen. */
export interface Look {
  readonly theme: 'light' | 'dark';
  /** Of the window, pixels. */
  readonly width: number;
}

export const LOOKS: readonly Look[] = [1440, 1024, 390].flatMap((width) =>
  (['light', 'dark'] as const).map((theme) => ({ theme, width })),
);

/** Shows the page so; the page stays as it is. */
export async function putOn(page: Page, { theme, width }: Look): Promise<void> {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
}

/** What is wrong with the page in a look: barriers that axe finds, and what is wider than the window. */
export async function findFlaws(
  page: Page,
  state: string,
  { theme, width }: Look,
): Promise<string[]> {
  const where = `${state}, ${theme}, ${String(width)}`;
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
  const flaws = wide > width ? [`${String(wide)} px wide`] : [];
  return [...flaws, ...(await findBarriers(page))].map((flaw) => `${where}: ${flaw}`);
}
