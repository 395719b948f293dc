// Pictures of the page of a running engine: node --import tsx scripts/screenshot.ts --out /tmp/pictures '#/alarms' '#/overview'
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Browser } from 'playwright-core';

const THEMES = ['light', 'dark'] as const;
/** Heights that fit the widths: desk, laptop, tablet, phone. */
const HEIGHTS: Readonly<Record<string, number>> = { '1440': 900, '1280': 800, '390': 844 };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Of the page, up to #. */
    url: { type: 'string', default: 'http://127.0.0.1:8080/ui/' },
    out: { type: 'string', default: 'pictures' },
    widths: { type: 'string', default: '1440,1280,1024,390' },
    themes: { type: 'string', default: 'light,dark' },
    /** A file with a token to log in with, such as logs/admin-token. */
    token: { type: 'string' },
    /** Keys pressed before the picture: `j,j,space`. */
    keys: { type: 'string', default: '' },
    /** The whole height of the page instead of what is in sight. */
    full: { type: 'boolean', default: false },
    browser: { type: 'string', default: '/usr/bin/chromium' },
  },
});

const addresses = positionals.length === 0 ? ['#/alarms'] : positionals;
mkdirSync(values.out, { recursive: true });
const browser = await chromium.launch({
  executablePath: values.browser,
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
try {
  for (const theme of THEMES.filter((known) => values.themes.includes(known))) {
    for (const width of values.widths.split(',')) await takeAll(browser, theme, width);
  }
} finally {
  await browser.close();
}

async function takeAll(
  from: Browser,
  theme: (typeof THEMES)[number],
  width: string,
): Promise<void> {
  const viewport = { width: Number(width), height: HEIGHTS[width] ?? 800 };
  const context = await from.newContext({
    ...{ viewport, colorScheme: theme, locale: 'en-GB', reducedMotion: 'reduce' },
  });
  if (values.token !== undefined) {
    const token = readFileSync(values.token, 'utf8').trim();
    const origin = new URL(values.url).origin;
    await context.request.post(`${origin}/api/session`, { data: { token }, headers: { origin } });
  }
  for (const address of addresses) {
    const page = await context.newPage();
    page.on('pageerror', (error) => {
      console.error(`${address}: ${error.message}`);
    });
    page.on('console', (message) => {
      if (message.type() === 'error') console.error(`${address}: ${message.text()}`);
    });
    await page.goto(`${values.url}${address}`);
    await page.locator('h1').first().waitFor();
    // Drawn is when nothing has been asked for during a moment; the feed stays open.
    await page.waitForTimeout(1500);
    for (const key of values.keys.split(',').filter(Boolean)) {
      await page.keyboard.press(key === 'space' ? ' ' : key);
    }
    if (values.keys !== '') await page.waitForTimeout(500);
    const name = address.replaceAll(/[^\w-]+/g, '-').replace(/^-|-$/g, '');
    const path = join(values.out, `${name}-${width}-${theme}.png`);
    await page.screenshot({ path, fullPage: values.full });
    console.log(path);
    await page.close();
  }
  await context.close();
}
