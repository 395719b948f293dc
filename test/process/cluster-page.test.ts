// Analysts at the page of a frontend, and at `dsiem watch`: the alarms of two backends are one queue, and what is done to an
// alarm is written by the backend that has it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { footOf, openBrowser, WITHOUT_BROWSER } from '../support/browser.ts';
import {
  ask,
  makeNode,
  startBackend,
  startFrontend,
  startNats,
  waitForNodes,
  type Scope,
} from '../support/cluster-processes.ts';
import { readAlarmLines } from '../support/load-results.ts';
import { startProcessGroup } from '../support/process-group.ts';
import type { Product } from '../support/process.ts';
import { attack, attackerOf, ATTACK_FILES, UNTIL } from '../support/queue-attacks.ts';
import { skipWithout } from '../support/required-tool.ts';
import { waitUntil } from '../support/wait-until.ts';

const skip = skipWithout('nats-server');
const root = join(import.meta.dirname, '..', '..');
const MAIN = join(root, 'dist', 'app', 'main.js');
/** Each attack raises an alarm on each backend: more than two steps of a change by filter. */
const ATTACKS = 602;
const LIMIT_MS = 20_000;
const list = z.object({
  alarms: z.array(z.looseObject({ alarm: z.looseObject({ alarm_id: z.string() }) })),
  total: z.int(),
});
const directiveFile = z.object({ directives: z.array(z.looseObject({ name: z.string() })) });

interface Bed {
  readonly frontend: Product;
  readonly backends: readonly [Product, Product];
}

describe('at a frontend of two backends', { skip, concurrency: 2 }, () => {
  it('dsiem watch prints the alarms of both', async (t) => {
    const scope = beginScope(t);
    const { frontend } = await startBed(scope);
    const watcher = startProcessGroup({
      words: [process.execPath, MAIN, 'watch', frontend.url, '--token-file', tokenFile(frontend)],
      ...{ cwd: root, environment: {} },
    });
    scope.after(() => watcher.stop('SIGKILL'));
    await attack(frontend, 1);
    const has = (name: string): boolean =>
      watcher.log().includes(`${name}: ${attackerOf(1)} to`) &&
      watcher.log().includes('running, 0 of 3');
    await waitUntil(() => has('b1') && has('b2'), 'both alarms', LIMIT_MS).catch((err: unknown) => {
      throw new Error(watcher.log(), { cause: err });
    });
    const before = watcher.log().length;
    const { alarms } = await readList(frontend, 'Open');
    const path = `/api/alarms/${alarms[0]?.alarm.alarm_id ?? ''}`;
    await ask(frontend, path, { method: 'PATCH', body: { status: 'Closed' }, node: 'f1' });
    await waitUntil(() => watcher.log().slice(before).includes('status Closed by'), 'the change');
    assert.deepEqual(await watcher.stop('SIGINT'), { code: 0, signal: null });
  });

  it(
    'an alarm is triaged by keyboard, and its backend writes it',
    { skip: WITHOUT_BROWSER },
    async (t) => {
      const scope = beginScope(t);
      const { frontend, backends } = await startBed(scope);
      const { visit } = await openBrowser(scope, () => frontend);
      const { page } = await visit({ token: readToken(frontend) });
      await page.goto('/ui/');
      await page.getByText('No events yet').waitFor();
      await attack(frontend, 1, 1, UNTIL.high);
      for (const [index, backend] of backends.entries()) {
        const node = `b${String(index + 1)}`;
        await page.goto('/ui/#/alarms');
        await page.getByRole('link', { name: `${node}: ${attackerOf(1)}` }).click();
        await page.getByRole('heading', { level: 1 }).filter({ hasText: node }).waitFor();
        await page
          .getByRole('term')
          .filter({ hasText: /^Node$/ })
          .waitFor();
        await page
          .getByRole('definition')
          .filter({ hasText: new RegExp(`^${node}$`) })
          .waitFor();
        const id = decodeURIComponent(new URL(page.url()).hash.replace('#/alarms/', ''));
        await page.keyboard.press('i');
        await page.getByRole('button', { name: 'In-Progress', pressed: true }).waitFor();
        await page.keyboard.press('t');
        await page.getByRole('menu', { name: 'Tag' }).locator(':focus').waitFor();
        await page.keyboard.press('2');
        await waitUntil(
          () => isLast(backend, id, { status: 'In-Progress', tag: 'False Positive' }),
          'the line',
          LIMIT_MS,
        );
        const other = backends[1 - index];
        assert.ok(other !== undefined);
        assert.ok(readAlarmLines(other.logDir).every(({ alarm_id }) => alarm_id !== id));
      }
      const [, second] = backends;
      await second.stop('SIGKILL');
      await page.goto('/ui/#/alarms?status=In-Progress');
      const notice = page.getByRole('region', { name: 'Cluster' });
      await notice.getByText('Backend b2 does not answer').waitFor();
      await page.getByRole('link', { name: `b1: ${attackerOf(1)}` }).waitFor();
    },
  );

  it(
    'many alarms of both are closed as of now, stopped in the middle, and undone',
    { skip: WITHOUT_BROWSER },
    async (t) => {
      const scope = beginScope(t);
      const { frontend } = await startBed(scope);
      await attack(frontend, 1, ATTACKS);
      await waitForCount(frontend, 'Open', 2 * ATTACKS);
      const { visit } = await openBrowser(scope, () => frontend);
      const { page } = await visit({ token: readToken(frontend) });
      await page.goto('/ui/');
      await page.getByRole('grid').getByRole('row').nth(1).waitFor();
      await page.keyboard.press('Control+a');
      await page.getByRole('button', { name: 'Select all 1,204' }).click();
      await attack(frontend, ATTACKS + 1);
      await waitForCount(frontend, 'Open', 2 * ATTACKS + 2);
      await stopAtSecondStep(page);
      await footOf(page).getByText('1,000 alarms set to Closed.').waitFor();
      await footOf(page).getByText('Stopped: 204 are as before.').waitFor();
      assert.equal((await readList(frontend, 'Closed')).total, 1_000);
      await page.keyboard.press('u');
      await waitForCount(frontend, 'Open', 2 * ATTACKS + 2);
    },
  );
});

