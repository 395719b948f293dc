import type { FilePlace, FilePlaces } from './change-batch.ts';
import type { AlarmColumns } from './columns.ts';
import type { Database } from './database.ts';
import { readFacts } from './facts-text.ts';

/** Up to where the files are in the store, and the generation in which that was written. */
export interface Checkpoint extends FilePlaces {
  readonly generation: number;
}

export interface LoadedColumns {
  readonly checkpoint: Checkpoint | undefined;
  /** Rows whose state was written after the checkpoint. */
  readonly unsettled: Set<number>;
  /** The last generation that was written. */
  readonly generation: number;
}

/** Rows that are read at once: each call of the library costs more than what it brings. */
const BLOCK_ROWS = 1_000;
const BLOCK = `
  SELECT '[' || group_concat('[' || row || ',' || saved || ',' || facts || ']') || ']'
  FROM (SELECT row, saved, facts FROM alarms WHERE row > ? ORDER BY row LIMIT ${String(BLOCK_ROWS)})`;

/** Fills the columns from the database. */
export function loadColumns(database: Database, columns: AlarmColumns): LoadedColumns {
  const checkpoint = readCheckpoint(database);
  const settled = checkpoint?.generation ?? 0;
  const unsettled = new Set<number>();
  let generation = settled;
  for (const { row, saved, facts } of readRows(database)) {
    columns.load(row, readFacts(facts));
    if (saved > settled) unsettled.add(row);
    if (saved > generation) generation = saved;
  }
  columns.endLoading();
  return { checkpoint, unsettled, generation };
}

interface StoredRow {
  readonly row: number;
  /** The generation in which its state was written. */
  readonly saved: number;
  readonly facts: readonly unknown[];
}

function* readRows(database: Database): Generator<StoredRow> {
  const block = database.prepare(BLOCK);
  let last = -1;
  for (;;) {
    const text = block.get(last)?.[0];
    const rows: unknown = typeof text === 'string' ? JSON.parse(text) : [];
    if (!Array.isArray(rows) || rows.length === 0) return;
    for (const cells of rows) {
      if (!isList(cells)) throw new SyntaxError('a row of the store is no list');
      const [row, saved, facts] = cells;
      if (typeof row !== 'number' || typeof saved !== 'number' || !isList(facts)) {
        throw new SyntaxError('a row of the store has no facts');
      }
      last = row;
      yield { row, saved, facts };
    }
  }
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function readCheckpoint(database: Database): Checkpoint | undefined {
  const find = database.prepare("SELECT value FROM facts_of_store WHERE name = 'checkpoint'");
  const text = find.get()?.[0];
  if (typeof text !== 'string') return undefined;
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || !('generation' in value)) return undefined;
  if (typeof value.generation !== 'number') return undefined;
  return {
    generation: value.generation,
    alarms: 'alarms' in value ? readPlace(value.alarms) : undefined,
    actions: 'actions' in value ? readPlace(value.actions) : undefined,
  };
}

function readPlace(value: unknown): FilePlace | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('file' in value) || !('bytes' in value)) return undefined;
  const { file, bytes } = value;
  return typeof file === 'string' && typeof bytes === 'number' ? { file, bytes } : undefined;
}
