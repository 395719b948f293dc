// Pages of a cluster that lacks a backend say so. The answers are those of a real engine, with what a frontend would add.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Page, Route } from 'playwright-core';
import { z } from 'zod';
import { startPageBed, WITHOUT_BROWSER } from '../support/browser.ts';
import { findFlaws, LOOKS, putOn } from '../support/looks.ts';
import { attack, ATTACK_FILES, UNTIL } from '../support/queue-attacks.ts';

const answer = z.record(z.string(), z.unknown());
const AWAY = 'Backend b2 does not answer: what it has is not in these lists and counts.';
const PAGES = [
  '#/alarms',
  '#/overview',
  '#/directives',
  '#/directives/backlogs',
  '#/directives/41001',
] as const;

describe('a page of a cluster', { skip: WITHOUT_BROWSER }, () => {
  it('says which backend it lacks, and what else is amiss, until all is well', async (t) => {
    const bed = await startPageBed(t, { files: ATTACK_FILES });
    await attack(bed.product(), 1, 3, UNTIL.medium);
    const { page } = await bed.visit({ token: 'admin' });
    const lists =
      /\/api\/(alarms|alarms\/facets|alarms\/statistics|backlogs|directives|statistics\/directives)(\?.*)?$/;
    await page.route(lists, add({ missing_nodes: ['b2'] }));
    await page.route(
      '**/api/status',
      add({
        findings: [
          { code: 'node_away', message: 'backend b2 does not answer', nodes: ['b2'] },
          { code: 'doubly_held_file', message: 'x.json fits two names', file: 'x.json' },
        ],
      }),
    );
    const notice = page.getByRole('region', { name: 'Cluster' });
    for (const address of PAGES) {
      await show(page, address);
      await notice.getByText(AWAY).waitFor();
      const more = notice.getByRole('link', { name: '1 more on the Overview' });
      if (address === '#/overview') assert.equal(await more.count(), 0);
      else await more.waitFor();
      for (const look of LOOKS.slice(0, 1).concat(LOOKS.slice(-1))) {
        await putOn(page, look);
        assert.deepEqual(await findFlaws(page, address, look), []);
      }
    }
    await page.unroute(lists);
    await show(page, '#/alarms');
    await notice.getByText('Backend b2 does not answer.').waitFor();
    await page.unroute('**/api/status');
    await notice.waitFor({ state: 'detached' });
  });
});

function add(more: Readonly<Record<string, unknown>>): (route: Route) => Promise<void> {
  return async (route) => {
    const response = await route.fetch();
    const body = answer.parse(await response.json());
    await route.fulfill({ response, json: { ...body, ...more } });
  };
}

/** Anew, so that nothing stays of the page before. */
async function show(page: Page, address: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`/ui/${address}`);
}
