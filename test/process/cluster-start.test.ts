// A cluster whose parts come in the wrong order: backend first, then the frontend, and NATS last. All of them stay up, say
// what they wait for and what to do, and work once it is there.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import {
  makeNode,
  startBackend,
  startFrontend,
  startNats,
  waitForNodes,
} from '../support/cluster-processes.ts';
import { parseLog, stopBalanced, type LogLine } from '../support/ledger-check.ts';
import { readAlarmLines, readEventLines } from '../support/load-results.ts';
import { sendEvents } from '../support/load-sender.ts';
import { makeNumberedEvent, numberedFiles } from '../support/numbered-events.ts';
import type { Product } from '../support/process.ts';
import { skipWithout } from '../support/required-tool.ts';
import { waitUntil } from '../support/wait-until.ts';

const NATS_PROBLEM = 'NATS cannot be reached, it is tried again';
const FRONTEND_PROBLEM = 'the configuration cannot be downloaded, it is tried again';
const EVENTS = 30;
const LIMIT_MS = 20_000;

const readiness = z.object({
  ready: z.boolean(),
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
});
const refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

describe('a cluster', { skip: skipWithout('nats-server') }, () => {
  it('is started before its NATS, and a backend before its frontend', async (t) => {
    const nats = await startNats(t);
    await nats.kill();
    const place = { ...(await makeNode(t, 'f1', nats)), options: ['--max-eps=0', '--min-eps=0'] };
    const url = `http://127.0.0.1:${String(place.port)}`;
    const backend = await startBackend(
      t,
      { url },
      { ...(await makeNode(t, 'b1', nats)), answersAt: '/healthz' },
    );
    await waitForReasons(backend, ['starting', 'nats', 'configuration']);
    const { message } = (await readReadiness(backend)).reasons[2] ?? {};
    assert.match(message ?? '', /^the frontend has given no configuration yet: .*ECONNREFUSED/);

    const frontend = await startFrontend(t, place, numberedFiles(['b1']));
    await waitForReasons(frontend, ['nats']);
    await waitForReasons(backend, ['nats']);
    for (const node of [frontend, backend]) {
      const [reason] = (await readReadiness(node)).reasons;
      assert.match(reason?.message ?? '', /^NATS is away since \d+ s: .*refused/);
      assertToldOnce(parseLog(node.log()), NATS_PROBLEM, /^start nats-server/);
    }
    assertToldOnce(parseLog(backend.log()), FRONTEND_PROBLEM, /^start the frontend/);
    await assertRefused(frontend);

    let next = 0;
    const sending = sendEvents({ port: frontend.port, next: () => takeEvent(), paceMs: 1 });
    function takeEvent(): ReturnType<typeof makeNumberedEvent>[] | undefined {
      next += 1;
      const event = makeNumberedEvent(`e${String(next)}`, new Date().toISOString());
      return next > EVENTS ? undefined : [event];
    }
    await nats.start();
    await waitForReasons(frontend, []);
    await waitForReasons(backend, []);
    await waitForNodes(frontend, 'f1', ['b1']);
    const { answered, statuses } = await sending;
    t.diagnostic(JSON.stringify(statuses));
    assert.equal(answered.size, EVENTS);
    assert.ok((statuses[503] ?? 0) > 0);
    await waitUntil(() => readLineIds(backend).size === EVENTS, 'the events', LIMIT_MS);
    assert.deepEqual(readLineIds(backend), answered);
    assert.ok(readAlarmLines(backend.logDir).length > 0);
    await stopBalanced(backend);
    await stopBalanced(frontend);
  });
});

async function readReadiness({ url }: Product): Promise<z.infer<typeof readiness>> {
  const response = await fetch(`${url}/readyz`);
  const report = readiness.parse(await response.json());
  assert.equal(response.status, report.ready ? 200 : 503);
  return report;
}

/** Waits until these are the reasons against being ready, none of them for a node that is. */
async function waitForReasons(node: Product, codes: readonly string[]): Promise<void> {
  let found: readonly string[] = [];
  await waitUntil(
    async () => {
      found = (await readReadiness(node)).reasons.map(({ code }) => code);
      return found.join() === codes.join();
    },
    `${codes.join()} among the reasons`,
    LIMIT_MS,
  ).catch((err: unknown) => {
    throw new Error(`the reasons are ${found.join()}\n${node.log()}`, { cause: err });
  });
}

/** One line, of what it is and what to do. */
function assertToldOnce(lines: readonly LogLine[], message: string, remedy: RegExp): void {
  const told = lines.filter(({ fields }) => fields.message === message);
  assert.equal(told.length, 1, JSON.stringify(told));
  assert.equal(told[0]?.level, 'WARN');
  assert.match(String(told[0].fields['remedy']), remedy);
}

/** An event is answered 503 with the reason and when to come again, and nothing but that. */
async function assertRefused({ url }: Product): Promise<void> {
  const body = JSON.stringify(makeNumberedEvent('refused', new Date().toISOString()));
  const response = await fetch(`${url}/events`, { method: 'POST', body });
  assert.equal(response.status, 503);
  assert.match(response.headers.get('retry-after') ?? '', /^\d+$/);
  const { error } = refusal.parse(await response.json());
  assert.equal(error.code, 'not_ready');
  assert.match(error.message, /^NATS is away since \d+ s: .*refused/);
}

function readLineIds({ logDir }: Product): ReadonlySet<string> {
  if (!existsSync(join(logDir, 'siem_alarm_events.json'))) return new Set();
  return new Set(readEventLines(logDir).map(({ event_id }) => event_id));
}
