import { RUNNING, type AlarmColumns } from './columns.ts';

/** What a start knows of the runs before it. */
export interface FormerRuns {
  /** Backlogs that go on. */
  readonly liveIds: readonly string[];
  /** When this run began, in Unix seconds: an alarm that was created later is its own. */
  readonly since: number;
}

/** Says of an alarm that runs whether its backlog has gone with a former run. */
export type LeftCheck = (alarmId: string, createdTime: number) => boolean;

/** The check for one start. */
export function createLeftCheck({ liveIds, since }: FormerRuns): LeftCheck {
  const live = new Set(liveIds);
  return (alarmId, createdTime) => createdTime < since && !live.has(alarmId);
}

/** The rows of alarms that run and are left. */
export function findLeft(columns: AlarmColumns, isLeft: LeftCheck): number[] {
  const left: number[] = [];
  for (let row = 0; row < columns.end; row += 1) {
    const id = columns.ids[row];
    if (id === undefined || columns.progress[row] !== RUNNING) continue;
    if (isLeft(id, columns.created[row] ?? 0)) left.push(row);
  }
  return left;
}
