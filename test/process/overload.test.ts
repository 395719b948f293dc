// More load than the engine can take: what it answered 200 is in the results, the rest waited or was refused, and
// afterwards it works as before. A flood of forged sources costs an advanced attack nothing.

import assert from 'node:assert/strict';
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { makeConfiguration } from '../../bench/rig/directives.ts';
import { sendLoad } from '../../bench/rig/load.ts';
import { readMemory } from '../../bench/rig/process-figures.ts';
import type { RawEvent } from '../model/model-input.ts';
import { createDirectiveText, createRuleText } from '../support/directive-text.ts';
import { JSON_LOG, stopBalanced } from '../support/ledger-check.ts';
import { readAlarmLines, readEventLines } from '../support/load-results.ts';
import { postEvents } from '../support/load-sender.ts';
import { startProduct, type Product } from '../support/process.ts';
import { trials } from '../support/trials.ts';
import { waitUntil } from '../support/wait-until.ts';

const DIRECTIVES = 1000;
const ATTACKERS = 20;
/** Each backlog ends after 41 events, so that what is kept of an attack does not grow for good. */
const OCCURRENCE = 20;
const SECONDS = Math.max(3, trials(20));
/** Twice what max_queue holds, so that requests have to wait. */
const OPEN_REQUESTS = 512;
const ARRAY = 100;
const SAMPLE_MS = 500;
const MOST_MEMORY_MB = 1600;

const FRESH_SOURCE = '10.255.255.1';
const END_BYTES = 2 ** 20;

const FORGED = 20_000;
const MOST_BACKLOGS = 1000;

test(`every event answered 200 of ${String(SECONDS)} s of overload is in the results`, async (t) => {
  const product = await startProduct({
    files: {
      ...makeConfiguration(DIRECTIVES, OCCURRENCE),
      'directives_fresh.json': {
        directives: [freshDirective(DIRECTIVES + 1)],
      },
    },
    environment: JSON_LOG,
  });
  t.after(product.dispose);
  const memory = sampleMemory(product.pid);
  const report = await sendLoad({
    ...{ port: product.port, connections: OPEN_REQUESTS, arrayOf: ARRAY, seconds: SECONDS },
    ...{ directives: DIRECTIVES, attackers: ATTACKERS },
  });
  const samples = await memory.stop();
  const offered = Math.round(report.sent / report.seconds);
  const taken = Math.round(report.accepted / report.seconds);
  t.diagnostic(
    `offered ${String(offered)} events/s, taken ${String(taken)}, answers ${JSON.stringify(report.statuses)}, memory ${samples.map((mb) => mb.toFixed(0)).join(' ')} MB`,
  );
  assert.equal(report.broken, 0);
  assert.deepEqual(
    Object.keys(report.statuses).filter((status) => status !== '200' && status !== '503'),
    [],
  );
  assert.ok(Math.max(...samples) < MOST_MEMORY_MB, 'the memory is not bounded');
  await assertFreshAlarm(product);
  const { ledger } = await stopBalanced(product);
  const lines = readEventLines(product.logDir);
  const expected = report.accepted + 1;
  assert.deepEqual(
    {
      accepted: ledger.accepted,
      taken: ledger.consumed + ledger.opened,
      written: ledger.alarmEventLines.written,
      lines: lines.length,
    },
    { accepted: expected, taken: expected, written: expected, lines: expected },
    JSON.stringify(ledger),
  );
  assert.equal(new Set(lines.map(({ event_id }) => event_id)).size, lines.length);
});

