// Brings rows to the database behind the columns' back: what changed waits a little, is written in short transactions, and
// is read from here until it is on disk.
import type { AlarmAction } from '../../core/alarm/alarm-action.ts';
import type { AlarmState } from '../../core/alarm/alarm-state.ts';
import { hasAll } from '../../core/alarm/searched-text.ts';
import type { FilePlaces } from './change-batch.ts';
import type { AlarmColumns } from './columns.ts';
import type { Database, Statement } from './database.ts';
import { serializeFacts } from './facts-text.ts';
import { parseAction, parseState } from './stored-texts.ts';

/** What waits of a row; without a state only its facts have changed. */
interface WaitingRow {
  state: string | undefined;
  text: string | undefined;
}

interface Gone {
  readonly row: number;
  readonly id: string;
}

/** All changes up to one batch. */
interface Generation {
  readonly rows: Map<number, WaitingRow>;
  readonly actions: AlarmAction[];
  readonly gone: Gone[];
  /** The last batch in it, and the files' places that hold for it. */
  batch: number;
  places: FilePlaces | undefined;
  /** Whether the files need not be read again before the places once this is written. */
  isCheckpoint: boolean;
}

/** What a finished generation means. */
export interface SavedGeneration {
  readonly batch: number;
}

const SLICE_MS = 15;
const CHECKPOINT = 'checkpoint';

export class RowWriter {
  readonly #database: Database;
  readonly #columns: AlarmColumns;
  readonly #statements: ReturnType<typeof prepareAll>;
  /** Counts up; a row tells in which its state was written. */
  #number: number;
  #next = createGeneration();
  #writing: Generation | undefined;
  /** The last batch that is on disk. */
  #saved = 0;
  /** Up to where the files are in the database. */
  checkpoint: FilePlaces | undefined;
  /** Rows whose state has changed since the checkpoint. */
  #changed = new Set<number>();

  constructor(database: Database, columns: AlarmColumns, generation: number) {
    this.#database = database;
    this.#columns = columns;
    this.#number = generation;
    this.#statements = prepareAll(database);
  }

  /** How many rows wait to be written. */
  get waiting(): number {
    return this.#next.rows.size + (this.#writing?.rows.size ?? 0);
  }

  get hasWork(): boolean {
    return this.#writing !== undefined || this.#next.batch > this.#saved || !isEmpty(this.#next);
  }

  get isWriting(): boolean {
    return this.#writing !== undefined;
  }

  /** Takes a new state of a row; its text only when that has changed. */
  put(row: number, state: string, text: string | undefined): void {
    this.#changed.add(row);
    const waiting = this.#next.rows.get(row);
    if (waiting === undefined) {
      this.#next.rows.set(row, { state, text });
      return;
    }
    waiting.state = state;
    waiting.text = text ?? waiting.text;
  }

  /** Has the facts of a row written. */
  touch(row: number): void {
    if (!this.#next.rows.has(row)) this.#next.rows.set(row, { state: undefined, text: undefined });
  }

  note(action: AlarmAction): void {
    this.#next.actions.push(action);
  }

  remove(row: number, id: string): void {
    this.#next.rows.delete(row);
    this.#writing?.rows.delete(row);
    this.#next.gone.push({ row, id });
  }

  /** Everything so far belongs to this batch or one before. */
  endBatch(batch: number, places: FilePlaces | undefined): void {
    this.#next.batch = Math.max(this.#next.batch, batch);
    this.#next.places = places ?? this.#next.places;
  }

  stateOf(row: number): AlarmState | undefined {
    const waiting = this.#next.rows.get(row)?.state ?? this.#writing?.rows.get(row)?.state;
    const text = waiting ?? this.#statements.findState.get(row)?.[0];
    return typeof text === 'string' ? parseState(text) : undefined;
  }

  /** What persons did to an alarm, oldest first. */
  historyOf(id: string): AlarmAction[] {
    const history: AlarmAction[] = [];
    const isNew = [...this.#next.gone, ...(this.#writing?.gone ?? [])].some(
      (gone) => gone.id === id,
    );
    if (!isNew) {
      this.#statements.findHistory.each([id], ([text]) => {
        const action = typeof text === 'string' ? parseAction(text) : undefined;
        if (action !== undefined) history.push(action);
      });
    }
    const waiting = [...(this.#writing?.actions ?? []), ...this.#next.actions];
    return [...history, ...waiting.filter(({ alarm_id: alarmId }) => alarmId === id)];
  }

  /** Marks the rows whose text has all of what is wanted. */
  search(wanted: readonly string[]): Uint8Array {
    const marks = new Uint8Array(this.#columns.end);
    const query = wanted.map((words) => `"${words}" *`).join(' AND ');
    const found = this.#statements.search.get(query)?.[0];
    if (typeof found === 'string') for (const row of found.split(' ')) marks[Number(row)] = 1;
    for (const generation of [this.#writing, this.#next]) {
      for (const [row, { text }] of generation?.rows ?? []) {
        if (text !== undefined) marks[row] = hasAll(text, wanted) ? 1 : 0;
      }
    }
    return marks;
  }

  /** Rows whose state has changed since the checkpoint. */
  get changedSinceCheckpoint(): ReadonlySet<number> {
    return this.#changed;
  }

  /** Begins a generation with all that waits; with `isCheckpoint` it has all that the files say up to its places. */
  begin(isCheckpoint: boolean): void {
    if (this.isWriting || !this.hasWork) return;
    this.#writing = this.#next;
    this.#writing.isCheckpoint = isCheckpoint;
    this.#next = createGeneration();
    this.#next.batch = this.#writing.batch;
    this.#number += 1;
  }

  /**
   * Writes for some milliseconds, in one transaction; answers the generation when it is all on disk. Throws a
   * DatabaseError, after which the same is tried again.
   */
  writeSome(): SavedGeneration | undefined {
    const writing = this.#writing;
    if (writing === undefined) return undefined;
    if (!isEmpty(writing)) this.#writeSlice(writing);
    if (writing.rows.size > 0) return undefined;
    this.#writing = undefined;
    this.#saved = writing.batch;
    if (writing.isCheckpoint && writing.places !== undefined) {
      this.checkpoint = writing.places;
      this.#changed = rowsWithState(this.#next);
    }
    return { batch: writing.batch };
  }

  #writeSlice({ rows, gone, actions, places, isCheckpoint }: Generation): void {
    const deadline = performance.now() + SLICE_MS;
    const written: number[] = [];
    this.#database.transaction(() => {
      this.#removeGone(gone);
      for (const [row, waiting] of rows) {
        this.#writeRow(row, waiting);
        written.push(row);
        if (performance.now() > deadline && written.length < rows.size) return;
      }
      for (const action of actions) this.#writeAction(action);
      if (isCheckpoint && places !== undefined) this.#writeCheckpoint(places);
    });
    gone.length = 0;
    for (const row of written) rows.delete(row);
  }

