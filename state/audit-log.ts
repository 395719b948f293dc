// `<log-dir>/audit.json`: one line for every change by a person, only ever appended.

import type Logger from 'bunyan';
import { join } from 'node:path';
import type { Role } from '../core/access/role.ts';
import type { LineCounts } from '../core/ledger/ledger.ts';
import { createAppendFile } from './append-file.ts';

const FILE_NAME = 'audit.json';
const OWNER_ONLY = 0o600;
/** What a disk that fails may make us keep; more is lost, counted and logged. */
const MOST_WAITING = 100_000;

/** A change by a person. */
export interface AuditEntry {
  /** The person's or the token's name. */
  readonly who: string;
  readonly role: Role;
  /** The address it came from. */
  readonly from: string;
  /** A word for what was done: `directive.off`, `configuration.write`. */
  readonly action: string;
  /** What it was done to: a directive's id, a file's name. */
  readonly what: string;
  /** JSON values; absent where there is none, such as before a creation. */
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface AuditLog {
  /** Appends the entry with the time; never throws. While the file cannot be written, entries wait. */
  record(entry: AuditEntry): void;
  /** What became of the lines so far. */
  readonly counts: Readonly<LineCounts>;
  /** Failed attempts to write. */
  readonly errors: number;
  /** Resolves when everything recorded so far is on file. */
  flushed(): Promise<void>;
  /** Writes what waits, for at most `ms`; the rest is logged as lost. */
  closeWithin(ms: number): Promise<void>;
}

export interface AuditLogDeps {
  readonly logDir: string;
  readonly log: Logger;
  /** Unix milliseconds. */
  readonly wallMs: () => number;
}

/** Opens or creates the file (mode 0600); rejects with the system's error when that fails. */
export async function openAuditLog({ logDir, log, wallMs }: AuditLogDeps): Promise<AuditLog> {
  const path = join(logDir, FILE_NAME);
  const counts: LineCounts = { decided: 0, written: 0, waiting: 0, lost: 0 };
  const file = await createAppendFile({ path, log, counts, mode: OWNER_ONLY });
  return {
    counts,
    get errors() {
      return file.errors;
    },
    record: ({ who, role, from, action, what, before, after }) => {
      const time = new Date(wallMs()).toISOString();
      const line = JSON.stringify({ time, who, role, from, action, what, before, after });
      if (counts.waiting < MOST_WAITING) {
        file.append(`${line}\n`, 1);
        return;
      }
      counts.decided += 1;
      counts.lost += 1;
      log.error({ entry: line }, 'an entry of the audit log is lost, too many wait');
    },
    flushed: () => file.flushed(),
    closeWithin: (ms) => file.closeWithin(ms),
  };
}
