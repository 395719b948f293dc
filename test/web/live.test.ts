import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAnswer } from '../../web/api/json-answer.ts';
import {
  createGathering,
  mergeRow,
  type AlarmState,
  type LiveBatch,
} from '../../web/live/feed-batch.ts';
import { createFeedConnection, type SocketEvents } from '../../web/live/feed-connection.ts';
import { makeAlarmState, makeCounts } from '../support/alarm-states.ts';

describe('the live feed of the page', () => {
  it('draws what a message tells at once, and then at most every quarter of a second', () => {
    const bed = createBed();
    bed.greet();
    bed.hear({ ...updates(1, 1), updates: [alarm('a')] });
    bed.hear({ ...updates(2, 2), updates: [alarm('b')] });
    bed.hear({ ...updates(3, 3), updates: [alarm('c')] });
    assert.deepEqual(bed.drawnIds(), [['a']]);
    bed.pass(250);
    assert.deepEqual(bed.drawnIds(), [['a'], ['b', 'c']]);
    bed.pass(250);
    bed.hear({ ...updates(4, 4), updates: [alarm('d')] });
    assert.deepEqual(bed.drawnIds(), [['a'], ['b', 'c'], ['d']]);
  });

  it('draws nothing while it is hidden and catches up when it is seen', () => {
    const bed = createBed();
    bed.greet();
    bed.setHidden(true);
    bed.hear({ ...updates(1, 1), updates: [alarm('a')] });
    bed.pass(1000);
    bed.hear({ ...updates(2, 2), updates: [alarm('a'), alarm('b')] });
    assert.deepEqual(bed.drawnIds(), []);
    bed.setHidden(false);
    bed.feed.catchUp();
    assert.deepEqual(bed.drawnIds(), [['a', 'b']]);
  });

  it('comes back after 1, 2, 4 … 30 s and goes on where it was', () => {
    const bed = createBed();
    bed.greet();
    bed.hear({ ...updates(1, 7), updates: [] });
    const waits: number[] = [];
    for (let round = 0; round < 7; round += 1) {
      bed.close();
      const { value } = bed.feed.connection;
      assert.ok(value.kind === 'lost');
      waits.push(Math.round((value.retryAt ?? 0) - bed.now()));
      bed.pass(30_000);
    }
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 30, 30]);
    assert.equal(bed.queries.at(-1), 'since=7&epoch=e1');
    bed.hear({
      v: 1,
      kind: 'hello',
      time: bed.now(),
      feed_epoch: 'e1',
      sequence: 7,
      resumed: true,
    });
    assert.equal(bed.feed.connection.value.kind, 'live');
    bed.hear({ ...updates(8, 8), updates: [alarm('a')] });
    assert.equal(bed.drawn.at(-1)?.renew, false);
  });

  it('says since when it is lost, over several attempts, and tries at once when asked', () => {
    const bed = createBed();
    bed.greet();
    const lostAt = bed.now();
    bed.close();
    bed.pass(1000);
    bed.close();
    bed.feed.connect();
    const { value } = bed.feed.connection;
    assert.deepEqual(value, { kind: 'lost', since: lostAt, retryAt: null });
    assert.equal(bed.queries.length, 3);
  });

  it('connects anew when a sequence is missing, with what it has', () => {
    const bed = createBed();
    bed.greet();
    bed.hear({ ...updates(1, 3), updates: [] });
    bed.hear({ ...updates(5, 5), updates: [alarm('b')] });
    assert.deepEqual(bed.queries, ['', 'since=3&epoch=e1']);
    assert.deepEqual(bed.drawnIds(), []);
  });

  it('has lists asked for anew after a snapshot that is not the first', () => {
    const bed = createBed();
    bed.greet([makeAlarmState()]);
    assert.equal(bed.drawn[0]?.renew, false);
    bed.close();
    bed.pass(1000);
    bed.greet([makeAlarmState()], 'e2');
    bed.pass(250);
    assert.equal(bed.drawn.at(-1)?.renew, true);
  });

  it('tells with its first snapshot up to where that goes, once', () => {
    const bed = createBed();
    bed.hear({ v: 1, kind: 'hello', time: 1, feed_epoch: 'e1', sequence: 9, resumed: false });
    bed.hear({ v: 1, kind: 'snapshot', from: 0, to: 9, total: 0, alarms: [] });
    bed.hear({ v: 1, kind: 'updates', from: 10, to: 10, updates: [] });
    bed.pass(1000);
    assert.deepEqual(
      bed.drawn.map(({ begunAt, renew }) => [begunAt, renew]),
      [[9, false]],
    );
  });

  it('has lists asked for anew when more came before a first snapshot was drawn', () => {
    const gathering = createGathering();
    gathering.begin([], 9);
    gathering.add({ kind: 'notice', level: 'info', code: 'reloaded', message: '', at: 1 });
    assert.deepEqual([gathering.take()?.renew, gathering.take()], [true, undefined]);
  });

  it('takes a silent connection for lost', () => {
    const bed = createBed();
    bed.greet();
    bed.pass(30_000);
    bed.hear({ ...updates(1, 0), updates: [] });
    bed.pass(30_000);
    assert.equal(bed.feed.connection.value.kind, 'live');
    bed.pass(15_000);
    assert.equal(bed.feed.connection.value.kind, 'lost');
  });

  it('hears nothing more of a socket that it gave up', () => {
    const bed = createBed();
    bed.greet();
    const former = bed.events();
    bed.feed.connect();
    former.message(JSON.stringify({ ...updates(1, 1), updates: [alarm('old')] }));
    former.closed();
    assert.deepEqual(bed.drawnIds(), []);
    assert.equal(bed.feed.connection.value.kind, 'live');
  });
});