  #removeGone(gone: readonly Gone[]): void {
    const { removeRow, removeState, removeText, removeHistory } = this.#statements;
    for (const { row, id } of gone) {
      removeRow.run(row);
      removeState.run(row);
      removeText.run(row);
      removeHistory.run(id);
    }
  }

  #writeRow(row: number, { state, text }: WaitingRow): void {
    const { putRow, putFacts, putState, putText } = this.#statements;
    const facts = this.#columns.factsOf(row);
    if (facts.id === '') return;
    if (state === undefined) {
      putFacts.run(serializeFacts(facts), row);
      return;
    }
    putRow.run(row, facts.id, this.#number, serializeFacts(facts));
    putState.run(row, state);
    if (text !== undefined) putText.run(row, text);
  }

  #writeAction(action: AlarmAction): void {
    this.#statements.putAction.run(action.alarm_id, JSON.stringify(action));
  }

  #writeCheckpoint(places: FilePlaces): void {
    const text = JSON.stringify({ generation: this.#number, ...places });
    this.#statements.putFact.run(CHECKPOINT, text);
  }
}

function createGeneration(): Generation {
  return {
    rows: new Map(),
    actions: [],
    gone: [],
    batch: 0,
    places: undefined,
    isCheckpoint: false,
  };
}

function isEmpty({ rows, actions, gone, places }: Generation): boolean {
  return rows.size === 0 && actions.length === 0 && gone.length === 0 && places === undefined;
}

function rowsWithState({ rows }: Generation): Set<number> {
  const changed = new Set<number>();
  for (const [row, { state }] of rows) if (state !== undefined) changed.add(row);
  return changed;
}

function prepareAll(database: Database): Readonly<Record<StatementName, Statement>> {
  return {
    findState: database.prepare('SELECT state FROM states WHERE row = ?'),
    findHistory: database.prepare('SELECT action FROM history WHERE id = ? ORDER BY place'),
    search: database.prepare("SELECT group_concat(rowid, ' ') FROM texts WHERE texts MATCH ?"),
    putRow: database.prepare(
      'INSERT OR REPLACE INTO alarms (row, id, saved, facts) VALUES (?, ?, ?, ?)',
    ),
    putFacts: database.prepare('UPDATE alarms SET facts = ? WHERE row = ?'),
    putState: database.prepare('INSERT OR REPLACE INTO states (row, state) VALUES (?, ?)'),
    putText: database.prepare('INSERT OR REPLACE INTO texts (rowid, text) VALUES (?, ?)'),
    putAction: database.prepare('INSERT INTO history (id, action) VALUES (?, ?)'),
    putFact: database.prepare('INSERT OR REPLACE INTO facts_of_store (name, value) VALUES (?, ?)'),
    removeRow: database.prepare('DELETE FROM alarms WHERE row = ?'),
    removeState: database.prepare('DELETE FROM states WHERE row = ?'),
    removeText: database.prepare('DELETE FROM texts WHERE rowid = ?'),
    removeHistory: database.prepare('DELETE FROM history WHERE id = ?'),
  };
}

type StatementName =
  | 'findState'
  | 'findHistory'
  | 'search'
  | `put${'Row' | 'Facts' | 'State' | 'Text' | 'Action' | 'Fact'}`
  | `remove${'Row' | 'State' | 'Text' | 'History'}`;
