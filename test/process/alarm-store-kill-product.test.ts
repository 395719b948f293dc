// The product is killed while events and changes by persons stream in, again and again in one log directory whose alarm file
// is rotated: whatever a whole line of it says, and whatever was answered 200, is in the store afterwards.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { z } from 'zod';
import type { RawEvent } from '../model/model-input.ts';
import { changeAlarms } from '../support/changing-person.ts';
import { createDirectiveText, createRuleText } from '../support/directive-text.ts';
import { KnownAlarms } from '../support/known-alarms.ts';
import { JSON_LOG } from '../support/ledger-check.ts';
import { sendEvents } from '../support/load-sender.ts';
import { findFreePort, startProduct, type Product } from '../support/process.ts';
import { startProcessGroup } from '../support/process-group.ts';
import { makeTemporaryFolder, removeFolder } from '../support/temporary-folder.ts';
import { trials } from '../support/trials.ts';
import { waitUntil } from '../support/wait-until.ts';

const KILLS = trials(200);
const SEED = 20_261_125;
const READ_ALL = 'the alarm store has read the alarm files';
/** What a kill leaves is told. */
const EXPECTED = 'alarms of a former run are interrupted';
const READ_LIMIT_MS = 30_000;
const OLD_ONES = 20;
const ASKED_AT_ONCE = 8;
const KEPT_ROTATIONS = 4;
const ROOT = join(import.meta.dirname, '..', '..');
const MAIN = join(ROOT, 'dist', 'app', 'main.js');
const ALARM_FILE = 'siem_alarms.json';

const DAY = { timeout: 86_400, from: ':1' };
const FILES = {
  'assets_kill.json': { assets: [{ name: 'office', cidr: '10.0.0.0/8', value: 5 }] },
  'directives_kill.json': {
    directives: [
      createDirectiveText({
        ...{ priority: 5, name: 'Attack from SRC_IP' },
        rules: [
          createRuleText(1, { reliability: 1 }),
          createRuleText(2, { ...DAY, reliability: 3, occurrence: 2 }),
          createRuleText(3, { ...DAY, reliability: 6, occurrence: 2 }),
          createRuleText(4, { ...DAY, reliability: 10, occurrence: 3 }),
        ],
      }),
    ],
  },
};
/** The sids of one attack after the other. */
const COURSE = [1, 2, 2, 3, 3, 4, 4, 4];
const ATTACKERS = 25;

/** What happens in one life of the product, in milliseconds. */
const lives = fc.record({
  killAfter: fc.integer({ min: 0, max: 900 }),
  rotateAfter: fc.option(fc.integer({ min: 0, max: 900 }), { freq: 2 }),
  /** Killed in its start, some time after its process began. */
  killInStartAfter: fc.option(fc.integer({ min: 200, max: 1100 }), { freq: 1 }),
});
type Life = Parameters<Parameters<typeof lives.map>[0]>[0];

interface Place {
  readonly configDir: string;
  readonly logDir: string;
}

test(`${String(KILLS)} kills -9 lose no alarm that is in the file, and nothing that a person was answered`, async (t) => {
  const place = makePlace(t);
  const known = new KnownAlarms();
  for (const [index, life] of fc.sample(lives, { seed: SEED, numRuns: KILLS }).entries()) {
    if (index > 0 && life.killInStartAfter !== null && index % 2 === 0) {
      await killInStart(place, life.killInStartAfter);
    }
    const product = await startAgain(t, place);
    await assertHas(product, known, pick(known, index));
    await liveAndDie(product, { life, known, run: index });
    for (const name of [`${ALARM_FILE}.1`, ALARM_FILE]) known.readFile(join(place.logDir, name));
  }
  const last = await startAgain(t, place);
  await assertHas(last, known, known.ids);
  await restoreDeleted(last, known);
  await last.stop();
  const told = `${String(known.ids.length)} alarms; compared: ${JSON.stringify(known.counts)}`;
  t.diagnostic(told);
  const { same, deleted, comments } = known.counts;
  assert.ok(same > 0 && deleted + comments > 0, told);
});

function makePlace(t: TestContext): Place {
  const place = { configDir: makeTemporaryFolder('config'), logDir: makeTemporaryFolder('logs') };
  for (const [name, content] of Object.entries(FILES)) {
    writeFileSync(join(place.configDir, name), JSON.stringify(content));
  }
  t.after(() => {
    removeFolder(place.configDir);
    removeFolder(place.logDir);
  });
  return place;
}

/** Starts it; nothing is amiss, and no alarm runs whose backlog the kill took. */
async function startAgain(t: TestContext, place: Place): Promise<Product> {
  const product = await startProduct({ ...place, environment: JSON_LOG });
  t.after(product.dispose);
  await waitUntil(() => product.log().includes(READ_ALL), 'the files to be read', READ_LIMIT_MS);
  assert.deepEqual(readComplaints(product), []);
  const aside = readdirSync(place.logDir).filter((name) => name.startsWith('alarm-store.'));
  assert.deepEqual(aside, []);
  const running = z.object({ total: z.number() });
  const { body } = await ask(product, '/api/alarms?progress=running&limit=1');
  assert.equal(running.parse(body).total, 0);
  return product;
}

