// A person who changes alarms by REST, one after the other or several at once, until the product is gone.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { z } from 'zod';
import type { KnownAlarms, MarkWish } from './known-alarms.ts';

const PAUSE_MS = 15;
const SEVERAL = 5;
const listed = z.object({
  alarms: z.array(z.object({ alarm: z.object({ alarm_id: z.string() }) })),
});
const severalAnswer = z.object({
  changed: z.array(z.object({ id: z.string() })),
  skipped: z.array(z.object({ id: z.string(), reason: z.string() })),
});

const wishes: fc.Arbitrary<MarkWish> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ status: fc.constantFrom('Open', 'In-Progress', 'Closed') }) },
  {
    weight: 3,
    arbitrary: fc.record({ tag: fc.constantFrom('False Positive', 'Valid Threat') }),
  },
  { weight: 3, arbitrary: fc.record({ assignee: fc.constantFrom('ann', 'bob', '') }) },
  { weight: 3, arbitrary: fc.record({ comment: fc.uuid() }) },
  { weight: 1, arbitrary: fc.constant({ deleted: true } as const) },
);
const deeds = fc.record({
  wish: wishes,
  isForSeveral: fc.boolean(),
  choice: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
});
type Deed = Parameters<Parameters<typeof deeds.map>[0]>[0];

export interface PersonOrder {
  readonly url: string;
  readonly token: string;
  readonly known: KnownAlarms;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Changes alarms of the newest and tells `known` what was answered and what was not; settles after `signal`. */
export async function changeAlarms(order: PersonOrder): Promise<void> {
  for (const deed of fc.sample(deeds, { seed: order.seed, numRuns: 200 })) {
    if (order.signal.aborted) return;
    const newest = await ask(order, 'GET', '/api/alarms?sort=-last&limit=40');
    if (newest === undefined) return;
    const ids = listed.parse(newest.body).alarms.map(({ alarm }) => alarm.alarm_id);
    const first = Math.floor(deed.choice * ids.length);
    const chosen = ids.slice(first, first + (deed.isForSeveral ? SEVERAL : 1));
    if (chosen.length > 0) await carryOut(order, deed, chosen);
    await delay(PAUSE_MS);
  }
}

async function carryOut(order: PersonOrder, deed: Deed, ids: readonly string[]): Promise<void> {
  const { known } = order;
  const { wish, isForSeveral } = deed;
  const [id = ''] = ids;
  if (isForSeveral) {
    const body = { changes: ids.map((one) => ({ id: one, set: wish })) };
    const answer = await ask(order, 'POST', '/api/alarms/changes', body);
    if (answer === undefined) {
      for (const one of ids) known.take(one, wish, false);
      return;
    }
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    const { changed, skipped } = severalAnswer.parse(answer.body);
    assert.deepEqual(skipped, []);
    for (const one of changed) known.take(one.id, wish, true);
    return;
  }
  const [method, path, body] = toRequest(id, wish);
  const answer = await ask(order, method, path, body);
  if (answer !== undefined) assert.equal(answer.status, 200, JSON.stringify(answer.body));
  known.take(id, wish, answer !== undefined);
}

function toRequest(id: string, wish: MarkWish): [method: string, path: string, body: unknown] {
  const path = `/api/alarms/${id}`;
  if ('comment' in wish) return ['POST', `${path}/comments`, { text: wish.comment }];
  if ('deleted' in wish) return ['DELETE', path, undefined];
  return ['PATCH', path, wish];
}

/** Undefined when there was no whole answer. */
async function ask(
  { url, token }: PersonOrder,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: unknown } | undefined> {
  try {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    return { status: response.status, body: await response.json() };
  } catch {
    return undefined;
  }
}
