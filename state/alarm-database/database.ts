// The only file that calls libsql. It runs in the store's own thread: the library blocks it, and aborts the whole process
// when a boolean, an object or nothing at all is bound, so that only what `Bound` admits comes through.
import { statSync } from 'node:fs';
import Libsql from 'libsql';

/** What can be bound to a statement. */
type Bound = string | number | null;

/** A value of a row, as the library gives it. */
export type Cell = unknown;

export interface Statement {
  run(...values: readonly Bound[]): void;
  /** The first row's cells; undefined for none. */
  get(...values: readonly Bound[]): readonly Cell[] | undefined;
  /** Each row's cells, one after the other. */
  each(values: readonly Bound[], visit: (cells: readonly Cell[]) => void): void;
}

/** An open database; every call blocks, and throws a DatabaseError. */
export interface Database {
  prepare(sql: string): Statement;
  exec(sql: string): void;
  /** Runs the work within one transaction, of which nothing stays when it throws. */
  transaction(work: () => void): void;
  close(): void;
}

/** The library failed; `code` is SQLite's: SQLITE_FULL, SQLITE_CORRUPT. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code: string;

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    this.code = typeof code === 'string' ? code : 'unknown';
  }

  /** Whether the file itself cannot be used, now or later. */
  get isUnreadable(): boolean {
    return (
      /^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(this.code) ||
      /malformed|not a database/.test(this.message)
    );
  }
}

/** What the database file and its journal take. */
export function bytesOnDisk(path: string): number {
  const sizes = [path, `${path}-wal`].map((own) => statSync(own, { throwIfNoEntry: false })?.size);
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

/** Opens or creates the database file; a write is safe against a kill, the newest ones not against a power failure. */
export function openDatabase(path: string): Database {
  const library = guard(() => new Libsql(path));
  guard(() => {
    library.pragma('journal_mode = WAL');
    library.pragma('synchronous = NORMAL');
    library.pragma('cache_size = -65536');
    library.pragma('journal_size_limit = 67108864');
  });
  const exec = (sql: string): void => {
    guard(() => library.exec(sql));
  };
  return {
    exec,
    prepare: (sql) => prepare(library, sql),
    transaction: (work) => {
      exec('BEGIN IMMEDIATE');
      try {
        work();
        exec('COMMIT');
      } catch (err) {
        rollBack(library);
        throw err;
      }
    },
    close: () => {
      guard(() => library.close());
    },
  };
}

function prepare(library: Libsql.Database, sql: string): Statement {
  const statement = guard(() => library.prepare(sql));
  if (statement.reader) statement.raw(true);
  return {
    run: (...values) => {
      guard(() => statement.run(...bind(values)));
    },
    get: (...values) => {
      const row = guard(() => statement.get(...bind(values)));
      return Array.isArray(row) ? row : undefined;
    },
    each: (values, visit) => {
      const rows = guard(() => statement.iterate(...bind(values)));
      for (;;) {
        const next = guard(() => rows.next());
        if (next.done === true) return;
        if (Array.isArray(next.value)) visit(next.value);
      }
    },
  };
}

function bind(values: readonly Bound[]): readonly Bound[] {
  for (const value of values) {
    if (value === null || typeof value === 'string' || Number.isFinite(value)) continue;
    throw new TypeError(`cannot be bound: ${typeof value}`);
  }
  return values;
}

/** A transaction that failed may be over already. */
function rollBack(library: Libsql.Database): void {
  try {
    library.exec('ROLLBACK');
  } catch {
    // The error that led here is the one that is reported.
  }
}

function guard<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (err) {
    throw err instanceof DatabaseError || err instanceof TypeError ? err : new DatabaseError(err);
  }
}
