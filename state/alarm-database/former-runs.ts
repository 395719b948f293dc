import { RUNNING, type AlarmColumns } from './columns.ts';

/** What a start knows of the runs before it. */
export interface FormerRuns {
  /** Backlogs that go on. */
  readonly liveIds: readonly string[];
  /** When this run began, in Unix seconds: an alarm that was created later is its own. */
  readonly since: number;
}

/** Tells of alarms that run whether their backlogs have gone with a former run. */
export interface LeftCheck {
  isLeft(alarmId: string, createdTime: number): boolean;
  /** From now on files bring alarms of this run too. */
  endStart(): void;
}

/** At a start, what the store has and what the files bring is of former runs, whatever the clock says: this run's comes with batches. */
export function createLeftCheck({ liveIds, since }: FormerRuns, isAtStart: boolean): LeftCheck {
  const live = new Set(liveIds);
  let isStarting = isAtStart;
  return {
    isLeft: (alarmId, createdTime) => !live.has(alarmId) && (isStarting || createdTime < since),
    endStart: () => {
      isStarting = false;
    },
  };
}

/** The rows of alarms that run and are left. */
export function findLeft(columns: AlarmColumns, { isLeft }: LeftCheck): number[] {
  const left: number[] = [];
  for (let row = 0; row < columns.end; row += 1) {
    const id = columns.ids[row];
    if (id === undefined || columns.progress[row] !== RUNNING) continue;
    if (isLeft(id, columns.created[row] ?? 0)) left.push(row);
  }
  return left;
}
