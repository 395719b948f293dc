// The configuration changes again and again while events stream in: directives that stay as they are raise the alarms of
// a run without reloads, every request is answered, and nothing is lost (SPEC §10, §11).

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { RawEvent } from '../model/model-input.ts';
import { JSON_LOG, stopBalanced, type FinalLedger } from '../support/ledger-check.ts';
import { ATTACK_FILES, createAttackStream } from '../support/load-attacks.ts';
import type { WrittenBacklog } from '../support/load-results.ts';
import { postEvents, sendEvents, type SentEvents } from '../support/load-sender.ts';
import { startProduct, type Product } from '../support/process.ts';
import {
  changeAssets,
  changeConfiguration,
  CHANGING_ASSETS,
  CHANGING_FILE,
  compareConfigurations,
  createMovingStream,
  INVALID_TEXTS,
  makeProbe,
  secondSid,
  type ChangingConfiguration,
} from '../support/reload-changes.ts';
import { createOperator, WAYS, type Operator, type Way } from '../support/reload-operator.ts';
import { assertProbes, countAside, readAttacks } from '../support/reload-results.ts';
import { trials } from '../support/trials.ts';
import { waitUntil } from '../support/wait-until.ts';

const SENDERS = 5;
const PACE_MS = 2;
const LONGEST_PAUSE_MS = 500;
const REPLAY_ARRAY = 500;
const FAULTS_LOGGED = ['configuration', 'the configuration cannot be loaded, the old one stays'];

test(`${String(trials(100))} reloads in every way change nothing for what they do not concern`, async (t) => {
  const load = await startLoad(t);
  const { product, operator } = load;
  let { inForce } = load;
  const probes: ChangingConfiguration[] = [];
  for (let reload = 0; reload < trials(100); reload += 1) {
    await delay(Math.random() * LONGEST_PAUSE_MS);
    const way = pick(WAYS);
    if (Math.random() < 0.3) await assertRefused(operator, { way, inForce });
    else if (Math.random() < 0.2) await assertSame(operator, way);
    else inForce = await assertChanged(operator, { way, inForce });
    const { gauges } = await operator.status();
    assert.equal(gauges['directives'], load.constantDirectives + inForce.directives.size);
    // admitted after this reload and before the next: it meets just this version
    assert.equal(await postEvents(product.port, [makeProbe(probes.length, 1)]), 200);
    probes.push(inForce);
  }
  const sent = await load.end();
  for (const second of [2, 3]) {
    const events = probes.map((_, probe) => makeProbe(probe, second));
    assert.equal(await postEvents(product.port, events), 200);
  }
  const ledger = await assertEnd(t, load);
  assert.equal(ledger.ledger.accepted, count(sent) + 3 * probes.length);
  assertProbes(product.logDir, { probes, last: inForce.version });
  assert.deepEqual(readAttacks(product.logDir), await replay(t, sent));
});

test('files that change on disk under --watch-config change nothing for what they do not concern', async (t) => {
  const load = await startLoad(t, '--watch-config');
  const { product, operator } = load;
  let { inForce } = load;
  for (let change = 0; change < trials(100); change += 1) {
    await delay(Math.random() * LONGEST_PAUSE_MS);
    if (Math.random() < 0.3) operator.write(CHANGING_FILE, pick(INVALID_TEXTS));
    if (Math.random() < 0.3) operator.write(CHANGING_ASSETS, changeAssets());
    if (Math.random() < 0.5) continue;
    inForce = changeConfiguration(inForce);
    operator.write(CHANGING_FILE, inForce.text);
  }
  inForce = changeConfiguration(inForce);
  operator.write(CHANGING_FILE, inForce.text);
  const probe = makeProbe(0, 1);
  await waitUntil(async () => {
    const { last_reload: last, gauges } = await operator.status();
    const directives = load.constantDirectives + inForce.directives.size;
    return last.reason === 'watch' && last.ok && gauges['directives'] === directives;
  });
  const sent = await load.end();
  await waitUntil(async () => {
    const { files } = await operator.files();
    return files.every((file) => file.sha256 === file.loaded_sha256 || file.kind === null);
  });
  assert.equal(await postEvents(product.port, [probe]), 200);
  assert.equal(await postEvents(product.port, [makeProbe(0, secondSid(inForce.version))]), 200);
  const ledger = await assertEnd(t, load);
  assert.equal(ledger.ledger.accepted, count(sent) + 2);
  assertProbes(product.logDir, { probes: [inForce], last: inForce.version });
  assert.deepEqual(readAttacks(product.logDir), await replay(t, sent));
});

interface Load {
  readonly product: Product;
  readonly operator: Operator;
  readonly inForce: ChangingConfiguration;
  readonly constantDirectives: number;
  /** Ends the senders; asserts that every request was answered 200. */
  readonly end: () => Promise<readonly SentEvents[]>;
}

