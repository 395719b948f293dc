// The process is killed while it writes, again and again in one log directory: what is in the alarm file is in the store.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { AlarmStore } from '../../state/alarm-store.ts';
import { makeStorePlace, openStore } from '../support/file-store-bed.ts';
import { startProcessGroup } from '../support/process-group.ts';
import { makeTemporaryFolder, removeFolder } from '../support/temporary-folder.ts';
import { trials } from '../support/trials.ts';
import { waitUntil } from '../support/wait-until.ts';
import { parseWholeLine } from '../support/whole-line.ts';

const root = join(import.meta.dirname, '..', '..');
const program = fileURLToPath(import.meta.resolve('../support/store-writer-program.ts'));
const READ_ALL = 'the alarm store has read the alarm files';
const READ_LIMIT_MS = 60_000;
/** Older ones are removed, as logrotate does. */
const KEPT_ROTATIONS = 6;

it('kill -9 during writes loses no alarm state that was in the file, and leaves a readable store', async (t) => {
  const logDir = makeTemporaryFolder('kill');
  t.after(() => {
    removeFolder(logDir);
  });
  const newest: Lines = new Map();
  for (let trial = 1; trial <= trials(200); trial += 1) {
    await writeUntilKilled(logDir, trial);
    readNewest(join(logDir, 'siem_alarms.json'), newest);
    if (trial % 4 === 0) rotate(logDir, trial);
    const place = makeStorePlace({}, logDir);
    const store = await openStore(place);
    await waitUntil(() => place.captured.find(READ_ALL).length > 0, 'the files', READ_LIMIT_MS);
    await assertHasAll(store, newest, trial);
    assert.ok(readdirSync(logDir).every((name) => !name.startsWith('alarm-store.')));
    await store.close();
    assert.deepEqual(
      place.captured.lines.filter(({ level }) => level >= 40),
      [],
    );
  }
});

async function writeUntilKilled(logDir: string, trial: number): Promise<void> {
  const words = [process.execPath, '--import=tsx', program, logDir, String(trial)] as const;
  const group = startProcessGroup({ words: [...words], cwd: root, environment: {} });
  await waitUntil(() => group.log().includes('ready'), 'the writer');
  await delay((trial * 37) % 500);
  await group.stop('SIGKILL');
}

/** As logrotate does, with and without compression. */
function rotate(logDir: string, trial: number): void {
  const path = join(logDir, 'siem_alarms.json');
  const dated = join(logDir, `siem_alarms.json-${String(20_260_000 + trial)}`);
  renameSync(path, dated);
  const rotated = readdirSync(logDir).filter((name) => name.startsWith('siem_alarms.json-'));
  for (const old of rotated.sort().slice(0, -KEPT_ROTATIONS)) rmSync(join(logDir, old));
  if (trial % 8 !== 0) return;
  writeFileSync(`${dated}.gz`, gzipSync(readFileSync(dated)));
  rmSync(dated);
}

type Lines = Map<string, { readonly update_time: number; readonly title: string }>;

/** Notes the last whole line of each alarm. */
function readNewest(path: string, newest: Lines): void {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  for (const line of text.split('\n').slice(0, -1)) {
    const record = parseWholeLine(line);
    if (record === undefined) continue;
    assert.ok(typeof record === 'object' && record !== null && 'alarm_id' in record);
    assert.ok('update_time' in record && 'title' in record);
    const { alarm_id, update_time, title } = record;
    newest.set(String(alarm_id), { update_time: Number(update_time), title: String(title) });
  }
}

/** The store has these states, or newer ones that did not come to the file. */
async function assertHasAll(store: AlarmStore, newest: Lines, trial: number): Promise<void> {
  const found = await store.find([...newest.keys()]);
  const known = new Map(found.map(({ alarm }) => [alarm.alarm_id, alarm]));
  for (const [id, { update_time, title }] of newest) {
    const alarm = known.get(id);
    assert.ok(alarm !== undefined, `${id} is missing after trial ${String(trial)}`);
    assert.ok(alarm.update_time >= update_time, `${id} is older than its line`);
    if (alarm.update_time === update_time) assert.equal(alarm.title, title);
  }
}
