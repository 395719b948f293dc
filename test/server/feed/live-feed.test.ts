import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlarmRecord } from '../../../core/alarm/alarm-record.ts';
import type { EngineChange } from '../../../core/alarm/alarm-state.ts';
import type { FeedMessage, FeedUpdate } from '../../../server/feed/feed-message.ts';
import { makeAlarmState, makeBacklogChange, makeCounts } from '../../support/alarm-states.ts';
import { nextMessage, readFeed, startFeed, type FeedReader } from '../../support/feed-bed.ts';
import { waitUntil } from '../../support/wait-until.ts';

function line(alarm: Partial<AlarmRecord> = {}): EngineChange {
  return { type: 'alarm', state: makeAlarmState({ alarm }) };
}

function updatesOf(message: FeedMessage): readonly FeedUpdate[] {
  assert.ok(message.kind === 'updates');
  return message.updates;
}

/** The ids of the alarms in the messages after the snapshot, of each kind. */
function told({ messages }: FeedReader): string[] {
  return messages
    .flatMap((message) => (message.kind === 'updates' ? message.updates : []))
    .map((update) => {
      const id = update.kind === 'alarm' ? update.state.alarm.alarm_id : undefined;
      const of = 'alarm_id' in update ? update.alarm_id : '';
      return `${update.kind} ${id ?? of}`;
    });
}

/** Fails unless each message begins where the one before ended. */
function assertNoGap({ messages }: FeedReader): void {
  let last: number | undefined;
  for (const message of messages) {
    if (message.kind === 'hello') continue;
    if (message.kind === 'updates' && last !== undefined) assert.equal(message.from, last + 1);
    last = message.to;
  }
}

