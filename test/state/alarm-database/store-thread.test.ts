// The store's side of the conversation, in this thread: it is told to read the files again.
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { z } from 'zod';
import type { AlarmState } from '../../../core/alarm/alarm-state.ts';
import { ChangeGatherer } from '../../../state/alarm-database/change-gatherer.ts';
import type { StoreNote, StoreReport } from '../../../state/alarm-database/store-request.ts';
import { StoreThread } from '../../../state/alarm-database/store-thread.ts';
import { makeAlarmState } from '../../support/alarm-states.ts';
import { makeStorePlace, type StorePlace } from '../../support/file-store-bed.ts';
import { waitUntil } from '../../support/wait-until.ts';

const found = z.array(
  z.object({ alarm: z.object({ alarm_id: z.string(), update_time: z.number() }) }),
);

/** A thread and what it has reported. */
interface Bed {
  readonly place: StorePlace;
  readonly thread: StoreThread;
  readonly notes: StoreNote[];
  apply(states: readonly AlarmState[]): void;
  timesOf(ids: readonly string[]): Record<string, number>;
  close(): Promise<void>;
}

describe('reading the files again', () => {
  it('brings what was lost, and puts nothing older over what came since', async () => {
    const bed = open(makeStorePlace());
    await waitUntil(() => countEnds(bed) === 1, 'the first reading');
    write(bed.place, [stateOf('lost', 1), stateOf('known', 2)]);
    bed.apply([stateOf('known', 3)]);
    assert.deepEqual(bed.timesOf(['lost', 'known']), { known: 3 });
    bed.thread.take({ type: 'reread' });
    await waitUntil(() => countEnds(bed) === 2, 'the second reading');
    assert.deepEqual(bed.timesOf(['lost', 'known']), { lost: 1, known: 3 });
    await bed.close();
    const again = open(bed.place);
    assert.deepEqual(again.timesOf(['lost', 'known']), { lost: 1, known: 3 });
    await again.close();
  });

  it('reads lines of which the newest was not lost, once', async () => {
    const bed = open(makeStorePlace());
    await waitUntil(() => countEnds(bed) === 1, 'the first reading');
    write(bed.place, [stateOf('a', 1), stateOf('a', 2), stateOf('a', 3)]);
    bed.thread.take({ type: 'reread' });
    bed.apply([stateOf('a', 4)]);
    await waitUntil(() => countEnds(bed) === 2, 'the second reading');
    assert.deepEqual(bed.timesOf(['a']), { a: 4 });
    await bed.close();
  });

  it('that is asked for while they are read begins anew when they have been', async () => {
    const place = makeStorePlace();
    write(place, [stateOf('a', 1)]);
    const bed = open(place, (ends) => {
      // too late for the reading that is over
      if (ends === 1) write(place, [stateOf('late', 1)]);
    });
    bed.thread.take({ type: 'reread' });
    await waitUntil(() => countEnds(bed) === 2, 'the second reading');
    assert.deepEqual(bed.timesOf(['a', 'late']), { a: 1, late: 1 });
    await bed.close();
    assert.equal(countEnds(bed), 2);
  });
});

function open(place: StorePlace, filled: (ends: number) => void = () => undefined): Bed {
  const { folder, alarmFile, operatorRecord, limit, retentionSeconds } = place.options;
  const { closedStatus, initial } = place.options;
  const where = { folder, alarmFile, operatorRecord, closedStatus, initial };
  mkdirSync(folder, { recursive: true });
  const notes: StoreNote[] = [];
  const reports: StoreReport[] = [];
  const thread = new StoreThread({ ...where, limit, retentionSeconds }, (report) => {
    reports.push(report);
    if (report.type !== 'note') return;
    notes.push(report.note);
    if (report.note.what === 'fill-ended') filled(notes.filter(isEnd).length);
  });
  const gatherer = new ChangeGatherer();
  let number = 0;
  return {
    place,
    thread,
    notes,
    apply: (states) => {
      number += 1;
      gatherer.add(
        states.map((state, index) => ({ sequence: index + 1, change: { type: 'alarm', state } })),
      );
      const batch = gatherer.take({ number, places: undefined, now: 0 });
      thread.take({ type: 'apply', batch });
    },
    timesOf: (ids) => {
      thread.take({ type: 'ask', id: 1, question: 'find', given: ids });
      const answered = reports.findLast((report) => report.type === 'answered');
      return timesIn(answered?.answer);
    },
    close: async () => {
      thread.take({ type: 'close' });
      await waitUntil(() => reports.some(({ type }) => type === 'closed'), 'the end');
    },
  };
}

function timesIn(answer: unknown): Record<string, number> {
  const times: Record<string, number> = {};
  for (const { alarm } of found.parse(answer)) times[alarm.alarm_id] = alarm.update_time;
  return times;
}

function isEnd({ what }: StoreNote): boolean {
  return what === 'fill-ended';
}

function countEnds({ notes }: Bed): number {
  return notes.filter(isEnd).length;
}

function stateOf(id: string, time: number): AlarmState {
  return makeAlarmState({ alarm: { alarm_id: id, update_time: time } });
}

function write({ options }: StorePlace, states: readonly AlarmState[]): void {
  const lines = states.map(({ alarm }) => `${JSON.stringify(alarm)}\n`);
  appendFileSync(options.alarmFile, lines.join(''));
}
