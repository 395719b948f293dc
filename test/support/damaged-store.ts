import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const PAGE_BYTES = 4096;
/** Only a state that is stored whole has it. */
const MARK = '"rules":';
/** No page begins with such bytes. */
const NONSENSE = Buffer.alloc(16, 0xee);

/** Spoils the pages of the store's database that hold the states of alarms, as a failing disk does; the rest stays readable. */
export function damageStates(folder: string): void {
  const path = join(folder, 'alarms.db');
  const bytes = readFileSync(path);
  const handle = openSync(path, 'r+');
  let damaged = 0;
  // the first page tells what the file is
  for (let at = PAGE_BYTES; at < bytes.length; at += PAGE_BYTES) {
    if (!bytes.subarray(at, at + PAGE_BYTES).includes(MARK)) continue;
    writeSync(handle, NONSENSE, 0, NONSENSE.length, at);
    damaged += 1;
  }
  closeSync(handle);
  assert.ok(damaged > 0, 'the database has no states');
}