function readComplaints(product: Product): string[] {
  return product
    .log()
    .split('\n')
    .filter((line) => /"level":"(WARN|ERROR|FATAL)"/.test(line) && !line.includes(EXPECTED));
}

/** Those of which something was heard in the last life, and some others. */
function pick(known: KnownAlarms, run: number): readonly string[] {
  const { ids } = known;
  const others = Array.from({ length: Math.min(OLD_ONES, ids.length) }, (_, index) => {
    return ids[(run * 7919 + index * 104_729) % ids.length] ?? '';
  });
  return [...new Set([...known.takeNews(), ...others])];
}

async function assertHas(
  product: Product,
  known: KnownAlarms,
  ids: readonly string[],
): Promise<void> {
  const waiting = [...ids];
  const askAll = async (): Promise<void> => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const { status, body } = await ask(product, `/api/alarms/${id}`);
      known.check(id, status, body);
    }
  };
  await Promise.all(Array.from({ length: ASKED_AT_ONCE }, askAll));
}

/** Events, changes and perhaps a rotation, until the kill. */
async function liveAndDie(
  product: Product,
  { life, known, run }: { readonly life: Life; readonly known: KnownAlarms; readonly run: number },
): Promise<void> {
  const { logDir, port, url } = product;
  const end = new AbortController();
  const { signal } = end;
  const token = readFileSync(join(logDir, 'admin-token'), 'utf8').trim();
  const work = Promise.all([
    sendEvents({ port, next: createAttacks(run), paceMs: 3, signal }),
    changeAlarms({ url, token, known, seed: SEED + run, signal }),
    rotateAfter(logDir, Math.min(life.rotateAfter ?? Infinity, life.killAfter)),
  ]);
  await delay(life.killAfter);
  await product.stop('SIGKILL');
  end.abort();
  await work;
}

/** As logrotate does with `compress` and `delaycompress`; not at all when there is nothing new. */
async function rotateAfter(logDir: string, ms: number): Promise<void> {
  if (!Number.isFinite(ms)) return;
  await delay(ms);
  const path = join(logDir, ALARM_FILE);
  if (!existsSync(path)) return;
  rmSync(`${path}.${String(KEPT_ROTATIONS)}.gz`, { force: true });
  for (let number = KEPT_ROTATIONS - 1; number > 1; number -= 1) {
    const packed = `${path}.${String(number)}.gz`;
    if (existsSync(packed)) renameSync(packed, `${path}.${String(number + 1)}.gz`);
  }
  if (existsSync(`${path}.1`)) {
    writeFileSync(`${path}.2.gz`, gzipSync(readFileSync(`${path}.1`)));
    rmSync(`${path}.1`);
  }
  renameSync(path, `${path}.1`);
}

async function killInStart({ configDir, logDir }: Place, afterMs: number): Promise<void> {
  const group = startProcessGroup({
    words: [process.execPath, MAIN],
    cwd: ROOT,
    environment: {
      ...{ DSIEM_ADDRESS: '127.0.0.1', DSIEM_PORT: String(await findFreePort()) },
      ...{ DSIEM_CONFIG_DIR: configDir, DSIEM_LOG_DIR: logDir },
    },
  });
  await delay(afterMs);
  await group.stop('SIGKILL');
}

/** Each deleted alarm is still there, as its last line says, once it is restored. */
async function restoreDeleted(product: Product, known: KnownAlarms): Promise<void> {
  const token = readFileSync(join(product.logDir, 'admin-token'), 'utf8').trim();
  const authorization = `Bearer ${token}`;
  for (const id of known.ids.filter((one) => known.isDeleted(one))) {
    const url = `${product.url}/api/alarms/${id}/restore`;
    const { status } = await fetch(url, { method: 'POST', headers: { authorization } });
    assert.equal(status, 200);
    known.restored(id);
    await assertHas(product, known, [id]);
  }
}

async function ask(
  { url }: Product,
  path: string,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(url + path, { signal: AbortSignal.timeout(30_000) });
  return { status: response.status, body: await response.json() };
}

/** Attackers of this run, each with one attack after the other; one to four events at once. */
function createAttacks(run: number): () => readonly RawEvent[] {
  let number = 0;
  const done = new Map<number, number>();
  const next = (): RawEvent => {
    number += 1;
    const attacker = (number * 7) % ATTACKERS;
    const step = done.get(attacker) ?? 0;
    done.set(attacker, step + 1);
    return {
      event_id: `${String(run)}-${String(number)}`,
      ...{ timestamp: new Date().toISOString(), title: 'an event', sensor: 'a sensor' },
      ...{ plugin_id: 1, plugin_sid: COURSE[step % COURSE.length] ?? 1 },
      ...{ src_ip: `10.1.${String(run % 256)}.${String(attacker)}`, dst_ip: '10.0.0.1' },
    };
  };
  return () => Array.from({ length: 1 + (number % 4) }, next);
}