/** What is begun last ends first: a page would tell that its server is gone. */
function beginScope(t: TestContext): Scope {
  const ends: (() => unknown)[] = [];
  t.after(async () => {
    for (const end of ends.toReversed()) await end();
  });
  return {
    after: (end) => {
      ends.push(end);
    },
  };
}

async function startBed(t: Scope): Promise<Bed> {
  const nats = await startNats(t);
  const options = ['--max-eps=0', '--min-eps=0'];
  const place = { ...(await makeNode(t, 'f1', nats)), options };
  const frontend = await startFrontend(t, place, makeFiles());
  const [first, second] = await Promise.all(
    ['b1', 'b2'].map(async (node) => startBackend(t, frontend, await makeNode(t, node, nats))),
  );
  assert.ok(first !== undefined && second !== undefined);
  await waitForNodes(frontend, 'f1', ['b1', 'b2']);
  return { frontend, backends: [first, second] };
}

/** The directive of queue-attacks.ts on both backends, under names and ids of their own. */
function makeFiles(): Readonly<Record<string, unknown>> {
  const { directives } = directiveFile.parse(ATTACK_FILES['directives_page.json']);
  const files = ['b1', 'b2'].map((node, index): [string, unknown] => [
    `directives_${node}_page.json`,
    {
      directives: directives.map((directive) => ({
        ...directive,
        ...{ id: 41_001 + index, name: `${node}: SRC_IP to DST_IP` },
      })),
    },
  ]);
  const assets = { 'assets_page.json': ATTACK_FILES['assets_page.json'] };
  return { ...assets, ...Object.fromEntries(files) };
}

function tokenFile({ logDir }: Product): string {
  return join(logDir, 'frontend-f1', 'admin-token');
}

function readToken(frontend: Product): string {
  return readFileSync(tokenFile(frontend), 'utf8').trim();
}

async function readList(frontend: Product, status: string): Promise<z.infer<typeof list>> {
  const { body } = await ask(frontend, `/api/alarms?limit=2&status=${status}`, { node: 'f1' });
  return list.parse(body);
}

async function waitForCount(frontend: Product, status: string, count: number): Promise<void> {
  await waitUntil(
    async () => (await readList(frontend, status)).total === count,
    `${String(count)} alarms`,
    LIMIT_MS,
  );
}

function isLast(
  { logDir }: Product,
  id: string,
  wanted: Readonly<Record<string, string>>,
): boolean {
  const line = readAlarmLines(logDir).findLast(({ alarm_id }) => alarm_id === id);
  return Object.entries(wanted).every(([key, value]) => line?.[key] === value);
}

/** Sets the selected alarms to Closed, and stops while the second step is under way. */
async function stopAtSecondStep(page: Page): Promise<void> {
  let steps = 0;
  let go = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    go = resolve;
  });
  await page.route('**/api/alarms/changes/selection', async (route) => {
    steps += 1;
    if (steps === 2) await stopped;
    await route.continue();
  });
  await page.getByRole('button', { name: 'Closed, 1,204 alarms' }).click();
  await footOf(page).getByText('500 of 1,204 alarms set to Closed.').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  go();
}