describe('a gathering', () => {
  it('keeps the newest of each alarm, and its counts over its state', () => {
    const gathering = createGathering();
    const state = stateOf('a');
    gathering.add({
      kind: 'progress',
      sequence: 1,
      alarm_id: 'a',
      counts: makeCounts({ events: 2 }),
    });
    gathering.add({ kind: 'alarm', sequence: 2, state: { ...state, events: 3 } });
    gathering.add({
      kind: 'progress',
      sequence: 3,
      alarm_id: 'a',
      counts: makeCounts({ events: 4 }),
    });
    const batch = gathering.take();
    assert.ok(batch !== undefined);
    assert.equal(mergeRow(state, batch).events, 4);
    assert.equal(gathering.take(), undefined);
  });

  it('does not let counts of before stand over a newer state', () => {
    const gathering = createGathering();
    gathering.add({
      kind: 'progress',
      sequence: 1,
      alarm_id: 'a',
      counts: makeCounts({ events: 2 }),
    });
    gathering.add({ kind: 'alarm', sequence: 2, state: { ...stateOf('a'), events: 3 } });
    const batch = gathering.take();
    assert.ok(batch !== undefined);
    assert.equal(mergeRow(stateOf('a'), batch).events, 3);
  });

  it('leaves a row that nothing is told of as the same object, and keeps what else a row holds', () => {
    const gathering = createGathering();
    gathering.add({ kind: 'alarm', sequence: 1, state: stateOf('a') });
    const batch = gathering.take();
    assert.ok(batch !== undefined);
    const other = { ...stateOf('b'), comments: 2 };
    assert.equal(mergeRow(other, batch), other);
    assert.equal(mergeRow({ ...stateOf('a'), comments: 2 }, batch).comments, 2);
  });

  it('stays bounded and asks for everything anew instead', () => {
    const gathering = createGathering();
    for (let index = 0; index < 5001; index += 1) {
      gathering.add({ kind: 'alarm', sequence: index, state: stateOf(`a${String(index)}`) });
    }
    const batch = gathering.take();
    assert.equal(batch?.renew, true);
    assert.equal(batch.alarms.size, 0);
  });
});

interface Bed {
  readonly feed: ReturnType<typeof createFeedConnection>;
  readonly drawn: LiveBatch[];
  readonly queries: string[];
  readonly now: () => number;
  readonly events: () => SocketEvents;
  readonly hear: (message: object) => void;
  readonly greet: (alarms?: readonly object[], epoch?: string) => void;
  readonly close: () => void;
  readonly pass: (ms: number) => void;
  readonly setHidden: (hidden: boolean) => void;
  readonly drawnIds: () => string[][];
}

/** A connection with a clock and a socket that are worked by hand; it has been opened. */
function createBed(): Bed {
  let nowMs = 1_000_000;
  let isHidden = false;
  let timers: { at: number; run: () => void }[] = [];
  let events: SocketEvents | undefined;
  const drawn: LiveBatch[] = [];
  const queries: string[] = [];
  const heard = (): SocketEvents => {
    assert.ok(events !== undefined);
    return events;
  };
  const feed = createFeedConnection({
    open: (query, told) => {
      queries.push(query);
      events = told;
      return { close: () => undefined };
    },
    now: () => nowMs / 1000,
    setServerTime: () => undefined,
    wait: (ms, run) => {
      const timer = { at: nowMs + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    isHidden: () => isHidden,
    draw: (batch) => {
      drawn.push(batch);
    },
    onLost: () => undefined,
  });
  const hear = (message: object): void => {
    heard().message(JSON.stringify(message));
  };
  feed.connect();
  return {
    ...{ feed, drawn, queries, hear, events: heard, now: () => nowMs / 1000 },
    greet: (alarms = [], epoch = 'e1') => {
      hear({ v: 1, kind: 'hello', time: 1, feed_epoch: epoch, sequence: 0, resumed: false });
      hear({ v: 1, kind: 'snapshot', from: 0, to: 0, total: alarms.length, alarms });
    },
    close: () => {
      heard().closed();
    },
    pass: (ms) => {
      const end = nowMs + ms;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        nowMs = next.at;
        next.run();
      }
      nowMs = end;
    },
    setHidden: (hidden) => {
      isHidden = hidden;
    },
    drawnIds: () => drawn.map(({ alarms }) => [...alarms.keys()]),
  };
}

function updates(from: number, to: number): object {
  return { v: 1, kind: 'updates', from, to };
}

function alarm(id: string): object {
  return { kind: 'alarm', sequence: 1, state: stateOf(id) };
}

/** As it comes over the wire. */
function stateOf(id: string): AlarmState {
  return parseAnswer<AlarmState>(JSON.stringify(makeAlarmState({ alarm: { alarm_id: id } })));
}
