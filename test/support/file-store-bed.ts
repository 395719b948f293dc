// A file store in a temporary folder, in its own thread or, for many short trials, without one.
import { join } from 'node:path';
import { ChangeGatherer } from '../../state/alarm-database/change-gatherer.ts';
import type { FilePlaces } from '../../state/alarm-database/change-batch.ts';
import type { StoreQuestion, StoreReport } from '../../state/alarm-database/store-request.ts';
import { StoreThread } from '../../state/alarm-database/store-thread.ts';
import { AlarmStoreClosedError, type AlarmStore } from '../../state/alarm-store.ts';
import { createFileAlarmStore, type FileAlarmStoreOptions } from '../../state/file-alarm-store.ts';
import { createCapturedLog, type CapturedLog } from './captured-log.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

export interface StorePlace {
  readonly logDir: string;
  readonly options: FileAlarmStoreOptions;
  readonly captured: CapturedLog;
}

/** Where a store can be: an empty log directory unless one is given. */
export function makeStorePlace(
  changes: Partial<FileAlarmStoreOptions> = {},
  logDir = makeTemporaryFolder('store'),
): StorePlace {
  const captured = createCapturedLog();
  const options = {
    folder: join(logDir, 'alarm-store'),
    alarmFile: join(logDir, 'siem_alarms.json'),
    operatorRecord: join(logDir, 'operator-record.json'),
    ...{ limit: 1_000_000, retentionSeconds: Number.POSITIVE_INFINITY, closedStatus: 'Closed' },
    initial: { status: 'Open', tag: 'Identified Threat' },
    clock: { wallMs: () => Date.now(), monotonicMs: () => performance.now() },
    log: captured.log,
    ...changes,
  };
  return { logDir, options, captured };
}

export function openStore({ options }: StorePlace): Promise<AlarmStore> {
  return createFileAlarmStore(options);
}

const NO_PLACES: FilePlaces = { alarms: undefined, actions: undefined };

/** The store of the place with everything in this thread; figures are those of the contract only. */
export function openThreadlessStore({ options }: StorePlace): AlarmStore {
  const { folder, alarmFile, operatorRecord, limit, retentionSeconds } = options;
  const { closedStatus, initial } = options;
  const where = { folder, alarmFile, operatorRecord, closedStatus, initial };
  let last: StoreReport | undefined;
  const waiting: ((report: StoreReport) => void)[] = [];
  const thread = new StoreThread({ ...where, limit, retentionSeconds }, (report) => {
    if (report.type === 'answered' || report.type === 'refused') last = report;
    if (report.type === 'closed') for (const resolve of waiting) resolve(report);
  });
  const gatherer = new ChangeGatherer();
  let number = 0;
  let decided = 0;
  let isClosed = false;
  const flush = (): void => {
    if (gatherer.isEmpty) return;
    number += 1;
    thread.take({ type: 'apply', batch: gatherer.take({ number, places: NO_PLACES, now: 0 }) });
  };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the thread answers what it is asked
  const ask = (question: StoreQuestion): Promise<any> => {
    if (isClosed) return Promise.reject(new AlarmStoreClosedError());
    flush();
    thread.take({ type: 'ask', id: 0, ...question });
    return last?.type === 'answered' ? Promise.resolve(last.answer) : Promise.reject(new Error());
  };
  return {
    apply: (changes) => {
      if (isClosed) return Promise.reject(new AlarmStoreClosedError());
      decided += changes.filter(({ change }) => change.type === 'alarm').length;
      gatherer.add(changes);
      return Promise.resolve();
    },
    list: (given) => ask({ question: 'list', given }),
    facets: (given) => ask({ question: 'facets', given }),
    get: (given) => ask({ question: 'get', given }),
    events: (given) => ask({ question: 'events', given }),
    statistics: (given) => ask({ question: 'statistics', given }),
    countByAddress: (addresses, exceptId) =>
      ask({ question: 'countByAddress', given: { addresses, exceptId } }),
    find: (given) => ask({ question: 'find', given }),
    select: (given) => ask({ question: 'select', given }),
    snapshot: (given) => ask({ question: 'snapshot', given }),
    interruptAllBut: (liveIds) =>
      ask({ question: 'interruptAllBut', given: { liveIds, since: Date.now() / 1000 } }),
    figures: () => ({
      ...{ kind: 'file', alarms: 0, bytes: 0, lagSeconds: 0, lost: 0, failure: undefined },
      ...{ decided, written: decided },
    }),
    close: () => {
      if (isClosed) return Promise.resolve();
      flush();
      isClosed = true;
      return new Promise((resolve) => {
        waiting.push(() => {
          resolve();
        });
        thread.take({ type: 'close' });
      });
    },
  };
}
