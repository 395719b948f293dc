// What the store's two threads say to each other.
import type { AlarmFacets } from '../../core/alarm/alarm-facets.ts';
import type {
  AlarmStatistics,
  StoredAlarm,
  StoredAlarmDetail,
} from '../../core/alarm/alarm-view.ts';
import type {
  AlarmEventsPage,
  AlarmEventsQuery,
  AlarmFacetQuery,
  AlarmListQuery,
  AlarmPage,
  AlarmSelection,
  AlarmSnapshot,
  AlarmStatisticsQuery,
  SelectedAlarms,
} from '../alarm-store.ts';
import type { ChangeBatch } from './change-batch.ts';
import type { FormerRuns } from './former-runs.ts';

/** Where the store is and what it is filled from; plain data. */
export interface DatabaseOptions {
  readonly folder: string;
  readonly alarmFile: string;
  readonly operatorRecord: string;
  readonly limit: number;
  readonly retentionSeconds: number;
  readonly closedStatus: string;
  readonly initial: { readonly status: string; readonly tag: string };
  /** For a thread that takes over from one that was told. */
  readonly former?: FormerRuns | undefined;
}

/** Questions by name, with what is given and what is answered. */
export interface StoreQuestions {
  readonly list: { readonly given: AlarmListQuery; readonly answer: AlarmPage };
  readonly facets: { readonly given: AlarmFacetQuery; readonly answer: AlarmFacets };
  readonly get: { readonly given: string; readonly answer: StoredAlarmDetail | undefined };
  readonly events: { readonly given: AlarmEventsQuery; readonly answer: AlarmEventsPage };
  readonly statistics: { readonly given: AlarmStatisticsQuery; readonly answer: AlarmStatistics };
  readonly countByAddress: {
    readonly given: { readonly addresses: readonly string[]; readonly exceptId: string };
    readonly answer: readonly number[];
  };
  readonly find: { readonly given: readonly string[]; readonly answer: readonly StoredAlarm[] };
  readonly select: { readonly given: AlarmSelection; readonly answer: SelectedAlarms };
  readonly snapshot: { readonly given: number; readonly answer: AlarmSnapshot };
  readonly interruptAllBut: { readonly given: FormerRuns; readonly answer: number };
}
export type QuestionName = keyof StoreQuestions;

/** A question with what is given. */
export type StoreQuestion = {
  readonly [Name in QuestionName]: {
    readonly question: Name;
    readonly given: StoreQuestions[Name]['given'];
  };
}[QuestionName];

export type StoreRequest =
  | { readonly type: 'apply'; readonly batch: ChangeBatch }
  | ({ readonly type: 'ask'; readonly id: number } & StoreQuestion)
  /** Reads from the files what came since the last checkpoint. */
  | { readonly type: 'reread' }
  | { readonly type: 'retain'; readonly now: number }
  | { readonly type: 'close' };

export type StoreReport =
  /** A batch is in: the next one may come. */
  | {
      readonly type: 'applied';
      readonly batch: number;
      readonly alarms: number;
      readonly bytes: number;
    }
  /** Everything up to this batch is on disk. */
  | { readonly type: 'saved'; readonly batch: number }
  | { readonly type: 'answered'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'refused'; readonly id: number; readonly reason: string }
  /** Writing fails and is tried again; undefined: it works again. */
  | { readonly type: 'failing'; readonly reason: string | undefined }
  | { readonly type: 'note'; readonly note: StoreNote }
  | { readonly type: 'closed' };

/** What the operator is told. */
export type StoreNote =
  | { readonly what: 'moved-aside'; readonly path: string; readonly reason: string }
  | { readonly what: 'fill-begins'; readonly files: number; readonly isFirst: boolean }
  | {
      readonly what: 'fill-ended';
      readonly lines: number;
      readonly unreadable: number;
      readonly alarms: number;
    }
  | { readonly what: 'file-unreadable'; readonly path: string; readonly reason: string }
  | { readonly what: 'fill-failed'; readonly reason: string };
