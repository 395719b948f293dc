import { join } from 'node:path';
import type Logger from 'bunyan';
import type { Options } from '../config/options.ts';
import type { Clock } from '../server/clock.ts';
import type { FileAlarmStoreOptions } from '../state/file-alarm-store.ts';
import { operatorRecordPath } from '../state/operator-record.ts';
import { stateFolder } from './state-folder.ts';

const SECONDS_A_DAY = 86_400;

/** The durable alarm store as the options want it. */
export function storeOptions(options: Options, clock: Clock, log: Logger): FileAlarmStoreOptions {
  const folder = stateFolder(options);
  const { logDir, status, tags, alarmRetention, alarmLimit: limit } = options;
  return {
    folder: join(folder, 'alarm-store'),
    alarmFile: join(logDir, 'siem_alarms.json'),
    operatorRecord: operatorRecordPath(folder),
    retentionSeconds:
      alarmRetention === 0 ? Number.POSITIVE_INFINITY : alarmRetention * SECONDS_A_DAY,
    initial: { status: status[0] ?? '', tag: tags[0] ?? '' },
    ...{ limit, closedStatus: status.at(-1) ?? '', clock, log },
  };
}
