import type { FilePlace, FilePlaces } from './change-batch.ts';
import type { AlarmColumns } from './columns.ts';
import type { Database } from './database.ts';
import { parseFacts } from './facts-text.ts';

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

/** Fills the columns from the database. */
export function loadColumns(database: Database, columns: AlarmColumns): LoadedColumns {
  const checkpoint = readCheckpoint(database);
  const settled = checkpoint?.generation ?? 0;
  const unsettled = new Set<number>();
  let generation = settled;
  database.prepare('SELECT row, saved, facts FROM alarms ORDER BY row').each([], (cells) => {
    const [row, saved, text] = cells;
    if (typeof row !== 'number' || typeof saved !== 'number' || typeof text !== 'string') return;
    const facts = parseFacts(text);
    if (facts === undefined) return;
    columns.load(row, facts);
    if (saved > settled) unsettled.add(row);
    if (saved > generation) generation = saved;
  });
  columns.endLoading();
  return { checkpoint, unsettled, generation };
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
