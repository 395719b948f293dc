// The store as its own thread has it: columns in memory in front of a database, and the kept events beside them.
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { AlarmAction } from '../../core/alarm/alarm-action.ts';
import { handleAlarm } from '../../core/alarm/alarm-handling.ts';
import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';
import type { AlarmState } from '../../core/alarm/alarm-state.ts';
import { proveState } from '../../core/alarm/prove-state.ts';
import { searchedText } from '../../core/alarm/searched-text.ts';
import { COUNTS_LENGTH, type ChangeBatch, type FilePlaces } from './change-batch.ts';
import { factsOf } from './alarm-facts.ts';
import { AlarmColumns, PROGRESSES, RUNNING } from './columns.ts';
import { bytesOnDisk, openDatabase, type Database } from './database.ts';
import { EventKeeper } from './event-keeper.ts';
import { EventSegments } from './event-segments.ts';
import { createLeftCheck, findLeft, type FormerRuns, type LeftCheck } from './former-runs.ts';
import { loadColumns, type Checkpoint } from './load-columns.ts';
import { isNewer } from './record-age.ts';
import { chooseVictims } from './retention.ts';
import { RowWriter } from './row-writer.ts';
import { prepareSchema } from './schema.ts';
import type { DatabaseOptions } from './store-request.ts';
import { parseAction, parseState } from './stored-texts.ts';
import { digestOf } from './text-digest.ts';

const DATABASE_NAME = 'alarms.db';
const INTERRUPTED = PROGRESSES.indexOf('interrupted');

/** Everything that the store has, and the only one who changes it. */
export class AlarmDatabase {
  readonly columns = new AlarmColumns();
  readonly rows: RowWriter;
  readonly events: EventKeeper;
  readonly segments: EventSegments;
  /** How far the files are in here; undefined for a new store. */
  readonly checkpoint: Checkpoint | undefined;
  /** Rows whose state may be newer than what the files say after the checkpoint. */
  unsettled: Set<number>;
  /** Rows that changed in this run, while the files are read. */
  readonly #live = new Set<number>();
  /** Rows of which only counts have changed, which is written seldom. */
  #moved = new Set<number>();
  #left: LeftCheck | undefined;
  #isFilling = true;
  sequence = 0;
  readonly #options: DatabaseOptions;
  readonly #database: Database;

