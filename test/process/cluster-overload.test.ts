// More than a cluster can take: the frontend answers 429 and 503, a backend that cannot keep up drops the oldest events, says
// how many, and tells frontends so. What was answered 200 is on file or counted as lost.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { makeConfiguration } from '../../bench/rig/directives.ts';
import { sendLoad } from '../../bench/rig/load.ts';
import { connectTestLink } from '../support/cluster-bed.ts';
import {
  makeNode,
  startBackend,
  startFrontend,
  startNats,
  waitForCluster,
  waitForNodes,
} from '../support/cluster-processes.ts';
import {
  assertBalanced,
  parseLog,
  stopBalanced,
  type FinalLedger,
  type LogLine,
} from '../support/ledger-check.ts';
import { readEventLines } from '../support/load-results.ts';
import { makeNumberedEvent } from '../support/numbered-events.ts';
import type { Product } from '../support/process.ts';
import { skipWithout } from '../support/required-tool.ts';
import { trials } from '../support/trials.ts';
import { waitUntil } from '../support/wait-until.ts';

const SKIPPED = /^filtering lagged and skipped (\d+) events$/;
const UNCONFIRMED = 'NATS has not confirmed events, they are refused';
const SIGNALS = 'dsiem_overload_signals';
const NO_LIMIT = ['--max-eps=0', '--min-eps=0'];
const SECONDS = Math.max(3, trials(20));
const ALLOWED_EPS = 2_000;
const ARRAY = 20;
/** Three seconds' worth of it. */
const DEBT = 3 * ALLOWED_EPS;
const STOP_MS = 2_500;
/** The limit begins at 210, and is 172 after the first step down: less than what is offered. */
const FALLING = ['--max-eps=410', '--min-eps=10'];
const OFFERED_EPS = 200;
const LIMIT_MS = 20_000;
const events = z.object({ events: z.int() });

interface Bed {
  readonly frontend: Product;
  readonly backend: Product;
  /** The overload signals so far. */
  readonly signals: readonly string[];
}

describe('in a cluster', { skip: skipWithout('nats-server'), concurrency: 2 }, () => {
  it('five times the allowed rate is answered 429, and all of what is answered 200 arrives', async (t) => {
    const limit = String(ALLOWED_EPS);
    const bed = await startBed(t, {
      frontendOptions: [`--max-eps=${limit}`, `--min-eps=${limit}`],
    });
    const { frontend, backend } = bed;
    const report = await sendLoad({
      ...{ port: frontend.port, seconds: SECONDS, arrayOf: ARRAY, rate: 5 * ALLOWED_EPS },
    });
    t.diagnostic(JSON.stringify(report));
    assert.equal(report.broken, 0);
    assert.deepEqual(Object.keys(report.statuses), ['200', '429']);
    // the bucket holds one second's worth, and may go into debt by a request
    assert.ok(report.accepted <= ALLOWED_EPS * (report.seconds + 1) + ARRAY);
    assert.ok(report.sent > 2 * report.accepted);
    await assertSaysWhy(frontend);
    await waitForArrivals(frontend, report.accepted + DEBT);
    await stopBalanced(backend);
    assert.equal(readEventLines(backend.logDir).length, report.accepted);
    const { ledger } = await stopBalanced(frontend);
    assert.equal(ledger.published, report.accepted + DEBT);
    assert.equal(ledger.refused[429], report.sent - report.accepted + 1);
    assert.deepEqual(bed.signals, []);
  });

  it('what a backend drops it says and counts, and frontends let less in', async (t) => {
    const bed = await startBed(t, {
      ...{ frontendOptions: FALLING, backendOptions: ['--max-queue=50', '--hold-duration=30'] },
    });
    const { frontend, backend } = bed;
    const sending = sendLoad({
      ...{ port: frontend.port, connections: 4, arrayOf: ARRAY, seconds: 18, rate: OFFERED_EPS },
    });
    await waitForArrivals(frontend, OFFERED_EPS / 2);
    await standStill(backend);
    await waitUntil(() => bed.signals.length > 0, 'a signal', LIMIT_MS);
    await waitForCluster(
      frontend,
      'f1',
      ({ nodes, overloaded }) => overloaded === true && nodes[0]?.overloaded === true,
    );
    const report = await sending;
    t.diagnostic(JSON.stringify(report));
    assert.deepEqual(Object.keys(report.statuses), ['200', '429']);
    assert.deepEqual(bed.signals, ['true']);
    const lost = await assertCounted(bed, report.accepted);
    assert.ok(lost > 0);
    t.diagnostic(`${String(lost)} of ${String(report.accepted)} events answered 200 are lost`);
  });

  it('as fast as senders can, the frontend answers 503, and what the backend loses is counted', async (t) => {
    const directives = 1_000;
    const bed = await startBed(t, {
      directives,
      ...{ frontendOptions: [...NO_LIMIT, '--max-queue=2000'] },
      ...{ backendOptions: ['--max-queue=2000', '--hold-duration=1'] },
    });
    const { frontend, backend } = bed;
    const sending = sendLoad({
      ...{ port: frontend.port, connections: 64, arrayOf: 100, seconds: SECONDS },
      ...{ directives, attackers: 20 },
    });
    await waitForArrivals(frontend, 1);
    await standStill(backend);
    const report = await sending;
    t.diagnostic(JSON.stringify(report));
    assert.equal(report.broken, 0);
    assert.deepEqual(Object.keys(report.statuses), ['200', '503']);
    await waitUntil(() => bed.signals.at(-1) === 'false', 'the end of overload', LIMIT_MS);
    assert.equal(bed.signals[0], 'true');
    const lost = await assertCounted(bed, report.accepted);
    assert.ok(lost > 0);
    t.diagnostic(`${String(lost)} of ${String(report.accepted)} events answered 200 are lost`);
  });
});

