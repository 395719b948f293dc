// Files of events of which little is in use are given up, and what is in use is read from where it went.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openDatabase, type Database } from '../../../state/alarm-database/database.ts';
import { EventKeeper } from '../../../state/alarm-database/event-keeper.ts';
import { boundEventLine, writeEventLine } from '../../../state/alarm-database/event-line.ts';
import { EventSegments } from '../../../state/alarm-database/event-segments.ts';
import { prepareSchema } from '../../../state/alarm-database/schema.ts';
import { makeNormalizedEvent } from '../../support/normalized-events.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const SEGMENT_BYTES = 64 * 1024;
const ALARMS = 100;

/** A keeper in a folder, with its database and files. */
interface Bed {
  readonly folder: string;
  readonly database: Database;
  readonly segments: EventSegments;
  readonly keeper: EventKeeper;
}

describe('a file of events of which most are dropped', () => {
  it('goes once the rest has been moved, and every kept event is read as before', () => {
    const bed = makeMostlyDropped();
    const before = readAll(bed);
    const files = listFiles(bed.folder);
    assert.equal(bed.keeper.moveSparse(), true);
    assert.deepEqual(listFiles(bed.folder).slice(0, 1), files.slice(0, 1), 'too early');
    write(bed);
    assert.ok(!listFiles(bed.folder).includes(files[0] ?? ''), 'the old file is there');
    assert.deepEqual(readAll(bed), before);
    const again = openBed(bed.folder);
    assert.deepEqual(readAll(again), before);
  });

  it('is given up file by file until all are dense, and then nothing is moved any more', () => {
    const bed = makeMostlyDropped();
    const before = readAll(bed);
    const bytes = sizeOf(bed.folder);
    const passes = moveAll(bed);
    assert.ok(passes > 1, `${String(passes)} passes`);
    assert.ok(sizeOf(bed.folder) < bytes / 3, `${String(sizeOf(bed.folder))} of ${String(bytes)}`);
    assert.deepEqual(readAll(bed), before);
  });

  it('is there after a kill between the moving and the writing of where to, and can be moved again', () => {
    const bed = makeMostlyDropped();
    const before = readAll(bed);
    bed.keeper.moveSparse();
    const killed = copy(bed);
    assert.deepEqual(readAll(killed), before);
    moveAll(killed);
    assert.deepEqual(readAll(killed), before);
    assert.deepEqual(readAll(copy(killed)), before);
  });

  it('is there after a kill amid the writing of where to', () => {
    const bed = makeMostlyDropped();
    const before = readAll(bed);
    bed.keeper.moveSparse();
    bed.keeper.beginWriting();
    bed.database.transaction(() => {
      assert.equal(bed.keeper.writeSome(1), true);
    });
    bed.keeper.settle(1);
    const killed = copy(bed);
    assert.deepEqual(readAll(killed), before);
    moveAll(killed);
    assert.deepEqual(readAll(killed), before);
  });

  it('may hold events of a backlog that goes on: what came after the move is found after a kill', () => {
    const bed = makeMostlyDropped();
    bed.keeper.moveSparse();
    accept(bed, 0, 3);
    const before = readAll(bed);
    assert.deepEqual(readAll(copy(bed)), before);
    write(bed);
    accept(bed, 0, 2);
    assert.equal(readAll(copy(bed)).length, before.length + 2);
  });

  it('can hold lines that were moved before', () => {
    const bed = makeMostlyDropped();
    moveAll(bed);
    for (let number = 0; number < ALARMS; number += 20) bed.keeper.drop(nameOf(number));
    for (let number = ALARMS; number < 2 * ALARMS; number += 1) accept(bed, number, 10);
    for (let number = ALARMS; number < 2 * ALARMS; number += 1) bed.keeper.drop(nameOf(number));
    const before = readAll(bed);
    assert.ok(before.length > 0);
    moveAll(bed);
    assert.deepEqual(readAll(bed), before);
    assert.deepEqual(readAll(copy(bed)), before);
  });
});

