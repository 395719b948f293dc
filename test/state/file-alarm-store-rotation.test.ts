// The alarm file is rotated while the store reads it with its rotated ones: between the look at them and the opening.
import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';
import { makeAlarmState } from '../support/alarm-states.ts';
import { makeStorePlace, openStore, type StorePlace } from '../support/file-store-bed.ts';
import { waitUntil } from '../support/wait-until.ts';

const READS = 'the alarm store reads the alarm files';
const READ_ALL = 'the alarm store has read the alarm files';
const LIMIT_MS = 30_000;
/** Reading so many takes long enough for a rotation. */
const OLD_ALARMS = 15_000;

describe('a rotation after the look at the alarm files', () => {
  const rotations: Readonly<Record<string, (path: string) => void>> = {
    'with numbers': (path) => {
      renameSync(`${path}.2`, `${path}.3`);
      renameSync(`${path}.1`, `${path}.2`);
      renameSync(path, `${path}.1`);
    },
    'with numbers, and packing': (path) => {
      renameSync(`${path}.2`, `${path}.3`);
      writeFileSync(`${path}.2.gz`, gzipSync(readFileSync(`${path}.1`)));
      rmSync(`${path}.1`);
      renameSync(path, `${path}.1`);
    },
    'with numbers, and nothing written yet': (path) => {
      renameSync(`${path}.2`, `${path}.3`);
      renameSync(`${path}.1`, `${path}.2`);
      renameSync(path, `${path}.1`);
      writeFileSync(path, '');
    },
  };
  for (const [name, rotate] of Object.entries(rotations)) {
    it(`${name} hides no alarm`, async () => {
      const place = makeStorePlace();
      const { alarmFile } = place.options;
      const old = Array.from({ length: OLD_ALARMS }, (_, index) =>
        recordOf(`old-${String(index)}`),
      );
      write(`${alarmFile}.2`, old);
      write(`${alarmFile}.1`, [recordOf('in the rotated one'), recordOf('in two', 1)]);
      write(alarmFile, [recordOf('in the newest'), recordOf('in two', 2)]);
      const store = await openStore(place);
      await waitUntil(() => place.captured.find(READS).length === 1, 'the look');
      rotate(alarmFile);
      assert.deepEqual(place.captured.find(READ_ALL), [], 'the rotation came too late');
      await waitUntil(() => place.captured.find(READ_ALL).length === 1, 'the end', LIMIT_MS);
      assert.ok(place.captured.find(READS).length > 1, 'it did not look again');
      const wanted = ['in the rotated one', 'in the newest', 'in two', 'old-0'];
      const found = await store.find(wanted);
      assert.deepEqual(
        found.map(({ alarm }) => [alarm.alarm_id, alarm.update_time]),
        [...wanted.map((id) => [id, id === 'in two' ? 2 : 1])],
      );
      assert.equal(place.captured.find(READ_ALL)[0]?.['alarms'], OLD_ALARMS + 3);
      assert.deepEqual(listComplaints(place), []);
      await store.close();
    });
  }

  it('is not seen in a name that leads nowhere', async () => {
    const place = makeStorePlace();
    const { alarmFile } = place.options;
    symlinkSync(`${alarmFile}-of-nobody`, `${alarmFile}.7`);
    write(alarmFile, [recordOf('a')]);
    const store = await openStore(place);
    await waitUntil(() => place.captured.find(READ_ALL).length === 1, 'the files to be read');
    assert.equal((await store.find(['a'])).length, 1);
    assert.deepEqual(listComplaints(place), []);
    await store.close();
  });
});

function recordOf(id: string, time = 1): AlarmRecord {
  return makeAlarmState({ alarm: { alarm_id: id, update_time: time } }).alarm;
}

function write(path: string, records: readonly AlarmRecord[]): void {
  writeFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

function listComplaints({ captured }: StorePlace): unknown[] {
  return captured.lines.filter(({ level }) => level >= 40);
}
