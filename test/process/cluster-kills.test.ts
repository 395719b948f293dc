// A frontend, a backend and NATS are killed, and the network stands still, while events stream through the cluster: all of
// it recovers by itself, and what was answered 200 and did not arrive is counted.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import {
  makeNode,
  startBackend,
  startFrontend,
  startNats,
  waitForCluster,
  waitForNodes,
  type ClusterView,
  type NodeSettings,
} from '../support/cluster-processes.ts';
import { assertBalanced, type FinalLedger, type LogLine } from '../support/ledger-check.ts';
import type { NatsServer } from '../support/nats-server.ts';
import {
  numberedFiles,
  readArrived,
  streamEvents,
  type NumberedStream,
} from '../support/numbered-events.ts';
import { startPausingProxy } from '../support/pausing-proxy.ts';
import type { Product } from '../support/process.ts';
import { skipWithout } from '../support/required-tool.ts';
import { trials } from '../support/trials.ts';
import { waitUntil } from '../support/wait-until.ts';

const skip = skipWithout('nats-server');
const UNKNOWN = 'whether events were lost in this time cannot be known';
const LOSS_ERRORS = ['events of a frontend are lost', UNKNOWN];
const spanShape = z.object({ reason: z.string(), from: z.number(), to: z.number().optional() });
/** Positions are saved and announced each second. */
const SPAN_SLACK = 5;
const RECOVERY_MS = 45_000;
const PAUSE_MS = trials(10) === 10 ? 30_000 : 3_000;
const KNOWN_MS = 2_000;
/** They wait more than they work. */
const AT_ONCE = 3;
const KILLS = trials(10);

interface Bed {
  readonly nats: NatsServer;
  readonly places: { readonly frontend: NodeSettings; readonly backend: NodeSettings };
  frontend: Product;
  backend: Product;
  readonly streams: readonly NumberedStream[];
}

describe('under load', { skip, concurrency: AT_ONCE }, () => {
  for (const sharing of ['on', 'off'] as const) {
    it(`NATS is killed under load, sharing ${sharing}`, async (t) => {
      const bed = await startBed(t, { sharing });
      for (let kill = 0; kill < KILLS; kill += 1) {
        await bed.nats.kill();
        await waitUntil(() => refusals(bed) > 0, 'a refusal', RECOVERY_MS);
        await bed.nats.start();
        await assertFlows(bed);
      }
      await assertCounted(t, bed);
    });
  }

  for (const fault of ['stands still', 'is cut'] as const) {
    it(`the network to a backend ${fault}`, async (t) => {
      const nats = await startNats(t);
      const proxy = await startPausingProxy(nats.port);
      t.after(() => proxy.close());
      const bed = await startBed(t, { nats, backendMsq: `nats://127.0.0.1:${String(proxy.port)}` });
      proxy.pause();
      if (fault === 'is cut') proxy.cut();
      await delay(PAUSE_MS);
      proxy.resume();
      await assertFlows(bed);
      const { lost } = (await assertCounted(t, bed)).ledger;
      if (fault === 'is cut') assert.ok(lost > 0);
    });
  }

  it('the network to a frontend stands still', async (t) => {
    const nats = await startNats(t);
    const proxy = await startPausingProxy(nats.port);
    t.after(() => proxy.close());
    const bed = await startBed(t, { nats, frontendMsq: `nats://127.0.0.1:${String(proxy.port)}` });
    proxy.pause();
    await waitUntil(() => refusals(bed) > 0, 'a refusal', RECOVERY_MS);
    await delay(PAUSE_MS);
    proxy.resume();
    await assertFlows(bed);
    const { lost } = (await assertCounted(t, bed)).ledger;
    assert.equal(lost, 0);
  });

  it('a backend that was killed says from when to when it cannot know', async (t) => {
    const bed = await startBed(t);
    await waitUntil(() => isPositionSaved(bed), 'a position');
    const killedAt = Date.now() / 1000;
    await bed.backend.stop('SIGKILL');
    const arrivedBefore = readArrived(bed.backend.logDir).size;
    await delay(1_000);
    bed.backend = await startBackend(t, bed.frontend, bed.places.backend);
    const backAt = Date.now() / 1000;
    await assertFlows(bed);
    const note = await waitForUnknown(bed);
    await stopStreams(bed);
    const missing = missingOf(bed).length;
    const { lines, ledger } = await stopBackend(bed);
    t.diagnostic(`${String(missing)} events are missing; ${note}`);
    assert.ok(arrivedBefore > 0 && missing > 0);
    assert.equal(ledger.lost, 0);
    assert.ok(Number(/(\d+) at most/.exec(note)?.[1]) >= missing, note);
    assertSpan(lines, { reason: 'this backend was killed', from: killedAt, to: backAt });
  });

  it(
    'of a frontend that was killed the backend says from when to when it cannot know',
    {
      skip,
    },
    async (t) => {
      const bed = await startBed(t);
      const killedAt = Date.now() / 1000;
      await bed.frontend.stop('SIGKILL');
      bed.frontend = await startFrontend(t, bed.places.frontend);
      const backAt = Date.now() / 1000;
      await assertFlows(bed);
      const note = await waitForUnknown(bed);
      await stopStreams(bed);
      const { lines } = await stopBackend(bed);
      t.diagnostic(note);
      assert.deepEqual(missingOf(bed), []);
      assertSpan(lines, { reason: 'the frontend was killed', from: killedAt, to: backAt });
    },
  );

  it('what comes while a backend is stopped in good order is counted', async (t) => {
    const bed = await startBed(t);
    await stopBackend(bed);
    await delay(1_000);
    bed.backend = await startBackend(t, bed.frontend, bed.places.backend);
    await assertFlows(bed);
    const { ledger } = await assertCounted(t, bed);
    assert.ok(ledger.lost > 0);
  });
});

