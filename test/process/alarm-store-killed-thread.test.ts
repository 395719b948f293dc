// The alarm store's database is damaged, which is seen when its states are read: its thread ends, the engine goes on, and the
// store is made again from the alarm file.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { damageStates } from '../support/damaged-store.ts';
import { stopBalanced } from '../support/ledger-check.ts';
import { readAlarmLines } from '../support/load-results.ts';
import type { Product } from '../support/process.ts';
import { waitUntil } from '../support/wait-until.ts';
import { ATTACKERS, completions, makePlace, openings, post, start } from './life.ts';

const LIMIT_MS = 20_000;
const ASIDE = 'the alarm store is unreadable, it is moved aside and made again from files';
const FAILS = 'the alarm store fails, it is tried again';
/** What is not there can be told to nobody. */
const FEED_BEGINS = 'the live feed begins without the alarms of before';
const READ_ALL = 'the alarm store has read the alarm files';

const listed = z.object({ total: z.number() });
const status = z.object({
  alarm_store: z.object({
    ...{ alarms: z.number(), decided: z.number(), written: z.number(), lost: z.number() },
    failure: z.string().nullable(),
  }),
});

test('a damaged alarm store is made again while the engine goes on, and no alarm is missing', async (t) => {
  const place = makePlace(t);
  const first = await start(t, place);
  await post(first, [...openings('first'), ...completions('first')]);
  await waitUntil(() => readAlarmLines(place.logDir).length === 3 * ATTACKERS, 'the alarms');
  await stopBalanced(first);

  damageStates(join(place.logDir, 'alarm-store'));
  const product = await start(t, place);
  await post(product, openings('second'));
  await waitUntil(() => product.log().includes(ASIDE), 'the damage to be seen', LIMIT_MS);
  await post(product, completions('second'));
  await waitUntil(() => product.log().includes(READ_ALL), 'the files to be read', LIMIT_MS);
  await waitUntil(async () => (await countAlarms(product)) === 2 * ATTACKERS, 'all alarms');
  const complete = await ask(product, '/api/alarms?progress=complete&limit=1');
  assert.equal(listed.parse(complete.body).total, 2 * ATTACKERS);
  await waitUntil(async () => {
    const { decided, written, lost, failure } = await readFigures(product);
    return failure === null && decided === written + lost;
  }, 'figures that balance');
  assert.equal((await readFigures(product)).alarms, 2 * ATTACKERS);
  assert.equal(
    readdirSync(place.logDir).filter((name) => name.startsWith('alarm-store.')).length,
    1,
  );
  const { lines } = await stopBalanced(product, 'SIGTERM', {
    errors: [ASIDE, FAILS, FEED_BEGINS],
  });
  const messages = lines.map(({ fields }) => fields.message);
  assert.ok(messages.includes(ASIDE) && messages.includes(FAILS), 'the log does not say it');
});

async function countAlarms(product: Product): Promise<number> {
  const { status: code, body } = await ask(product, '/api/alarms?limit=1');
  return code === 200 ? listed.parse(body).total : 0;
}

async function readFigures(product: Product): Promise<z.infer<typeof status>['alarm_store']> {
  return status.parse((await ask(product, '/api/status')).body).alarm_store;
}

async function ask(
  { url }: Product,
  path: string,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(url + path, { signal: AbortSignal.timeout(30_000) });
  return { status: response.status, body: await response.json() };
}
