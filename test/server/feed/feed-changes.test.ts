import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlarmAction } from '../../../core/alarm/alarm-action.ts';
import type { AlarmRecord } from '../../../core/alarm/alarm-record.ts';
import type { EngineChange } from '../../../core/alarm/alarm-state.ts';
import { FeedJournal } from '../../../server/feed/feed-journal.ts';
import { DEFAULT_FEED_LIMITS } from '../../../server/feed/feed-limits.ts';
import { makeAlarmState, makeBacklogChange, makeCounts } from '../../support/alarm-states.ts';
import { nextMessage, readFeed, startFeed, type FeedReader } from '../../support/feed-bed.ts';
import { waitUntil } from '../../support/wait-until.ts';

function line(alarm: Partial<AlarmRecord> = {}): EngineChange {
  return { type: 'alarm', state: makeAlarmState({ alarm }) };
}

function act(changes: Partial<AlarmAction>): EngineChange {
  const usual = { alarm_id: 'alarm-001', at: 1.5, by: 'ann', what: 'comment', from: '', value: '' };
  return { type: 'action', action: { ...usual, what: 'comment', ...changes } };
}

/** `change delete`, `alarm Open`: what came after the snapshot. */
function told({ messages }: FeedReader): string[] {
  return messages
    .flatMap((message) => (message.kind === 'updates' ? message.updates : []))
    .map((update) => {
      if (update.kind === 'alarm') return `alarm ${update.state.alarm.status}`;
      return update.kind === 'change' ? `change ${update.what}` : update.kind;
    });
}