async function startBed(
  t: TestContext,
  given: {
    nats?: NatsServer;
    frontendMsq?: string;
    backendMsq?: string;
    sharing?: 'on' | 'off';
  } = {},
): Promise<Bed> {
  const nats = given.nats ?? (await startNats(t));
  const places = {
    frontend: {
      ...(await makeNode(t, 'f1', { url: given.frontendMsq ?? nats.url })),
      options: ['--max-eps=0', '--min-eps=0', `--cluster-sharing=${given.sharing ?? 'on'}`],
    },
    backend: await makeNode(t, 'b1', { url: given.backendMsq ?? nats.url }),
  };
  const frontend = await startFrontend(t, places.frontend, numberedFiles(['b1']));
  const backend = await startBackend(t, frontend, places.backend);
  await waitForNodes(frontend, 'f1', ['b1']);
  const { port } = frontend;
  const streams = [streamEvents(port, 'single'), streamEvents(port, 'array', 20)];
  t.after(() => Promise.all(streams.map((stream) => stream.stop())));
  const bed: Bed = { nats, places, frontend, backend, streams };
  await assertFlows(bed);
  // a backend judges single events from the first announcement on that it hears of their frontend
  await delay(KNOWN_MS);
  return bed;
}

/** Events that are sent from now on arrive. */
async function assertFlows({ backend, streams }: Bed): Promise<void> {
  const before = streams.map(({ answered }) => answered.length);
  const isThere = (): boolean => {
    const file = join(backend.logDir, 'siem_alarm_events.json');
    const arrived = existsSync(file) ? tryReadArrived(backend.logDir) : new Set<string>();
    return streams.every(({ answered }, index) =>
      answered.slice((before[index] ?? 0) + 1).some((id) => arrived.has(id)),
    );
  };
  await waitUntil(isThere, 'events to arrive', RECOVERY_MS);
}

/** None while a line is being written. */
function tryReadArrived(logDir: string): ReadonlySet<string> {
  try {
    return readArrived(logDir);
  } catch {
    return new Set();
  }
}

/** Every event that was answered 200 has arrived or is counted as lost, and nothing else is. */
async function assertCounted(t: TestContext, bed: Bed): Promise<FinalLedger> {
  await stopStreams(bed);
  await waitForCluster(bed.frontend, 'f1', ({ nodes }) => {
    const missing = missingOf(bed).length;
    return nodes[0]?.ledger['lost'] === missing;
  });
  const final = await stopBackend(bed);
  const missing = missingOf(bed).length;
  const answered = answeredOf(bed).length;
  t.diagnostic(`${String(missing)} of ${String(answered)} events answered 200 are lost`);
  t.diagnostic(JSON.stringify(bed.streams.map(({ outcomes }) => Object.fromEntries(outcomes))));
  assert.equal(final.ledger.lost, missing);
  const frontend = assertBalanced(await bed.frontend.stop(), bed.frontend.log());
  assert.equal(frontend.ledger.published, answered);
  return final;
}

async function stopBackend({ backend }: Pick<Bed, 'backend'>): Promise<FinalLedger> {
  const ending = await backend.stop();
  return assertBalanced(ending, backend.log(), { errors: LOSS_ERRORS, lostEvents: true });
}

async function stopStreams({ streams }: Bed): Promise<void> {
  await Promise.all(streams.map((stream) => stream.stop()));
}

function answeredOf({ streams }: Bed): string[] {
  return streams.flatMap(({ answered }) => answered);
}

function missingOf(bed: Bed): string[] {
  const arrived = tryReadArrived(bed.backend.logDir);
  return answeredOf(bed).filter((id) => !arrived.has(id));
}

function refusals({ streams }: Bed): number {
  return streams.reduce((sum, { outcomes }) => sum + (outcomes.get(503) ?? 0), 0);
}

function isPositionSaved({ backend }: Bed): boolean {
  const file = join(backend.logDir, 'backend-b1', 'frontend-positions.json');
  return existsSync(file) && readFileSync(file, 'utf8').includes('"f1"');
}

/** Waits until the frontend shows a note of the backend that says what cannot be known. */
async function waitForUnknown({ frontend }: Bed): Promise<string> {
  const noteOf = ({ nodes }: ClusterView): string | undefined =>
    nodes[0]?.notes.find(({ code }) => code === 'losses_unknown')?.message;
  const view = await waitForCluster(frontend, 'f1', (one) => noteOf(one) !== undefined);
  return noteOf(view) ?? '';
}

/** The log's last word on the span: it holds this time, to the second, and no fewer events than are missing. */
function assertSpan(
  lines: readonly LogLine[],
  wanted: { readonly reason: string; readonly from: number; readonly to: number },
): void {
  const spans = lines
    .filter(({ fields }) => fields.message === UNKNOWN)
    .map(({ fields }) => spanShape.parse(fields['span']));
  const span = spans.findLast(({ reason }) => reason === wanted.reason);
  assert.ok(span, JSON.stringify(spans));
  const from = Math.floor(wanted.from);
  assert.ok(span.from <= from && span.from >= from - SPAN_SLACK, JSON.stringify({ span, wanted }));
  const to = span.to ?? Number.POSITIVE_INFINITY;
  assert.ok(to >= from && to <= Math.ceil(wanted.to) + SPAN_SLACK, JSON.stringify(span));
}
