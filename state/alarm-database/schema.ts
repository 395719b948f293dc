import type { Database } from './database.ts';

/** Another number is another layout: such a store is moved aside and made again from the files. */
const VERSION = 2;

/** Thrown for a database that this program cannot use. */
export class StoreLayoutError extends Error {
  override readonly name = 'StoreLayoutError';
}

/**
 * Makes the tables of a new database. `alarms` has what the columns hold, `states` the rest; `saved` is the generation in
 * which the state was written. A text is found by beginnings of words (core/alarm/searched-text.ts), which come in lower
 * case: FTS5's `ascii` takes exactly the blanks between them for separators.
 */
export function prepareSchema(database: Database): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.[0] ?? 0);
  if (version === VERSION) return;
  if (version !== 0) throw new StoreLayoutError(`layout ${String(version)} is not known`);
  database.transaction(() => {
    database.exec(`
      CREATE TABLE alarms (row INTEGER PRIMARY KEY, id TEXT NOT NULL, saved INTEGER NOT NULL, facts TEXT NOT NULL);
      CREATE TABLE states (row INTEGER PRIMARY KEY, state TEXT NOT NULL);
      CREATE VIRTUAL TABLE texts USING fts5(text, content='', contentless_delete=1, tokenize='ascii', prefix='2 3');
      CREATE TABLE history (place INTEGER PRIMARY KEY, id TEXT NOT NULL, action TEXT NOT NULL);
      CREATE INDEX history_of_alarm ON history (id);
      CREATE TABLE trails (id TEXT PRIMARY KEY, trail TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE facts_of_store (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
      PRAGMA user_version = ${String(VERSION)};
    `);
  });
}
