// `<log-dir>/operator-record.json`: one line for everything that persons do to alarms, only ever appended. Status and tag
// stand in the alarm file too; assignees, comments and deletions here alone.
import type Logger from 'bunyan';
import { join } from 'node:path';
import type { AlarmAction } from '../core/alarm/alarm-action.ts';
import type { LineCounts } from '../core/ledger/ledger.ts';
import { createAppendFile } from './append-file.ts';

const FILE_NAME = 'operator-record.json';
const OWNER_ONLY = 0o600;

/** An action with the role and the remote address of who did it. */
export interface RecordedAction extends AlarmAction {
  readonly role: string;
  readonly from_address: string;
}

export interface OperatorRecord {
  /** Appends the actions; resolves when they are on file, which a full disk holds up. */
  append(actions: readonly RecordedAction[]): Promise<void>;
  readonly counts: Readonly<LineCounts>;
  /** Writes what waits, for at most `ms`; the rest is logged as lost. */
  closeWithin(ms: number): Promise<void>;
}

/** Where the record of this log directory is. */
export function operatorRecordPath(logDir: string): string {
  return join(logDir, FILE_NAME);
}

/** Opens or creates the file (mode 0600); rejects with the system's error when that fails. */
export async function openOperatorRecord(logDir: string, log: Logger): Promise<OperatorRecord> {
  const counts: LineCounts = { decided: 0, written: 0, waiting: 0, lost: 0 };
  const path = operatorRecordPath(logDir);
  const file = await createAppendFile({ path, log, counts, mode: OWNER_ONLY });
  return {
    counts,
    append: (actions) =>
      new Promise((resolve) => {
        const text = actions.map((action) => `${JSON.stringify(action)}\n`).join('');
        file.append(text, actions.length, resolve);
      }),
    closeWithin: (ms) => file.closeWithin(ms),
  };
}
