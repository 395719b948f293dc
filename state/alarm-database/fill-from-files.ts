import type { AlarmRecord } from '../../core/alarm/alarm-record.ts';
import type { AlarmDatabase } from './alarm-database.ts';
import {
  FileGoneError,
  planAlarmFiles,
  planFile,
  readLines,
  readPlace,
  type LinesFrom,
} from './alarm-files.ts';
import { DatabaseError } from './database.ts';
import type { FilePlaces } from './change-batch.ts';
import type { DatabaseOptions, StoreNote } from './store-request.ts';
import { parseAction, parseRecord } from './stored-texts.ts';

/** So many alarms are gathered before their newest lines are taken in. */
const GATHERED_ALARMS = 5_000;

export interface FillDeps {
  readonly database: AlarmDatabase;
  readonly options: DatabaseOptions;
  /** Up to where the files are in the store already. */
  readonly from: FilePlaces | undefined;
  readonly note: (note: StoreNote) => void;
  /** Waits until the store has room for more. */
  readonly room: () => Promise<void>;
  readonly isStopped: () => boolean;
}

/** More rotations than this in the time of one look are none. */
const MOST_TRIES = 10;

/** Reads what the alarm files and the record of operator actions have beyond what the store has; rejects with the system's error. */
export async function fillFromFiles(deps: FillDeps): Promise<void> {
  const { database, options, from, note } = deps;
  // before they are read: what comes later comes with a batch too
  const places = {
    alarms: await readPlace(options.alarmFile),
    actions: await readPlace(options.operatorRecord),
  };
  const reader = await readAlarmFiles(deps);
  for (const file of await planFile(options.operatorRecord, from?.actions)) {
    for await (const lines of readLines(file)) {
      for (const action of lines.map(parseAction)) {
        if (action !== undefined) database.takeAction(action);
      }
      await deps.room();
    }
  }
  if (reader.isCutShort) return;
  database.endFilling(places);
  const { lines, unreadable } = reader;
  note({ what: 'fill-ended', lines, unreadable, alarms: database.columns.shown });
}

/** A rotation between looking and opening takes a file away: then all are looked for and read anew, which changes nothing. */
async function readAlarmFiles(deps: FillDeps): Promise<RecordReader> {
  const { from, note } = deps;
  for (let triesLeft = MOST_TRIES - 1; ; triesLeft -= 1) {
    const files = await planOrGone(deps, triesLeft > 0);
    if (files === 'gone') continue;
    note({ what: 'fill-begins', files: files.length, isFirst: from === undefined });
    const reader = new RecordReader(deps, triesLeft > 0);
    for (const file of files) {
      await reader.read(file);
      if (reader.isFileGone) break;
    }
    await reader.end();
    if (!reader.isFileGone) return reader;
  }
}

async function planOrGone(
  { options, from }: FillDeps,
  mayTryAgain: boolean,
): Promise<readonly LinesFrom[] | 'gone'> {
  try {
    return await planAlarmFiles(options.alarmFile, from?.alarms);
  } catch (err) {
    if (mayTryAgain && err instanceof FileGoneError) return 'gone';
    throw err;
  }
}

class RecordReader {
  lines = 0;
  unreadable = 0;
  /** Whether it was stopped before the end. */
  isCutShort = false;
  /** Whether a file was no longer there under its name, and is to be looked for again. */
  isFileGone = false;
  readonly #deps: FillDeps;
  readonly #mayTryAgain: boolean;
  #gathered = new Map<string, AlarmRecord>();

  constructor(deps: FillDeps, mayTryAgain: boolean) {
    this.#deps = deps;
    this.#mayTryAgain = mayTryAgain;
  }

  async read(file: LinesFrom): Promise<void> {
    try {
      for await (const lines of readLines(file)) {
        if (this.#deps.isStopped()) {
          this.isCutShort = true;
          return;
        }
        for (const line of lines) this.#gather(line);
        if (this.#gathered.size > GATHERED_ALARMS) await this.end();
      }
    } catch (err) {
      if (err instanceof DatabaseError) throw err;
      if (this.#mayTryAgain && err instanceof FileGoneError) {
        this.isFileGone = true;
        return;
      }
      const reason = err instanceof Error ? err.message : String(err);
      this.#deps.note({ what: 'file-unreadable', path: file.path, reason });
    }
  }

  /** Has all taken in that is gathered. */
  async end(): Promise<void> {
    const { database, room } = this.#deps;
    const gathered = this.#gathered;
    this.#gathered = new Map();
    let count = 0;
    for (const record of gathered.values()) {
      database.takeRecord(record);
      count += 1;
      if (count % 500 === 0) await room();
    }
    await room();
  }

  #gather(line: string): void {
    if (line.trim() === '') return;
    this.lines += 1;
    const record = parseRecord(line, this.#deps.options.initial);
    if (record === undefined) {
      this.unreadable += 1;
      return;
    }
    this.#deps.database.meet(record);
    this.#gathered.delete(record.alarm_id);
    this.#gathered.set(record.alarm_id, record);
  }
}
