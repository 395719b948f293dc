import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EngineChange } from '../../../core/alarm/alarm-state.ts';
import { makeAlarmState, makeCounts } from '../../support/alarm-states.ts';
import {
  nextMessage,
  readFeed,
  startFeed,
  type FeedBed,
  type FeedReader,
} from '../../support/feed-bed.ts';
import { waitUntil } from '../../support/wait-until.ts';

function line(alarm_id: string, risk = 1): EngineChange {
  return { type: 'alarm', state: makeAlarmState({ alarm: { alarm_id, risk } }) };
}

function kindsOf({ messages }: FeedReader): string[] {
  return messages.map(({ kind }) => kind);
}

function idsOf({ messages }: FeedReader): string[] {
  return messages
    .flatMap((message) => (message.kind === 'updates' ? message.updates : []))
    .flatMap((update) => (update.kind === 'alarm' ? [update.state.alarm.alarm_id] : []));
}

/** Tells of changes, each in a turn of its own. */
async function tellInTurns(
  { source }: FeedBed,
  sentinel: FeedReader,
  changes: readonly EngineChange[],
): Promise<void> {
  for (const change of changes) {
    source.tell(change);
    await waitUntil(() => {
      const last = sentinel.messages.at(-1);
      return last?.kind === 'updates' && last.to === source.sequence;
    });
  }
}

describe('a client of /alarms/ that comes back', () => {
  it('gets what it missed, each alarm once, when it says where it was', async () => {
    const bed = await startFeed();
    const sentinel = await readFeed(bed.url);
    await nextMessage(sentinel, 2);
    await tellInTurns(
      bed,
      sentinel,
      ['a', 'b', 'c', 'b'].map((id) => line(id)),
    );
    const reader = await readFeed(`${bed.url}?since=2&epoch=epoch-1`);
    await nextMessage(reader, 2);
    assert.deepEqual(kindsOf(reader), ['hello', 'updates']);
    const [hello, message] = reader.messages;
    assert.equal(hello?.kind === 'hello' && hello.resumed, true);
    assert.ok(message?.kind === 'updates');
    assert.deepEqual([message.from, message.to], [3, 4]);
    assert.deepEqual([...new Set(idsOf(reader))].sort(), ['b', 'c']);
    await tellInTurns(bed, sentinel, [line('d')]);
    const next = await nextMessage(reader, 3);
    assert.ok(next.kind === 'updates');
    assert.deepEqual([next.from, next.to], [5, 5]);
  });

  it('gets a progress that was held back when it left', async () => {
    const bed = await startFeed({ progressMs: 300 });
    const sentinel = await readFeed(bed.url);
    await nextMessage(sentinel, 2);
    const progress = (events: number): EngineChange => {
      return { type: 'progress', alarmId: 'a', progress: makeCounts({ events }) };
    };
    await tellInTurns(bed, sentinel, [line('a')]);
    bed.source.tell(progress(2));
    await waitUntil(() => kindsOf(sentinel).length >= 4);
    bed.source.tell(progress(3));
    await tellInTurns(bed, sentinel, [line('b')]);
    const since = bed.source.sequence;
    await waitUntil(() =>
      sentinel.messages.some(
        (message) =>
          message.kind === 'updates' &&
          message.updates.some(
            (update) => update.kind === 'progress' && update.counts.events === 3,
          ),
      ),
    );
    const reader = await readFeed(`${bed.url}?since=${String(since)}&epoch=epoch-1`);
    const message = await nextMessage(reader, 2);
    assert.ok(message.kind === 'updates');
    assert.deepEqual([message.from, message.to], [since + 1, since]);
    const found = message.updates.find(({ kind }) => kind === 'progress');
    assert.equal(found?.kind === 'progress' && found.counts.events, 3);
  });

  const renewed: readonly (readonly [name: string, query: string])[] = [
    ['another epoch', '?since=3&epoch=epoch-0'],
    ['no epoch', '?since=3'],
    ['a sequence that was never reached', '?since=99&epoch=epoch-1'],
    ['a sequence that is kept no longer', '?since=1&epoch=epoch-1'],
  ];
  for (const [name, query] of renewed) {
    it(`gets a new snapshot for ${name}`, async () => {
      const bed = await startFeed({ keptTurns: 2 });
      const sentinel = await readFeed(bed.url);
      await nextMessage(sentinel, 2);
      await tellInTurns(
        bed,
        sentinel,
        ['a', 'b', 'c', 'd'].map((id) => line(id)),
      );
      const reader = await readFeed(bed.url + query);
      const message = await nextMessage(reader, 2);
      assert.equal(message.kind === 'snapshot' && message.alarms.length, 4);
    });
  }
});

describe('a client of /alarms/ that reads slowly', () => {
  const big = 'x'.repeat(60_000);
  const bigLine = (alarm_id: string, risk: number): EngineChange => ({
    type: 'alarm',
    state: makeAlarmState({ alarm: { alarm_id, risk, title: big } }),
  });

  it('gets the newest states when it reads again, without a gap', async () => {
    const bed = await startFeed({ unreadBytes: 100_000, periodMs: 5 });
    const slow = await readFeed(bed.url, { perMessageDeflate: false });
    await nextMessage(slow, 2);
    slow.webSocket.pause();
    const sentinel = await readFeed(bed.url, { perMessageDeflate: false });
    await nextMessage(sentinel, 2);
    const rounds = 300;
    for (let round = 1; round <= rounds; round += 1) {
      await tellInTurns(bed, sentinel, [bigLine(`alarm-${String(round % 3)}`, round % 11)]);
    }
    slow.webSocket.resume();
    await waitUntil(() => {
      const last = slow.messages.at(-1);
      return last?.kind === 'updates' && last.to === rounds;
    });
    assert.ok(slow.messages.length < rounds * 0.8, String(slow.messages.length));
    assert.equal(sentinel.messages.length, rounds + 2);
    const risks = new Map<string, number>();
    let last = 0;
    for (const message of slow.messages) {
      if (message.kind !== 'updates') continue;
      assert.equal(message.from, last + 1);
      last = message.to;
      for (const update of message.updates) {
        if (update.kind === 'alarm')
          risks.set(update.state.alarm.alarm_id, update.state.alarm.risk);
      }
    }
    assert.deepEqual(
      ['alarm-0', 'alarm-1', 'alarm-2'].map((id) => risks.get(id)),
      [rounds % 11, (rounds - 2) % 11, (rounds - 1) % 11],
    );
  });

  it('is disconnected with a reason past a limit, and harms nobody', async () => {
    const bed = await startFeed({ unreadBytes: 50_000, slowMs: 100, periodMs: 5 });
    const stuck = await readFeed(bed.url, { perMessageDeflate: false });
    await nextMessage(stuck, 2);
    stuck.webSocket.pause();
    const reader = await readFeed(bed.url, { perMessageDeflate: false });
    await nextMessage(reader, 2);
    let round = 0;
    while (bed.feed.clients > 1) {
      round += 1;
      await tellInTurns(bed, reader, [bigLine('a', round % 11)]);
      assert.ok(round < 5000);
    }
    stuck.webSocket.resume();
    await waitUntil(() => stuck.closed() !== undefined);
    assert.deepEqual(stuck.closed(), [1013, 'too slow: what was sent is not being read']);
    assert.equal(idsOf(reader).length, round);
  });
});
