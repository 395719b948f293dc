// A product that is started again and again on one log directory, and backlogs that must live through it.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { RawEvent } from '../model/model-input.ts';
import { createDirectiveText, createRuleText } from '../support/directive-text.ts';
import { JSON_LOG, stopBalanced } from '../support/ledger-check.ts';
import { readAlarmLines } from '../support/load-results.ts';
import { postEvents } from '../support/load-sender.ts';
import { startProduct, type Product, type ProductSettings } from '../support/process.ts';
import { makeTemporaryFolder, removeFolder } from '../support/temporary-folder.ts';

const LATER = { from: ':1', timeout: 86_400, reliability: 5 };
const FILES = {
  'assets_life.json': { assets: [{ name: 'office', cidr: '10.0.0.0/8', value: 5 }] },
  'directives_life.json': {
    directives: [
      createDirectiveText({
        priority: 5,
        rules: [
          createRuleText(1, { reliability: 5 }),
          createRuleText(2, { ...LATER, occurrence: 3 }),
          createRuleText(3, { ...LATER, occurrence: 3 }),
        ],
      }),
    ],
  },
};
/** Backlogs that `openings` opens; `completions` brings six events for each. */
export const ATTACKERS = 10;

/** Where a product lives through its restarts. */
export interface Place {
  readonly configDir: string;
  readonly logDir: string;
}

/** A configuration and an empty log directory, removed after the test. */
export function makePlace(t: TestContext): Place {
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

/** Starts the product there, killed after the test at the latest; its log is JSON. */
export async function start(
  t: TestContext,
  place: Place,
  settings: ProductSettings = {},
): Promise<Product> {
  const product = await startProduct({ ...place, environment: JSON_LOG, ...settings });
  t.after(product.dispose);
  return product;
}

/** Posts the events in one request, which must be taken. */
export async function post({ port }: Product, events: readonly RawEvent[]): Promise<void> {
  assert.equal(await postEvents(port, events), 200);
}

/** Starts it again: the backlogs of `openings(run)` are there and finish. */
export async function assertGoesOn(t: TestContext, place: Place, run: string): Promise<void> {
  const product = await start(t, place);
  await post(product, completions(run));
  const { ledger } = await stopBalanced(product);
  assert.equal(ledger.consumed, 6 * ATTACKERS);
  assertAllFinished(place.logDir, ATTACKERS);
}

/** Every backlog has finished and none is saved. */
export function assertAllFinished(logDir: string, count: number): void {
  const finished = readAlarmLines(logDir).filter(({ rules }) =>
    rules.every(({ status }) => status === 'finished'),
  );
  assert.equal(finished.length, count);
  assert.deepEqual(listSaved(logDir), []);
}

function listSaved(logDir: string): string[] {
  const folder = join(logDir, 'backlogs');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
}

/** The place in the log of inputs that an orderly stop left (DESIGN §1). */
export function readPosition(logDir: string): { epoch: string; nextSequence: number } {
  const value: unknown = JSON.parse(readFileSync(join(logDir, 'engine.json'), 'utf8'));
  assert.ok(typeof value === 'object' && value !== null);
  assert.ok('epoch' in value && 'nextSequence' in value);
  const { epoch, nextSequence } = value;
  assert.ok(typeof epoch === 'string' && typeof nextSequence === 'number');
  return { epoch, nextSequence };
}

/** An event for each attacker that opens a backlog. */
export function openings(run: string): RawEvent[] {
  return Array.from({ length: ATTACKERS }, (_, attacker) => makeEvent(run, attacker, 1, 0));
}

/** The events that finish the backlogs of `openings`. */
export function completions(run: string): RawEvent[] {
  return [2, 3].flatMap((stage) =>
    [1, 2, 3].flatMap((number) =>
      Array.from({ length: ATTACKERS }, (_, attacker) => makeEvent(run, attacker, stage, number)),
    ),
  );
}

function makeEvent(run: string, attacker: number, plugin_sid: number, number: number): RawEvent {
  return {
    event_id: `${run}-${String(attacker)}-${String(plugin_sid)}-${String(number)}`,
    ...{ plugin_id: 1, plugin_sid, timestamp: new Date().toISOString(), title: 'an event' },
    ...{ sensor: 'a sensor', src_ip: `10.0.0.${String(attacker)}`, dst_ip: '10.1.0.1' },
  };
}