/** Behind a request that is more than the bucket holds the next one is answered why it is refused, and for how long. */
async function assertSaysWhy({ url }: Product): Promise<void> {
  const event = { ...makeNumberedEvent('of none', new Date().toISOString()), plugin_id: 999_999 };
  const post = (body: unknown): Promise<Response> =>
    fetch(`${url}/events`, { method: 'POST', body: JSON.stringify(body) });
  assert.equal((await post(Array.from({ length: DEBT }, () => event))).status, 200);
  const response = await post(event);
  assert.equal(response.status, 429);
  assert.ok(Number(response.headers.get('retry-after')) >= 1);
  assert.match(await response.text(), /"rate_limit".*limit on events per second/);
}

async function startBed(
  t: TestContext,
  given: {
    readonly directives?: number;
    readonly frontendOptions: readonly string[];
    readonly backendOptions?: readonly string[];
  },
): Promise<Bed> {
  const nats = await startNats(t);
  const signals: string[] = [];
  const { link } = await connectTestLink(nats.url);
  t.after(() => link.close());
  link.subscribe(SIGNALS, ({ data }) => {
    signals.push(Buffer.from(data).toString('utf8'));
  });
  const place = await makeNode(t, 'f1', nats);
  const frontend = await startFrontend(
    t,
    { ...place, options: given.frontendOptions },
    makeFiles(given.directives ?? 1),
  );
  const backend = await startBackend(t, frontend, {
    ...(await makeNode(t, 'b1', nats)),
    options: given.backendOptions ?? [],
  });
  await waitForNodes(frontend, 'f1', ['b1']);
  return { frontend, backend, signals };
}

/** Directives of which one takes each event, and so leaves one line of it. */
function makeFiles(directives: number): Readonly<Record<string, unknown>> {
  const files = Object.entries(makeConfiguration(directives, 1_000_000));
  return Object.fromEntries(
    files.map(([name, content]) => [name.replace('directives_', 'directives_b1_'), content]),
  );
}

/** The process does nothing for a while, as one that is starved. */
async function standStill({ pid }: Product): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await delay(STOP_MS);
  process.kill(pid, 'SIGCONT');
}

/** Waits until so many events have come to the backend, those included that it lost. */
async function waitForArrivals(frontend: Product, wanted: number): Promise<void> {
  await waitForCluster(
    frontend,
    'f1',
    ({ nodes }) => (nodes[0]?.ledger['received'] ?? 0) >= wanted,
  );
}

/** Answered 200 = on file + counted as lost + the lines that say so; answers how many are lost. */
async function assertCounted({ frontend, backend }: Bed, accepted: number): Promise<number> {
  await waitForArrivals(frontend, accepted);
  const { ledger, lines } = await stopWithDrops(backend);
  const written = readEventLines(backend.logDir).length;
  const skipped = lines.filter(({ fields }) => SKIPPED.test(fields.message));
  assert.ok(skipped.every(({ level }) => level === 'ERROR'));
  assert.equal(sumOfEvents(skipped), ledger.lost);
  for (const { fields } of skipped) {
    assert.equal(Number(SKIPPED.exec(fields.message)?.[1]), fields['events']);
  }
  const ending = await frontend.stop();
  const { lines: told } = assertBalanced(ending, frontend.log());
  // refused although NATS had taken them: they arrive, or are lost, all the same
  const doubtful = sumOfEvents(told.filter(({ fields }) => fields.message === UNCONFIRMED));
  const arrived = written + ledger.lost;
  assert.ok(
    arrived >= accepted && arrived <= accepted + doubtful,
    JSON.stringify({ accepted, written, lost: ledger.lost, doubtful }),
  );
  return ledger.lost;
}

async function stopWithDrops(backend: Product): Promise<FinalLedger> {
  const ending = await backend.stop();
  const log = backend.log();
  const errors = parseLog(log)
    .map(({ fields }) => fields.message)
    .filter((message) => SKIPPED.test(message));
  return assertBalanced(ending, log, { errors, lostEvents: true });
}

function sumOfEvents(lines: readonly LogLine[]): number {
  return lines.reduce((sum, { fields }) => sum + events.parse(fields).events, 0);
}