  /** Opens or creates the store in its folder, which exists; throws a DatabaseError, a StoreLayoutError or the system's error. */
  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.#database = openDatabase(join(options.folder, DATABASE_NAME));
    prepareSchema(this.#database);
    const loaded = loadColumns(this.#database, this.columns);
    this.checkpoint = loaded.checkpoint;
    this.unsettled = loaded.unsettled;
    this.rows = new RowWriter(this.#database, this.columns, loaded.generation);
    this.rows.checkpoint = loaded.checkpoint;
    this.segments = new EventSegments(join(options.folder, 'events'));
    this.events = new EventKeeper(this.#database, this.segments);
    this.events.recover();
    if (options.former !== undefined) this.#interruptLeft(options.former, false);
  }

  /** Takes a batch in; its events' failure to be written is thrown when all the rest is in. */
  apply(batch: ChangeBatch): void {
    for (const [index, text] of batch.states.entries()) {
      const state = parseState(text);
      if (state !== undefined) this.#putLive(state, text, batch.stateSlots[index * 2 + 1] ?? 0);
    }
    this.#applyCounts(batch);
    for (const text of batch.actions) {
      const action = parseAction(text);
      if (action !== undefined) this.takeAction(action);
    }
    this.sequence = batch.sequence;
    this.rows.endBatch(batch.number, batch.places);
    try {
      this.events.take(batch.alarms, batch.events, new Set(batch.opened));
    } finally {
      for (const slot of batch.ended) {
        const id = batch.alarms[slot] ?? '';
        if (this.columns.find(id) === undefined) this.events.drop(id);
      }
      this.#retainCount();
    }
  }

  /** Takes an action in that is not known yet; passes over one of an alarm that is not there. */
  takeAction(action: AlarmAction): void {
    const row = this.columns.find(action.alarm_id);
    if (row === undefined) return;
    if (this.#isFilling && this.#knows(action)) return;
    const handling = handleAlarm(this.columns.handlingOf(row), action, this.#options.closedStatus);
    this.columns.setHandling(row, handling);
    if (action.what === 'delete') this.columns.setDeleted(row, true);
    if (action.what === 'restore') this.columns.setDeleted(row, false);
    this.rows.note(action);
    this.rows.touch(row);
  }

  /** Whether a line of the row's alarm in the files, this or a later one, is older than what is here. */
  isNewerThan(row: number, record: AlarmRecord): boolean {
    if (this.#live.has(row)) return true;
    if (!this.unsettled.has(row)) return false;
    const known = this.rows.stateOf(row)?.alarm;
    return known !== undefined && isNewer(known, record);
  }

  /** To be told of every line of the files: the row is settled that is as one of them says. */
  meet(record: AlarmRecord): void {
    const row = this.columns.find(record.alarm_id);
    if (row === undefined || !this.unsettled.has(row)) return;
    const known = this.rows.stateOf(row)?.alarm;
    if (isDeepStrictEqual(known, record)) this.unsettled.delete(row);
  }

  /** Takes the newest line of an alarm in that the files have. */
  takeRecord(record: AlarmRecord): void {
    const row = this.columns.find(record.alarm_id);
    if (row !== undefined && this.isNewerThan(row, record)) return;
    const former = row === undefined ? undefined : this.#formerOf(row);
    if (former !== undefined && isDeepStrictEqual(former.alarm, record)) return;
    const proven = proveState(record, former);
    const isLeft = this.#left?.isLeft(record.alarm_id, record.created_time) === true;
    const state: AlarmState =
      isLeft && proven.progress === 'running' ? { ...proven, progress: 'interrupted' } : proven;
    this.#put(row, state, { text: JSON.stringify(state), isRecorded: false });
    this.#retainCount();
  }

  /** The files have been read up to these places. */
  endFilling(places: FilePlaces): void {
    this.#isFilling = false;
    this.#left?.endStart();
    this.unsettled = new Set();
    this.#live.clear();
    this.rows.endBatch(0, places);
  }

  /** The files are read again from the checkpoint on: what changed since then may be newer. */
  beginRereading(): void {
    this.#isFilling = true;
    for (const row of this.rows.changedSinceCheckpoint) this.unsettled.add(row);
  }

  get isFilling(): boolean {
    return this.#isFilling;
  }

  /** See AlarmStore. */
  interruptAllBut(former: FormerRuns): number {
    const live = new Set(former.liveIds);
    const count = this.#interruptLeft(former, true);
    if (!this.#isFilling) this.#left?.endStart();
    this.events.dropAllBut((id) => live.has(id) || this.columns.find(id) !== undefined);
    return count;
  }

  #interruptLeft(former: FormerRuns, isAtStart: boolean): number {
    this.#left = createLeftCheck(former, isAtStart);
    const left = findLeft(this.columns, this.#left);
    for (const row of left) {
      this.columns.progress[row] = INTERRUPTED;
      this.rows.touch(row);
    }
    return left.length;
  }

  /** Lets alarms go that are older than the retention; they do not run. */
  retainAge(now: number): void {
    const { columns } = this;
    const oldest = now - this.#options.retentionSeconds;
    for (let row = 0; row < columns.end; row += 1) {
      if (columns.ids[row] === undefined || columns.progress[row] === RUNNING) continue;
      if ((columns.updated[row] ?? 0) < oldest) this.#remove(row);
    }
  }

  /** What it takes on disk. */
  get bytes(): number {
    return this.segments.bytes + bytesOnDisk(join(this.#options.folder, DATABASE_NAME));
  }

  /** Has the counts written that have moved. */
  touchMoved(): void {
    const moved = this.#moved;
    this.#moved = new Set();
    for (const row of moved) if (this.columns.ids[row] !== undefined) this.rows.touch(row);
  }

  /** Within short transactions: writes some of the places of events; false when all are written. */
  writeSomeTrails(most: number): boolean {
    let hasMore = false;
    try {
      this.#database.transaction(() => {
        hasMore = this.events.writeSome(most);
      });
    } catch (err) {
      this.events.fail();
      throw err;
    }
    this.events.settle(most);
    return hasMore;
  }

  close(): void {
    this.segments.close();
    this.#database.close();
  }

  #putLive(state: AlarmState, text: string, appeared: number): void {
    const known = this.columns.find(state.alarm.alarm_id);
    const row = this.#put(known, state, { text, isRecorded: true });
    if (known === undefined) this.columns.appeared[row] = appeared;
    if (this.#isFilling) this.#live.add(row);
  }

  #put(
    known: number | undefined,
    state: AlarmState,
    { text, isRecorded }: { readonly text: string; readonly isRecorded: boolean },
  ): number {
    const { columns } = this;
    const searched = searchedText(state);
    const digest = digestOf(searched);
    const facts = factsOf(state, digest, isRecorded);
    const row = known ?? columns.add(facts.id);
    const hasOtherText = known === undefined || columns.textDigest[row] !== digest;
    if (known === undefined) {
      columns.set(row, facts);
    } else {
      columns.setLine(row, facts);
      columns.setCounts(row, state, state.progress);
      columns.textDigest[row] = digest;
      if (facts.isDeleted) columns.setDeleted(row, true);
    }
    this.rows.put(row, text, hasOtherText ? searched : undefined);
    return row;
  }

  #applyCounts({ alarms, counts }: ChangeBatch): void {
    const { columns } = this;
    for (let at = 0; at < counts.length; at += COUNTS_LENGTH) {
      const row = columns.find(alarms[counts[at] ?? 0] ?? '');
      if (row === undefined) continue;
      const progress = counts[at + 1] ?? -1;
      if (progress >= 0 && columns.progress[row] !== progress) {
        columns.progress[row] = progress;
        this.rows.touch(row);
      }
      columns.stage[row] = counts[at + 2] ?? 0;
      columns.stages[row] = counts[at + 3] ?? 0;
      columns.events[row] = counts[at + 4] ?? 0;
      columns.needed[row] = counts[at + 5] ?? 0;
      columns.eventsTotal[row] = counts[at + 6] ?? 0;
      columns.firstEvent[row] = counts[at + 7] ?? 0;
      columns.lastEvent[row] = counts[at + 8] ?? 0;
      columns.deadline[row] = counts[at + 9] ?? 0;
      this.#moved.add(row);
    }
  }

  #formerOf(row: number): AlarmState | undefined {
    const state = this.rows.stateOf(row);
    if (state === undefined) return undefined;
    const { columns } = this;
    return { ...state, ...columns.countsOf(row), progress: columns.progressOf(row) };
  }

  #knows(action: AlarmAction): boolean {
    const { at, by, what, value } = action;
    return this.rows
      .historyOf(action.alarm_id)
      .some(
        (known) =>
          known.at === at && known.by === by && known.what === what && known.value === value,
      );
  }

  #retainCount(): void {
    const { limit, closedStatus } = this.#options;
    const slack = Math.min(1000, Math.floor(limit / 100));
    if (this.columns.size <= limit + slack) return;
    for (const row of chooseVictims(this.columns, this.columns.size - limit, closedStatus)) {
      this.#remove(row);
    }
  }

  #remove(row: number): void {
    const id = this.columns.ids[row];
    if (id === undefined) return;
    this.rows.remove(row, id);
    this.events.drop(id);
    this.columns.remove(row);
    this.unsettled.delete(row);
    this.#live.delete(row);
    this.#moved.delete(row);
  }
}