describe('a file of events', () => {
  it('whose lines are long and in use is left where it is', () => {
    const bed = openBed(makeTemporaryFolder('events'));
    const customData1 = 'long '.repeat(1000);
    for (let number = 0; number < ALARMS; number += 1) accept(bed, number, 1, { customData1 });
    write(bed);
    const files = listFiles(bed.folder);
    const passes = moveAll(bed);
    assert.ok(passes > 1, 'nothing was looked at');
    assert.deepEqual(listFiles(bed.folder), files);
  });

  it('whose references were counted too high is given up all the same', () => {
    const bed = makeMostlyDropped();
    const before = readAll(bed);
    const [first = ''] = listFiles(bed.folder);
    bed.segments.refer(Number.parseInt(first, 10) * 2 ** 32, 3);
    moveAll(bed);
    assert.ok(!listFiles(bed.folder).includes(first));
    assert.deepEqual(readAll(bed), before);
  });
});

/** Several files; of twenty alarms one is left. */
function makeMostlyDropped(): Bed {
  const bed = openBed(makeTemporaryFolder('events'));
  for (let number = 0; number < ALARMS; number += 1) accept(bed, number, 10);
  write(bed);
  for (let number = 0; number < ALARMS; number += 1) {
    if (number % 10 !== 0) bed.keeper.drop(nameOf(number));
  }
  // the newest file is never looked at
  accept(bed, 0, 1);
  write(bed);
  assert.ok(listFiles(bed.folder).length > 2);
  return bed;
}

function openBed(folder: string): Bed {
  mkdirSync(folder, { recursive: true });
  const database = openDatabase(join(folder, 'alarms.db'));
  prepareSchema(database);
  const segments = new EventSegments(join(folder, 'events'), SEGMENT_BYTES);
  const keeper = new EventKeeper(database, segments);
  keeper.recover();
  return { folder, database, segments, keeper };
}

/** What a kill now would leave, opened anew. */
function copy({ folder }: Bed): Bed {
  const place = makeTemporaryFolder('events');
  cpSync(folder, place, { recursive: true });
  return openBed(place);
}

let accepted = 0;

function accept(
  { keeper }: Bed,
  alarm: number,
  count: number,
  changes: Parameters<typeof makeNormalizedEvent>[0] = {},
): void {
  const alarmId = nameOf(alarm);
  const marks: number[] = [];
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let index = 0; index < count; index += 1) {
    accepted += 1;
    const event = makeNormalizedEvent({ eventId: `e${String(accepted)}`, ...changes });
    const line = new Uint8Array(boundEventLine(alarmId, event));
    const part = line.subarray(0, writeEventLine(line, 0, { alarmId, stage: 1, event }));
    marks.push(0, 1, event.timeSeconds, length);
    parts.push(part);
    length += part.length;
  }
  const bytes = Uint8Array.from(Buffer.concat(parts));
  keeper.take([alarmId], [{ bytes, events: Float64Array.from(marks) }], new Set());
}

function nameOf(alarm: number): string {
  return `alarm-${String(alarm)}`;
}

/** Writes all places, as the store does once a minute. */
function write({ keeper, database }: Bed): void {
  keeper.beginWriting();
  const writeSome = (): boolean => {
    let hasMore = false;
    database.transaction(() => {
      hasMore = keeper.writeSome(7);
    });
    keeper.settle(7);
    return hasMore;
  };
  while (writeSome());
}

/** Moves until there is nothing to be moved; answers how often it did. */
function moveAll(bed: Bed): number {
  for (let passes = 0; ; passes += 1) {
    if (!bed.keeper.moveSparse()) return passes;
    assert.ok(passes < 100, 'it does not end');
    write(bed);
  }
}

/** Alarm and event of everything that is kept. */
function readAll({ keeper }: Bed): string[] {
  const found: string[] = [];
  for (let number = 0; number < 2 * ALARMS; number += 1) {
    const alarmId = nameOf(number);
    const { events } = keeper.list({ alarmId, limit: 2000 });
    assert.equal(events.length, keeper.summarize(alarmId)?.kept ?? 0, `${alarmId} has gaps`);
    found.push(...events.map(({ event }) => `${alarmId} ${String(event['event_id'])}`));
  }
  return found;
}

function listFiles(folder: string): string[] {
  return readdirSync(join(folder, 'events')).sort();
}

function sizeOf(folder: string): number {
  const sizes = listFiles(folder).map((name) => statSync(join(folder, 'events', name)).size);
  return sizes.reduce((sum, size) => sum + size, 0);
}
