// What a backend says of its overload, against a recording of what the reference's backend said to the same events: the same
// texts, as bare messages, and as soon and as long.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { makeNode, startBackend, startFrontend, startNats } from '../support/cluster-processes.ts';
import { createDirectiveText, createRuleText } from '../support/directive-text.ts';
import { readEventLines } from '../support/load-results.ts';
import { makeNumberedEvent } from '../support/numbered-events.ts';
import type { Product } from '../support/process.ts';
import { skipWithout } from '../support/required-tool.ts';
import { trials } from '../support/trials.ts';
import { waitUntil } from '../support/wait-until.ts';
import { readRecording, skipWithoutRecordings } from '../support/wire-recordings.ts';

const EVENTS = 'dsiem_events';
const SIGNALS = 'dsiem_overload_signals';
const IS_SOAK = trials(10) === 10;
const LONG_RUN_MS = 8_000;
/** How much later than in the recording a signal may come: the machine is shared. */
const LATE_MS = 2_000;
/** Clocks of timers are in whole milliseconds. */
const EARLY_MS = 20;
const LIMIT_MS = 20_000;
/** Of stage 2, whose third late event is one of it still. */
const STAGE_2_EVENTS = 3;
const NO_DELAY = '--max_delay 0';

const moment = z.object({ after_ms: z.number(), text: z.string() });
const runShape = z.object({
  what: z.string(),
  sent: z.array(moment.partial({ after_ms: true })),
  signals: z.array(moment),
});
type Run = z.infer<typeof runShape>;
const recordingShape = z.object({
  backend: z.object({
    options: z.string(),
    message: z.object({
      reply_subject: z.literal('none'),
      headers: z.literal(false),
      text: z.array(z.string()),
    }),
    runs: z.array(runShape),
  }),
});

interface Signal {
  readonly text: string;
  readonly atMs: number;
}

interface Bed {
  readonly nats: NatsConnection;
  readonly backend: Product;
  readonly signals: readonly Signal[];
}

const skip = skipWithout('nats-server') || skipWithoutRecordings;

describe('overload signals of a backend', { skip }, () => {
  it('are those of the reference', async (t) => {
    const { backend: recorded } = recordingShape.parse(readRecording('overload.json'));
    const bed = await startBed(t, recorded.options.split(' '));
    const runs = recorded.runs.filter(({ what }) => !what.startsWith(NO_DELAY));
    assert.ok(runs.length > 8);
    const texts = new Set<string>();
    for (const [index, run] of runs.entries()) {
      const isLong = (run.signals.at(-1)?.after_ms ?? 0) > LONG_RUN_MS;
      if (isLong && !IS_SOAK) continue;
      const signals = await play(bed, run, index + 1);
      for (const { text } of signals) texts.add(text);
      t.diagnostic(`${run.what}: ${JSON.stringify(signals)}`);
      assertAlike(run, signals);
    }
    assert.deepEqual([...texts], recorded.message.text);
  });
});

async function startBed(t: TestContext, options: readonly string[]): Promise<Bed> {
  const server = await startNats(t);
  const nats = await connect({ servers: server.url });
  t.after(() => nats.close());
  const signals: Signal[] = [];
  nats.subscribe(SIGNALS, {
    callback: (_, message) => {
      assert.equal(message.headers, undefined);
      assert.ok(message.reply === undefined || message.reply === '');
      signals.push({ text: message.string(), atMs: performance.now() });
    },
  });
  await nats.flush();
  const later = { from: ':1', reliability: 5, timeout: 86_400 };
  const directive = createDirectiveText({
    priority: 5,
    rules: [
      createRuleText(1, { reliability: 5, plugin_sid: [1] }),
      createRuleText(2, { ...later, plugin_sid: [2], occurrence: STAGE_2_EVENTS }),
      createRuleText(3, { ...later, plugin_sid: [3], occurrence: 1_000 }),
    ],
  });
  const frontend = await startFrontend(t, await makeNode(t, 'f1', server), {
    'assets_a.json': { assets: [{ name: 'all', cidr: '10.0.0.0/8', value: 5 }] },
    'directives_b1_a.json': { directives: [directive] },
  });
  const place = { ...(await makeNode(t, 'b1', server)), options };
  return { nats, backend: await startBackend(t, frontend, place), signals };
}

