// The system's Chromium on pages of a running product. A page fails its test when it logs an error, breaks the
// content-security policy, throws, or asks another host for anything.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type Locator,
  type Page,
} from 'playwright-core';
import { isInstalled } from '../../scripts/tools.ts';
import { startProduct, type Product, type ProductSettings } from './process.ts';

/** For the `skip` option of tests with a browser: why they are skipped, or false. */
export const WITHOUT_BROWSER = isInstalled('chromium') ? false : 'chromium is not installed';

const EXECUTABLE = '/usr/bin/chromium';
const LIMIT_MS = 20_000;

export interface VisitSettings {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
  /** A token to log in with; 'admin' is the one of the first start. Default: nobody is logged in. */
  readonly token?: string;
  /** Errors on the console that the test brings about. */
  readonly expects?: readonly RegExp[];
  readonly touch?: boolean;
  /** Run in each page before its own scripts. */
  readonly script?: string;
}

/** Somebody at a browser of his own: cookies and storage are shared with no other visitor. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page did wrong so far. */
  readonly faults: readonly string[];
}

/** A product and a browser, both ended after the test. */
export interface PageBed {
  readonly browser: Browser;
  /** The one that runs now: a restart makes another. */
  readonly product: () => Product;
  /** A visitor whose page is still blank; the test fails in the end for what the page does wrong. */
  readonly visit: (settings?: VisitSettings) => Promise<Visitor>;
  /** Stops the product by SIGTERM, does what is to be done meanwhile, and starts it again on the same port and folders. */
  readonly restart: (meanwhile: () => Promise<void>) => Promise<void>;
}

/** Starts the product and the system's Chromium; `t.after` ends them. */
export async function startPageBed(
  t: { after(end: () => Promise<void>): void },
  settings: ProductSettings = {},
  args: readonly string[] = [],
): Promise<PageBed> {
  const first = await startProduct(settings);
  let product = first;
  const opened = await openBrowser(t, () => product, args);
  // after the browser: a page would tell that its server is gone
  t.after(async () => {
    await product.dispose();
    await first.dispose();
  });
  return {
    ...opened,
    product: () => product,
    restart: async (meanwhile) => {
      await product.stop();
      await meanwhile();
      const { port, configDir, logDir } = first;
      product = await startProduct({ ...settings, port, configDir, logDir, files: {} });
    },
  };
}

/** Starts the system's Chromium before a product that runs; `t.after` ends it. */
export async function openBrowser(
  t: { after(end: () => Promise<void>): void },
  product: () => Product,
  args: readonly string[] = [],
): Promise<Pick<PageBed, 'browser' | 'visit'>> {
  const browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: ['--no-sandbox', '--disable-dev-shm-usage', ...args],
  });
  const visitors: Visitor[] = [];
  t.after(async () => {
    const faults = visitors.flatMap((visitor) => visitor.faults);
    await browser.close();
    assert.deepEqual(faults, []);
  });
  return {
    browser,
    visit: async (wanted = {}) => {
      const visitor = await visit(browser, product(), wanted);
      visitors.push(visitor);
      return visitor;
    },
  };
}

async function visit(
  browser: Browser,
  product: Product,
  settings: VisitSettings,
): Promise<Visitor> {
  const { width = 1440, height = 900, theme = 'light', token, touch = false } = settings;
  const context = await browser.newContext({
    viewport: { width, height },
    ...{ colorScheme: theme, hasTouch: touch, locale: 'en-GB', timezoneId: 'Europe/Berlin' },
    baseURL: product.url,
  });
  context.setDefaultTimeout(LIMIT_MS);
  // tsx names functions by a helper that the page does not have.
  await context.addInitScript({ content: 'globalThis.__name = (named) => named;' });
  if (settings.script !== undefined) await context.addInitScript({ content: settings.script });
  if (token !== undefined) await logIn(context, product, token);
  const page = await context.newPage();
  return { context, page, faults: watchFaults(page, product.url, settings.expects ?? []) };
}

/** The line that says what was done, and holds what can be done. */
export function footOf(page: Page): Locator {
  return page.getByRole('contentinfo', { name: 'Messages and keys' });
}

/** The token that the first start wrote for its administrator. */
export function readAdminToken({ logDir }: Product): string {
  return readFileSync(join(logDir, 'admin-token'), 'utf8').trim();
}

async function logIn(context: BrowserContext, product: Product, token: string): Promise<void> {
  const answer = await context.request.post('/api/session', {
    data: { token: token === 'admin' ? readAdminToken(product) : token },
    headers: { origin: product.url },
  });
  assert.equal(answer.status(), 200, await answer.text());
}

function watchFaults(page: Page, url: string, expects: readonly RegExp[]): readonly string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    const words = `${message.text()} (${message.location().url})`;
    if (!expects.some((expected) => expected.test(words))) faults.push(words);
  });
  page.on('pageerror', (error) => {
    faults.push(error.stack ?? error.message);
  });
  page.on('request', (request) => {
    const to = request.url();
    if (!to.startsWith(`${url}/`) && !to.startsWith('blob:')) faults.push(`a request to ${to}`);
  });
  return faults;
}

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong with the page as it is now, a line a finding. */
export async function findBarriers(page: Page): Promise<string[]> {
  // The policy of the page lets no further script in; evaluate goes past it.
  await page.evaluate(`if (globalThis.axe === undefined) { ${AXE} }`);
  const found: unknown = await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) =>
        id + ': ' + html.slice(0, 200) + ' ' + failureSummary.replace(/\\s+/g, ' '))))`,
  );
  assert.ok(Array.isArray(found));
  return found.map(String);
}