describe('changes by persons in the live feed', () => {
  it('are told with what was and what is, but a look is not', async () => {
    const { url, source } = await startFeed();
    source.tell(line());
    const reader = await readFeed(url);
    await nextMessage(reader, 2);
    source.tell(
      act({ what: 'look' }),
      line({ status: 'Closed' }),
      act({ what: 'status', from: 'Open', value: 'Closed' }),
      act({ what: 'assignee', value: 'rob' }),
      act({ value: 'known scanner' }),
    );
    const early = await nextMessage(reader, 3);
    // what was told while the reader connected can come once more by itself
    const isRepetition = early.kind === 'updates' && early.to === 1;
    const message = isRepetition ? await nextMessage(reader, 4) : early;
    assert.ok(message.kind === 'updates');
    assert.deepEqual([message.from, message.to], [2, 6]);
    const usual = { kind: 'change', alarm_id: 'alarm-001', at: 1.5, by: 'ann' };
    assert.deepEqual(message.updates.slice(0, 3), [
      { ...usual, sequence: 4, what: 'status', from: 'Open', value: 'Closed' },
      { ...usual, sequence: 5, what: 'assignee', from: '', value: 'rob' },
      { ...usual, sequence: 6, what: 'comment', from: '', value: 'known scanner' },
    ]);
    const others = message.updates.slice(3).map((update) => {
      assert.ok(update.kind === 'alarm');
      return update.state.alarm.status;
    });
    assert.deepEqual(others, ['Closed']);
  });

  it('hide a deleted alarm until it is restored, whatever becomes of its backlog', async () => {
    const { url, source } = await startFeed();
    source.tell(line());
    const reader = await readFeed(url);
    await nextMessage(reader, 2);
    source.tell(act({ what: 'delete' }));
    await nextMessage(reader, 3);
    const hidden = makeAlarmState({ deleted: true });
    source.tell({ type: 'alarm', state: hidden });
    source.tell({ type: 'progress', alarmId: 'alarm-001', progress: makeCounts({ events: 4 }) });
    source.tell(makeBacklogChange({ alarmId: 'a backlog' }));
    await waitUntil(() => told(reader).includes('backlog'));
    assert.deepEqual(told(reader), ['change delete', 'backlog']);
    const late = await readFeed(url);
    const snapshot = await nextMessage(late, 2);
    assert.deepEqual(snapshot.kind === 'snapshot' && snapshot.alarms, []);
    source.tell(line({ status: 'In-Progress' }), act({ what: 'restore' }));
    await waitUntil(() => told(reader).includes('change restore'));
    assert.deepEqual(told(reader).slice(2), ['change restore', 'alarm In-Progress']);
  });

  it('leave an alarm that was deleted and restored within a message at its state', async () => {
    const { url, source } = await startFeed({ periodMs: 100 });
    source.tell(line());
    const reader = await readFeed(url);
    await nextMessage(reader, 2);
    source.tell(act({ what: 'delete' }), line(), act({ what: 'restore' }));
    await nextMessage(reader, 3);
    assert.deepEqual(told(reader), ['change delete', 'change restore', 'alarm Open']);
  });

  it('are told to who comes back', async () => {
    const { url, source } = await startFeed();
    source.tell(line());
    const reader = await readFeed(url);
    await nextMessage(reader, 2);
    reader.webSocket.close();
    source.tell(act({ what: 'delete' }));
    const sentinel = await readFeed(url);
    await nextMessage(sentinel, 2);
    const back = await readFeed(`${url}?since=1&epoch=epoch-1`);
    await waitUntil(() => told(back).length > 0);
    assert.deepEqual(told(back), ['change delete']);
  });

  const filters: readonly (readonly [query: string, expected: readonly string[]])[] = [
    ['status=Open', ['change status', 'alarm Closed']],
    ['status=Closed', ['change status', 'change delete', 'alarm Closed']],
    ['status=In-Progress', []],
    ['min_risk=5', []],
    ['directive=1&address=10.0.0.1', ['change status', 'change delete', 'alarm Closed']],
    ['directive=2', []],
    ['kinds=alarm', ['alarm Closed']],
    ['kinds=change', ['change status', 'change delete']],
  ];
  for (const [query, expected] of filters) {
    it(`reach ${query} when it sees the alarm, or saw it`, async () => {
      const { url, source, feed } = await startFeed();
      source.tell(line());
      const reader = await readFeed(`${url}?${query}`);
      const sentinel = await readFeed(`${url}?kinds=notice`);
      await nextMessage(reader, 2);
      source.tell(line({ status: 'Closed' }));
      source.tell(act({ what: 'status', from: 'Open', value: 'Closed' }));
      feed.notify({ level: 'info', code: 'half', message: '' });
      await waitUntil(() => sentinel.messages.length >= 3);
      source.tell(act({ what: 'delete' }));
      feed.notify({ level: 'info', code: 'end', message: '' });
      await waitUntil(() => sentinel.messages.length >= 4);
      await waitUntil(
        () => told(reader).filter((text) => text !== 'notice').length >= expected.length,
      );
      const changes = told(reader).filter((text) => text !== 'notice');
      assert.deepEqual(changes.sort(), [...expected].sort());
    });
  }

  it('of an alarm that is not known reach only who watches everything', async () => {
    const { url, source } = await startFeed();
    const all = await readFeed(url);
    const some = await readFeed(`${url}?min_risk=1`);
    for (const reader of [all, some]) await nextMessage(reader, 2);
    source.tell(act({ alarm_id: 'old', what: 'delete' }), line({ alarm_id: 'new' }));
    await nextMessage(some, 3);
    await nextMessage(all, 3);
    assert.deepEqual(told(all), ['change delete', 'alarm Open']);
    assert.deepEqual(told(some), ['alarm Open']);
  });

  it('outlive taking in the alarms of former runs', () => {
    const journal = new FeedJournal(DEFAULT_FEED_LIMITS);
    const [gone, back, kept] = ['gone', 'back', 'kept'].map((alarm_id) =>
      makeAlarmState({ alarm: { alarm_id } }),
    );
    assert.ok(gone !== undefined && back !== undefined && kept !== undefined);
    const changes = [
      act({ alarm_id: 'gone', what: 'delete' }),
      act({ alarm_id: 'back', what: 'delete' }),
      { type: 'alarm', state: back } as const,
      act({ alarm_id: 'back', what: 'restore' }),
    ];
    journal.record(changes.map((change, index) => ({ sequence: index + 1, change })));
    journal.fill([gone, back, kept]);
    assert.deepEqual([...journal.recent.entries()].map(({ id }) => id).sort(), ['back', 'kept']);
  });
});