/** Sends what the run has at its times; answers the signals of it, in milliseconds since its begin. */
async function play(bed: Bed, run: Run, number: number): Promise<Signal[]> {
  const source = `10.1.0.${String(number)}`;
  await bringAlong(bed, run, source);
  const before = bed.signals.length;
  const beginMs = performance.now();
  for (const { after_ms = 0, text } of run.sent) {
    await delay(Math.max(0, beginMs + after_ms - performance.now()));
    bed.nats.publish(EVENTS, describedEvent(text, source));
  }
  await settle(bed, number);
  await waitUntil(
    () => bed.signals.length >= before + run.signals.length,
    `the signals: ${run.what}`,
    LIMIT_MS,
  );
  return bed.signals
    .slice(before)
    .map(({ text, atMs }) => ({ text, atMs: Math.round(atMs - beginMs) }));
}

/** A backlog of the source, as far as the run's first event needs it. */
async function bringAlong(bed: Bed, { sent }: Run, source: string): Promise<void> {
  const stage = Number(/stage-(\d)/.exec(sent[0]?.text ?? '')?.[1]);
  if (stage === 1 || sent[0]?.text.includes('without backlog') === true) return;
  const sids = [1, ...(stage === 3 ? Array<number>(STAGE_2_EVENTS).fill(2) : [])];
  const before = readEventLines(bed.backend.logDir).length;
  for (const sid of sids) bed.nats.publish(EVENTS, eventText({ sid, source }));
  const isThere = (): boolean => readEventLines(bed.backend.logDir).length === before + sids.length;
  await waitUntil(isThere, 'the backlog');
}

/** An event behind all others has been worked on. */
async function settle({ nats, backend }: Bed, number: number): Promise<void> {
  const id = `last of ${String(number)}`;
  nats.publish(EVENTS, eventText({ sid: 1, source: `10.2.0.${String(number)}`, id }));
  const isThere = (): boolean =>
    readEventLines(backend.logDir).some(({ event_id }) => event_id === id);
  await waitUntil(isThere, 'the last event');
}

/** The event that the recording describes in words. */
function describedEvent(words: string, source: string): string {
  const sid = Number(/stage-(\d)/.exec(words)?.[1]);
  const agoSeconds = Number(/received ([\d.]+) s ago/.exec(words)?.[1] ?? 0);
  const minutesBefore = Number(/timestamp (\d+) min before/.exec(words)?.[1] ?? 0);
  if (words.includes('without rcvd_time')) return eventText({ sid, source, receivedMs: undefined });
  const receivedMs = words.includes('rcvd_time 0') ? 0 : Date.now() - agoSeconds * 1_000;
  return eventText({ sid, source, receivedMs, minutesBefore });
}

function eventText(event: {
  readonly sid: number;
  readonly source: string;
  readonly receivedMs?: number | undefined;
  readonly minutesBefore?: number;
  readonly id?: string;
}): string {
  const { sid, source, minutesBefore = 0, id = nextId() } = event;
  const timestamp = new Date(Date.now() - minutesBefore * 60_000).toISOString();
  const receivedMs = 'receivedMs' in event ? event.receivedMs : Date.now();
  return JSON.stringify({
    ...makeNumberedEvent(id, timestamp),
    ...{ plugin_sid: sid, src_ip: source },
    ...(receivedMs !== undefined && { rcvd_time: receivedMs * 1_000_000 }),
  });
}

let ids = 0;

/** A stage counts an event id once. */
function nextId(): string {
  ids += 1;
  return `event ${String(ids)}`;
}

function assertAlike({ what, signals: recorded }: Run, signals: readonly Signal[]): void {
  const told = `${what}: ${JSON.stringify({ recorded, signals })}`;
  assert.deepEqual(
    signals.map(({ text }) => text),
    recorded.map(({ text }) => text),
    told,
  );
  for (const [index, { after_ms }] of recorded.entries()) {
    const { atMs } = signals[index] ?? { atMs: Number.NaN };
    assert.ok(atMs >= after_ms - EARLY_MS && atMs <= after_ms + LATE_MS, told);
  }
}
