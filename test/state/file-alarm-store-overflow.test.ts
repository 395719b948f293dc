// More alarms come at once than can wait for the store: what is lost is counted, and read from the file.
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { it } from 'node:test';
import { makeAlarmState } from '../support/alarm-states.ts';
import { makeStorePlace, openStore } from '../support/file-store-bed.ts';
import { trials } from '../support/trials.ts';
import { waitUntil } from '../support/wait-until.ts';

/** The bound is a large one. */
const IS_SOAK = trials(10) === 10;
const MOST_WAITING = 100_000;
const LOST = 50;
const LIMIT_MS = 120_000;
const READ_ALL = 'the alarm store has read the alarm files';

it(
  'alarms that could not wait are counted as lost and come from the file',
  { skip: !IS_SOAK },
  async () => {
    const place = makeStorePlace();
    const store = await openStore(place);
    await waitUntil(() => place.captured.find(READ_ALL).length === 1, 'the first reading');
    const states = Array.from({ length: MOST_WAITING + LOST }, (_, index) =>
      makeAlarmState({ alarm: { alarm_id: `alarm-${String(index)}` } }),
    );
    const lines = states.map(({ alarm }) => `${JSON.stringify(alarm)}\n`);
    appendFileSync(place.options.alarmFile, lines.join(''));
    await store.apply(
      states.map((state, index) => ({ sequence: index + 1, change: { type: 'alarm', state } })),
    );
    const last = `alarm-${String(MOST_WAITING + LOST - 1)}`;
    assert.deepEqual(await store.find([last]), []);
    await waitUntil(() => place.captured.find(READ_ALL).length === 2, 'the second', LIMIT_MS);
    assert.equal((await store.find([last])).length, 1);
    await store.close();
    const { decided, written, lost, alarms } = store.figures();
    assert.deepEqual([decided, written, lost], [MOST_WAITING + LOST, MOST_WAITING, LOST]);
    assert.equal(alarms, MOST_WAITING + LOST);
  },
);