test('an advanced attack keeps its alarm in a flood of forged sources', async (t) => {
  const product = await startProduct({
    files: {
      ...makeConfiguration(0, 1),
      'directives_flood.json': { directives: [attackDirective()] },
    },
    options: [`--max-backlogs=${String(MOST_BACKLOGS)}`],
    environment: JSON_LOG,
  });
  t.after(product.dispose);
  const { port, logDir } = product;
  const attack = [1, 2, 2, 3, 3, 3, 3].map((sid, index) =>
    makeEvent(`attack-${String(index)}`, sid, '10.9.9.9'),
  );
  const opening = attack.slice(0, 4);
  const rest = attack.slice(4);
  assert.equal(await postEvents(port, opening), 200);
  for (let first = 0; first < FORGED; first += 250) {
    const flood = Array.from({ length: 250 }, (_, index) => {
      const number = first + index;
      const source = `10.200.${String(number >> 8)}.${String(number & 255)}`;
      return makeEvent(`forged-${String(number)}`, 1, source);
    });
    const next = first % 8000 === 4000 ? rest.splice(0, 1) : [];
    assert.equal(await postEvents(port, [...flood.slice(0, 99), ...next, ...flood.slice(99)]), 200);
  }
  assert.equal(await postEvents(port, rest), 200);
  const { ledger, backlogs, lines } = await stopBalanced(product);
  assert.equal(ledger.accepted, FORGED + attack.length);
  assert.equal(ledger.opened, FORGED + 1);
  // The attack has ended by then.
  assert.equal(backlogs, MOST_BACKLOGS - 1);
  const saved: unknown = JSON.parse(readFileSync(join(logDir, 'backlogs', '1.json'), 'utf8'));
  assert.ok(Array.isArray(saved) && saved.length === backlogs);
  const warnings = lines.filter(({ fields }) => fields['max_backlogs'] === MOST_BACKLOGS);
  assert.equal(warnings.length, 1);
  assert.equal(warnings[0]?.level, 'WARN');
  const events = readEventLines(logDir);
  const opener = events.find(({ event_id }) => event_id === 'attack-0');
  const own = events.filter(({ alarm_id }) => alarm_id === opener?.alarm_id);
  assert.deepEqual(
    own.map(({ event_id }) => event_id),
    attack.map(({ event_id }) => event_id),
  );
  const last = readAlarmLines(logDir)
    .filter(({ alarm_id }) => alarm_id === opener?.alarm_id)
    .at(-1);
  assert.deepEqual(
    last?.rules.map(({ status }) => status),
    ['finished', 'finished', 'finished'],
  );
});

/** An alarm at its first event. */
function freshDirective(id: number): unknown {
  const rules = [1, 2].map((stage) => createRuleText(stage, { reliability: 10 }));
  return createDirectiveText({ id, priority: 5, rules });
}

function attackDirective(): unknown {
  const later = { from: ':1', reliability: 10, timeout: 86_400 };
  const rules = [
    createRuleText(1),
    createRuleText(2, { ...later, occurrence: 2 }),
    createRuleText(3, { ...later, occurrence: 4 }),
  ];
  return createDirectiveText({ priority: 5, rules });
}

function makeEvent(event_id: string, plugin_sid: number, src_ip: string): RawEvent {
  return {
    ...{ event_id, plugin_id: 1, plugin_sid, src_ip, dst_ip: '192.168.0.1' },
    ...{ timestamp: new Date().toISOString(), title: 'an event', sensor: 'a sensor' },
  };
}

/** An alarm of a directive that had no event yet is on file within `waitUntil`'s 5 s. */
async function assertFreshAlarm({ port, logDir }: Product): Promise<void> {
  const path = join(logDir, 'siem_alarms.json');
  assert.equal(await postEvents(port, [makeEvent('fresh', 1, FRESH_SOURCE)]), 200);
  await waitUntil(() => readEnd(path).includes(FRESH_SOURCE), 'the alarm of a fresh event');
}

/** The last lines of a file that may be long. */
function readEnd(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(END_BYTES);
    const start = Math.max(0, fstatSync(file).size - END_BYTES);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, END_BYTES, start));
  } finally {
    closeSync(file);
  }
}

/** Resident memory in MB, every half second until it is stopped. */
function sampleMemory(pid: number): { readonly stop: () => Promise<number[]> } {
  const end = new AbortController();
  const samples = [readMemory(pid).nowMb];
  const sampling = (async () => {
    while (!end.signal.aborted) {
      await delay(SAMPLE_MS, null, { signal: end.signal }).catch(() => null);
      samples.push(readMemory(pid).nowMb);
    }
  })();
  return {
    stop: async () => {
      end.abort();
      await sampling;
      return samples;
    },
  };
}