describe('WebSocket /alarms/', () => {
  it('greets with hello and a snapshot, the newest alarm first', async () => {
    const { url, source } = await startFeed({ snapshotAlarms: 2 });
    for (const alarm_id of ['a', 'b', 'c']) source.tell(line({ alarm_id }));
    const reader = await readFeed(url);
    const hello = await nextMessage(reader, 1);
    assert.deepEqual(hello, {
      ...{ v: 1, kind: 'hello', time: 1_795_528_661.30525, feed_epoch: 'epoch-1' },
      ...{ sequence: hello.kind === 'hello' ? hello.sequence : -1, resumed: false },
    });
    const snapshot = await nextMessage(reader, 2);
    assert.ok(snapshot.kind === 'snapshot');
    assert.deepEqual([snapshot.from, snapshot.to, snapshot.total], [0, 3, 3]);
    assert.deepEqual(
      snapshot.alarms.map(({ alarm }) => alarm.alarm_id),
      ['c', 'b'],
    );
  });

  it('tells of alarms, progress, backlogs and notices as they happen', async () => {
    const { url, source, feed } = await startFeed();
    const reader = await readFeed(url);
    await nextMessage(reader, 2);
    source.tell(line(), makeBacklogChange({ alarmId: 'b' }));
    assert.deepEqual(
      updatesOf(await nextMessage(reader, 3)).map(({ kind }) => kind),
      ['alarm', 'backlog'],
    );
    const progress = makeCounts({ events: 4 });
    source.tell({ type: 'progress', alarmId: 'alarm-001', progress });
    assert.deepEqual(updatesOf(await nextMessage(reader, 4)), [
      { kind: 'progress', sequence: 3, alarm_id: 'alarm-001', counts: progress },
    ]);
    feed.notify({ level: 'warning', code: 'reload_failed', message: 'why' });
    assert.deepEqual(updatesOf(await nextMessage(reader, 5)), [
      ...[{ kind: 'notice', level: 'warning', code: 'reload_failed', message: 'why' }].map(
        (notice) => ({ ...notice, at: 1_795_528_661 }),
      ),
    ]);
    assertNoGap(reader);
  });

  it('merges what happens between two messages into the newest state', async () => {
    const { url, source } = await startFeed({ periodMs: 100 });
    const reader = await readFeed(url);
    await nextMessage(reader, 2);
    for (let risk = 1; risk <= 9; risk += 1) source.tell(line({ risk }));
    const message = await nextMessage(reader, 3);
    assert.ok(message.kind === 'updates');
    const [update, ...others] = message.updates;
    assert.deepEqual(others, []);
    assert.ok(update?.kind === 'alarm');
    assert.deepEqual([update.sequence, update.state.alarm.risk, message.to], [9, 9, 9]);
  });

  it("tells an alarm's progress at most once a second, and its last in the end", async () => {
    const { url, source, advance } = await startFeed();
    const reader = await readFeed(url);
    source.tell(line());
    await waitUntil(() => told(reader).length === 1 || reader.messages.length === 2);
    const before = told(reader).length;
    for (let events = 1; events <= 20; events += 1) {
      const progress = makeCounts({ events });
      source.tell({ type: 'progress', alarmId: 'alarm-001', progress });
      const now = source.sequence;
      source.tell(makeBacklogChange({ alarmId: 'x' }));
      await waitUntil(() => {
        const last = reader.messages.at(-1);
        return last?.kind === 'updates' && last.to > now;
      });
    }
    const soFar = told(reader)
      .slice(before)
      .filter((text) => text.startsWith('progress'));
    assert.ok(soFar.length <= 2, String(soFar.length));
    advance(1000);
    await waitUntil(() => {
      const updates = reader.messages.flatMap((each) =>
        each.kind === 'updates' ? each.updates : [],
      );
      const last = updates.findLast(({ kind }) => kind === 'progress');
      return last?.kind === 'progress' && last.counts.events === 20;
    });
    assertNoGap(reader);
  });

  it('says which sequences a message covers, those filtered out included', async () => {
    const { url, source } = await startFeed();
    const reader = await readFeed(`${url}?min_risk=7&kinds=alarm`);
    await nextMessage(reader, 2);
    const sentinel = await readFeed(url);
    await nextMessage(sentinel, 2);
    source.tell(line({ alarm_id: 'low', risk: 1 }), line({ alarm_id: 'low', risk: 2 }));
    await nextMessage(sentinel, 3);
    source.tell(line({ alarm_id: 'high', risk: 7 }));
    const message = await nextMessage(reader, 3);
    assert.ok(message.kind === 'updates');
    assert.deepEqual([message.from, message.to], [1, 3]);
    assert.deepEqual(told(reader), ['alarm high']);
  });

  const high = { alarm_id: 'high', risk: 8, src_ips: ['10.0.0.9'], status: 'Closed' };
  const filters: readonly (readonly [query: string, expected: readonly string[]])[] = [
    ['', ['alarm low', 'alarm high', 'backlog b', 'backlog low']],
    ['?min_risk=5', ['alarm high']],
    ['?directive=2,3', ['backlog b']],
    ['?address=10.0.0.9', ['alarm high']],
    ['?address=10.0.0.0/29,2001:db8::/32', ['alarm low', 'backlog low']],
    ['?status=Closed', ['alarm high']],
    ['?status=Open&status=In-Progress', ['alarm low', 'backlog low']],
    ['?kinds=backlog', ['backlog b', 'backlog low']],
    ['?kinds=notice,progress', []],
  ];
  for (const [query, expected] of filters) {
    it(`lets through what fits ${query === '' ? 'no filter' : query}`, async () => {
      const { url, source, feed } = await startFeed();
      const reader = await readFeed(url + query);
      await nextMessage(reader, 2);
      source.tell(line({ alarm_id: 'low' }), line(high));
      source.tell(makeBacklogChange({ alarmId: 'b', directiveId: 2 }));
      source.tell(makeBacklogChange({ alarmId: 'low', change: 'advanced' }));
      const sentinel = await readFeed(`${url}?kinds=notice`);
      feed.notify({ level: 'info', code: 'end', message: '' });
      await nextMessage(sentinel, 3);
      if (expected.length > 0) await nextMessage(reader, 3);
      const withoutNotices = told(reader).filter((text) => !text.startsWith('notice'));
      assert.deepEqual(withoutNotices, expected);
    });
  }

  it('also tells of an alarm that leaves what is watched', async () => {
    const { url, source } = await startFeed();
    source.tell(line({ status: 'Open' }));
    const reader = await readFeed(`${url}?status=Open`);
    await nextMessage(reader, 2);
    source.tell(line({ status: 'Closed' }));
    const [update] = updatesOf(await nextMessage(reader, 3));
    assert.equal(update?.kind === 'alarm' && update.state.alarm.status, 'Closed');
  });

  const badQueries: readonly (readonly [query: string, reason: RegExp])[] = [
    ['?min_risk=11', /^min_risk: must be/],
    ['?min_risk=x', /^min_risk: must be/],
    ['?directive=0', /^directive: 0: must be/],
    ['?address=10.0.0.1/8', /^address: 10\.0\.0\.1\/8: has host bits set/],
    ['?kinds=alarm,nothing', /^kinds: 1: /],
    ['?since=-1&epoch=x', /^since: must be/],
    ['?riskmin=1', /riskmin/],
  ];
  for (const [query, reason] of badQueries) {
    it(`closes with 1008 and a reason on ${query}`, async () => {
      const { url } = await startFeed();
      const reader = await readFeed(url + query);
      await waitUntil(() => reader.closed() !== undefined);
      assert.equal(reader.closed()?.[0], 1008);
      assert.match(reader.closed()?.[1] ?? '', reason);
      assert.deepEqual(reader.messages, []);
    });
  }

  it('refuses more clients than it serves, and has room again when one goes', async () => {
    const { url, feed } = await startFeed({ clients: 1 });
    const reader = await readFeed(url);
    await assert.rejects(readFeed(url), /503/);
    reader.webSocket.close();
    await waitUntil(() => feed.clients === 0);
    await readFeed(url);
  });

  it('pings, and ends clients that do not answer', async () => {
    const { url, feed } = await startFeed({ pingMs: 10 });
    const reader = await readFeed(url);
    let pings = 0;
    reader.webSocket.on('ping', () => {
      pings += 1;
    });
    await waitUntil(() => pings > 2);
    assert.equal(feed.clients, 1);
    reader.webSocket.pause();
    await waitUntil(() => feed.clients === 0, 'the silent client to be ended');
  });

  it('tells a client that hears of nothing how far it is up to date', async () => {
    const { url, source } = await startFeed({ quietMs: 40 });
    const reader = await readFeed(`${url}?min_risk=9`);
    await nextMessage(reader, 2);
    source.tell(line({ risk: 1 }));
    const message = await nextMessage(reader, 3);
    assert.deepEqual(message, { v: 1, kind: 'updates', from: 1, to: 1, updates: [] });
  });

  it('leaves out and counts backlogs beyond a number', async () => {
    const { url, source } = await startFeed({ backlogsOfTurn: 2, periodMs: 100 });
    const reader = await readFeed(url);
    await nextMessage(reader, 2);
    source.tell(...['a', 'b', 'c', 'b'].map((alarmId) => makeBacklogChange({ alarmId })));
    const message = await nextMessage(reader, 3);
    assert.deepEqual(told(reader), ['backlog c', 'backlog b']);
    assert.equal(message.kind === 'updates' && message.omitted, 1);
  });

  for (const length of [10, 400, 70_000]) {
    it(`tells those who compress and those who do not the same ${String(length)} characters`, async () => {
      const { url, source } = await startFeed();
      const options = [true, true, true, false].map((perMessageDeflate) => ({ perMessageDeflate }));
      const readers = await Promise.all(options.map((each) => readFeed(url, each)));
      for (const reader of readers) await nextMessage(reader, 2);
      const title = Array.from({ length }, (_, index) => String(index))
        .join('')
        .slice(0, length);
      source.tell(line({ title }));
      for (const reader of readers) {
        const [update] = updatesOf(await nextMessage(reader, 3));
        assert.equal(update?.kind === 'alarm' && update.state.alarm.title, title);
      }
    });
  }

  it('says goodbye, after what was left to say', async () => {
    const { url, source, feed } = await startFeed({ periodMs: 60_000 });
    const reader = await readFeed(url);
    await nextMessage(reader, 2);
    source.tell(line({ alarm_id: 'last' }));
    feed.close();
    await waitUntil(() => reader.closed() !== undefined);
    assert.deepEqual(told(reader), ['alarm last']);
    assert.deepEqual(reader.closed(), [1001, 'the server is stopping']);
  });
});