async function startLoad(t: TestContext, ...options: string[]): Promise<Load> {
  const inForce = changeConfiguration();
  const product = await start(t, {
    files: { [CHANGING_FILE]: inForce.text, [CHANGING_ASSETS]: changeAssets() },
    options: ['--writable-config', ...options],
  });
  const operator = createOperator(product);
  const { gauges } = await operator.status();
  const stop = new AbortController();
  const senders = Array.from({ length: SENDERS }, (_, sender) =>
    sendEvents({
      ...{ port: product.port, next: mixStreams(sender), paceMs: PACE_MS },
      signal: stop.signal,
    }),
  );
  const sent = Promise.all(senders);
  // an answer that is neither 200 nor 503 shall fail the test where it awaits the senders
  sent.catch(() => undefined);
  return {
    ...{ product, operator, inForce },
    constantDirectives: (gauges['directives'] ?? 0) - inForce.directives.size,
    end: async () => {
      stop.abort();
      const all = await sent;
      for (const { statuses, unanswered } of all) {
        assert.deepEqual([Object.keys(statuses), unanswered.size], [['200'], 0]);
      }
      return all;
    },
  };
}

async function start(
  t: TestContext,
  { files, options = [] }: { files?: Record<string, unknown>; options?: string[] },
): Promise<Product> {
  const product = await startProduct({
    ...{ files: { ...ATTACK_FILES, ...files }, options },
    environment: JSON_LOG,
  });
  t.after(product.dispose);
  return product;
}

/** The attacks of one sender, with events for the directives that move among them. */
function mixStreams(sender: number): () => readonly RawEvent[] {
  const attacks = createAttackStream(sender);
  const moving = createMovingStream(sender);
  return () => attacks().flatMap((event) => (Math.random() < 0.3 ? [event, moving()] : [event]));
}

/** A text that cannot be loaded leaves everything as it was; then the file is mended. */
async function assertRefused(
  operator: Operator,
  { way, inForce }: { way: Way; inForce: ChangingConfiguration },
): Promise<void> {
  const text = pick(INVALID_TEXTS);
  const prospect = text === INVALID_TEXTS.at(-1) ? 'unloadable' : 'faulty';
  const { last_reload: last } = await operator.bring(CHANGING_FILE, text, { way, prospect });
  if (!last.ok) {
    assert.notEqual(last.faults.length, 0);
    assert.deepEqual(withoutCount(last.directives), NO_CHANGES);
  }
  operator.write(CHANGING_FILE, inForce.text);
}

/** Other assets, and every directive as it was. */
async function assertSame(operator: Operator, way: Way): Promise<void> {
  const order = { way, prospect: 'valid' } as const;
  const { last_reload: last } = await operator.bring(CHANGING_ASSETS, changeAssets(), order);
  assert.deepEqual(withoutCount(last.directives), NO_CHANGES);
}

async function assertChanged(
  operator: Operator,
  { way, inForce }: { way: Way; inForce: ChangingConfiguration },
): Promise<ChangingConfiguration> {
  const next = changeConfiguration(inForce);
  const order = { way, prospect: 'valid' } as const;
  const { last_reload: last } = await operator.bring(CHANGING_FILE, next.text, order);
  assert.deepEqual(withoutCount(last.directives), compareConfigurations(inForce, next));
  return next;
}

const NO_CHANGES = { added: [], changed: [], removed: [], renamed: [] };

function withoutCount(
  directives: Readonly<Record<'added' | 'changed' | 'removed' | 'renamed', readonly number[]>>,
): typeof directives {
  const [added, changed, removed, renamed] = [
    ...[directives.added, directives.changed, directives.removed, directives.renamed],
  ].map((ids) => ids.toSorted((left, right) => left - right));
  return {
    added: added ?? [],
    changed: changed ?? [],
    removed: removed ?? [],
    renamed: renamed ?? [],
  };
}

/** Stops the product; every backlog that was opened is complete, set aside or saved. */
async function assertEnd(t: TestContext, { product, operator }: Load): Promise<FinalLedger> {
  await waitUntil(async () => (await operator.status()).gauges['events_in_flight'] === 0);
  const { counters } = await operator.status();
  const final = await stopBalanced(product, 'SIGTERM', { errors: FAULTS_LOGGED });
  const aside = countAside(product.logDir);
  assert.equal(counters['backlogs_set_aside'], aside);
  assert.equal(counters['backlogs_timed_out'], 0);
  assert.equal(final.ledger.opened, (counters['backlogs_completed'] ?? 0) + aside + final.backlogs);
  const logged = final.lines.reduce(
    (sum, { fields }) => sum + Number(fields['backlogs_set_aside'] ?? 0),
    0,
  );
  assert.equal(logged, aside);
  t.diagnostic(
    `${String(final.ledger.opened)} backlogs opened, ${String(aside)} set aside, ${String(final.backlogs)} saved`,
  );
  return final;
}

/** What a run without reloads writes for the same events. */
async function replay(
  t: TestContext,
  sent: readonly SentEvents[],
): Promise<ReadonlyMap<string, WrittenBacklog>> {
  const product = await start(t, {});
  const events = sent.flatMap((one) => one.sent);
  for (let at = 0; at < events.length; at += REPLAY_ARRAY) {
    const part = events.slice(at, at + REPLAY_ARRAY);
    assert.equal(await postEvents(product.port, part), 200);
  }
  await stopBalanced(product);
  return readAttacks(product.logDir);
}

function count(sent: readonly SentEvents[]): number {
  return sent.reduce((sum, one) => sum + one.answered.size, 0);
}

function pick<Item>(items: readonly Item[]): Item {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
